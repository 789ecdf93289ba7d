"""What whoever changes a secret's values should know first, from the apps that use them."""

from collections.abc import Callable
from uuid import UUID

# Apps above add theirs in ready(): project and secret -> one sentence or more, or None.
CAUTIONS: list[Callable[[UUID, UUID], str | None]] = []


def cautions(project: UUID, secret: UUID) -> list[str]:
    """One text a caution; none for a secret that nothing special uses."""
    return [sentence for ask in CAUTIONS if (sentence := ask(project, secret))]
