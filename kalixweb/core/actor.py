"""Who does something, as services and the audit trail see it. Plain Python."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

ActorKind = Literal["user", "shell", "worker", "service", "anonymous"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One acting party.

    ``id`` is the user's id for kind ``user`` and None otherwise. ``label`` is the name as it was at
    that moment (user name, operating-system user, worker, service). A service acts for nobody, as a
    schedule does, and has the few rights that are registered for its label. ``fresh`` says that a
    person proved who they are within the last minutes (a fresh sign-in).
    """

    kind: ActorKind
    id: UUID | None
    label: str
    address: str | None = None
    request_id: str | None = None
    fresh: bool = False
