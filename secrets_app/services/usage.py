"""Who uses which entry. The holder's own service calls ``replace`` in its own unit of work."""

from collections.abc import Collection
from uuid import UUID

from secrets_app.models import Secret, SecretEntry, Usage
from secrets_app.queries.references import ReferenceMissing


def replace(
    *,
    project: UUID,
    holder_kind: str,
    holder_id: UUID,
    label: str,
    entries: Collection[tuple[UUID, str]],
) -> None:
    """Make these the only entries that the holder uses; none removes it.

    Raises ReferenceMissing when a secret is not of this project or holds no such entry now.
    The secrets stay locked until the unit of work ends, so none can be deleted meanwhile.
    """
    wanted = set(entries)
    secrets = {
        row.id: row
        for row in Secret.objects.for_project(project)
        .select_for_update()
        .filter(id__in={secret for secret, _ in wanted})
        .order_by("id")
    }
    for secret_id, entry in wanted:
        _require_entry(secrets.get(secret_id), secret_id, entry)
    holder = Usage.objects.for_project(project).filter(holder_kind=holder_kind, holder_id=holder_id)
    holder.delete()
    Usage.objects.for_project(project).bulk_create(
        Usage(
            project_id=project,
            secret_id=secret_id,
            entry=entry,
            holder_kind=holder_kind,
            holder_id=holder_id,
            label=label,
        )
        for secret_id, entry in sorted(wanted)
    )


def _require_entry(secret: Secret | None, secret_id: UUID, entry: str) -> None:
    if secret is None:
        raise ReferenceMissing(f"{secret_id}/{entry}", "no secret of this project")
    there = SecretEntry.objects.for_project(secret.project_id).filter(
        version__secret=secret, version__number=secret.current_version, name=entry
    )
    if not there.exists():
        raise ReferenceMissing(f"{secret.name}/{entry}", f"no entry of {secret.name}")
