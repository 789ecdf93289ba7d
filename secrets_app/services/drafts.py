"""Values typed for one test: sealed for two minutes, deleted when the test ends."""

from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from uuid import UUID

from kalixweb.core import clock
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import sealing
from secrets_app.models import Draft

LIFETIME = timedelta(minutes=2)


class DraftGone(Refusal):
    """The typed value was deleted or is older than two minutes."""

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__("What was typed for this test is gone after 2 minutes. Test it again.")


def keep(*, project: UUID, run_id: UUID, values: Mapping[str, SecretValue]) -> None:
    """Seal the typed values of one run. The caller's unit of work also makes the run."""
    expires_at = clock.now() + LIFETIME
    Draft.objects.for_project(project).bulk_create(
        Draft(
            project_id=project,
            run_id=run_id,
            field=field,
            blob=sealing.seal(
                purpose="probe_draft",
                project=project,
                object_id=run_id,
                kind="draft",
                field=field,
                version=0,
                plaintext=value,
            ),
            expires_at=expires_at,
        )
        for field, value in sorted(values.items())
    )


def take(*, project: UUID, run_id: UUID, field: str) -> SecretValue:
    """Open one typed value, or raise DraftGone when it is missing or too old."""
    row = (
        Draft.objects.for_project(project)
        .filter(run_id=run_id, field=field, expires_at__gt=clock.now())
        .first()
    )
    if row is None:
        raise DraftGone
    return sealing.open_sealed(
        purpose="probe_draft",
        project=project,
        object_id=run_id,
        kind="draft",
        field=field,
        version=0,
        blob=bytes(row.blob),
    )


def delete(*, project: UUID, run_id: UUID) -> None:
    """Forget what was typed for a run that has ended."""
    Draft.objects.for_project(project).filter(run_id=run_id).delete()


def delete_expired() -> int:
    """Delete what has expired in any project; answers how many rows."""
    return Draft.all_projects.filter(expires_at__lte=clock.now()).delete()[0]
