"""The table of actions: what may be recorded, and which details it may carry.

Each app registers its own in ``ready()``, from its module ``audit_actions``. Details are an
allow-list: names and their types, never values of secrets, and never free text that somebody typed.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, cast
from uuid import UUID

Outcome = Literal["ok", "denied", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("ok", "denied", "failed")

Detail = str | int | bool | None | list[str] | dict[str, str]

TEXT, COUNT, FLAG, NAMES, PAIRS = "text", "count", "flag", "names", "pairs"
_LONGEST_TEXT = 1024
_MOST_ITEMS = 1024

REPEATED = {"count": COUNT, "since": TEXT, "until": TEXT}
"""Details of an event that stands for several like it."""
CHANGED = {"fields": NAMES, "before": PAIRS, "after": PAIRS}
"""Details of a change: the fields, and short values before and after."""


@dataclass(frozen=True, slots=True)
class Action:
    """One thing that may be recorded.

    ``sentence`` is what follows its subject, with details in braces: "renamed the secret
    {name_before} to {object}". ``details`` maps each detail that it may carry to its type.
    """

    sentence: str
    details: Mapping[str, str] = field(default_factory=dict)


ACTIONS: dict[str, Action] = {}
"""Name to action; filled by ``register``. Stored events keep these names for good."""


def register(actions: Mapping[str, Action]) -> None:
    """Add an app's actions; raises ValueError for a name that is taken."""
    if taken := ACTIONS.keys() & actions:
        raise ValueError(f"These actions are registered already: {sorted(taken)}.")
    ACTIONS.update(actions)


def allow_details(action: str, details: Mapping[str, str]) -> None:
    """Let an action of an app below carry more, which only the app above can tell of it."""
    before = ACTIONS[action]
    ACTIONS[action] = replace(before, details={**before.details, **details})


class UnknownAction(ValueError):
    """An action that nobody registered."""


class DetailRefused(ValueError):
    """A detail that the action's row does not allow; the message names it and not its value."""


def check_details(action: str, details: Mapping[str, object]) -> dict[str, Detail]:
    """The details ready for the payload; raises UnknownAction or DetailRefused.

    UUIDs become text and any collection of names a sorted list.
    """
    if action not in ACTIONS:
        raise UnknownAction(f"No app has registered the action {action!r}.")
    allowed = ACTIONS[action].details
    checked: dict[str, Detail] = {}
    for name, value in details.items():
        if name not in allowed:
            raise DetailRefused(f"{action} may not carry the detail {name!r}.")
        checked[name] = (
            None if value is None else _READERS[allowed[name]](f"{action} {name}", value)
        )
    return checked


def _text(where: str, value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise DetailRefused(f"{where} must be text of at most {_LONGEST_TEXT} characters.")
    return value


def _count(where: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise DetailRefused(f"{where} must be a whole number.")
    return value


def _flag(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise DetailRefused(f"{where} must be true or false.")
    return value


def _names(where: str, value: object) -> list[str]:
    if not isinstance(value, (list, tuple, set, frozenset)) or len(value) > _MOST_ITEMS:
        raise DetailRefused(f"{where} must be a list of at most {_MOST_ITEMS} names.")
    return sorted(_text(where, item) for item in value)


def _pairs(where: str, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > _MOST_ITEMS:
        raise DetailRefused(f"{where} must map at most {_MOST_ITEMS} names to text.")
    pairs = cast("Mapping[object, object]", value)
    return {_text(where, name): _text(where, text) for name, text in pairs.items()}


_READERS: Mapping[str, Callable[[str, object], Detail]] = {
    TEXT: _text,
    COUNT: _count,
    FLAG: _flag,
    NAMES: _names,
    PAIRS: _pairs,
}
