"""What may be referred to, and what a reference means."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from kalixweb.core.refusals import Refusal
from secrets_app.models import CA_ENTRY, TLS_CA, Secret, SecretEntry


class ReferenceMissing(Refusal):
    """A reference names no secret of the project, or no entry of it.

    ``missing`` says what it names instead, as words after "names".
    """

    def __init__(self, reference: str, missing: str, field: str = "") -> None:
        super().__init__(
            f"The reference “{reference}” names {missing}. Choose an existing secret and entry, or "
            "create it.",
            field,
        )
        self.reference = reference
        self.missing = missing


class Choice(NamedTuple):
    """One entry that may be referred to; ``reference`` is ``name/entry``."""

    type: str
    name: str
    entry: str

    @property
    def reference(self) -> str:
        return f"{self.name}/{self.entry}"


def choices(project: UUID) -> list[Choice]:
    """Every entry of every current version, by name."""
    rows = SecretEntry.objects.for_project(project).filter(
        version__number=F("version__secret__current_version")
    )
    fields = ("version__secret__type", "version__secret__name", "name")
    return [Choice(*row) for row in rows.order_by(*fields[1:]).values_list(*fields)]


def by_name(project: UUID, name: str) -> Secret | None:
    """The secret of that name, or None."""
    return Secret.objects.for_project(project).filter(name=name).first()


def resolve_reference(project: UUID, reference: str) -> tuple[Secret, str]:
    """The secret and entry that ``name/entry`` (for a CA also ``name``) means.

    Raises ReferenceMissing.
    """
    name, slash, entry = reference.strip().partition("/")
    secret = by_name(project, name)
    if secret is None:
        raise ReferenceMissing(reference, "no secret of this project")
    if not slash:
        if secret.type != TLS_CA:
            raise ReferenceMissing(reference, f"no entry; say which, such as {name}/pwd")
        entry = CA_ENTRY
    held = list(
        SecretEntry.objects.for_project(project)
        .filter(version__secret=secret, version__number=secret.current_version)
        .order_by("name")
        .values_list("name", flat=True)
    )
    if entry not in held:
        raise ReferenceMissing(reference, f"no entry of {name}, which has {', '.join(held[:5])}")
    return secret, entry
