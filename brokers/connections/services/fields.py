"""What a field of a connection can declare about itself; everything that handles fields reads it.

Knows no Django: the command line reads the list before it loads anything.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from brokers.engine.bootstrap_servers import parse_servers

Value: TypeAlias = str | tuple[str, ...]
LONGEST_SERVERS = 10_000
_SEPARATORS = re.compile(r"[\s,;]+")


def _as_it_is(text: str) -> tuple[Value, ...]:
    return (text,)


@dataclass(frozen=True, slots=True)
class FormPart:
    """One input of the form, which may hold several fields.

    ``read`` gives one value for each of its fields, in the order of their declaration; ``write``
    takes these values and gives the text. ``is_placed``: the form's template names its place, else
    it stands with description and contact. ``is_prose`` is for a text in a person's own words.
    """

    name: str
    label: str
    longest: int | None = None
    choices: tuple[tuple[str, str], ...] = ()
    rows: int = 1
    placeholder: str = ""
    help_text: str = ""
    strip: bool = True
    is_prose: bool = False
    is_placed: bool = True
    read: Callable[[str], tuple[Value, ...]] = _as_it_is
    write: Callable[..., str] = str


@dataclass(frozen=True, slots=True)
class Option:
    """The option of ``projects config set broker``; ``get broker`` prints the value under ``key``.

    ``missing`` is the sentence where it is left out, in place of the command line's own.
    """

    name: str
    metavar: str | None = None
    help: str | None = None
    missing: str = ""

    @property
    def key(self) -> str:
        return self.name.removeprefix("--").removeprefix("broker-").replace("-", "_")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What a field declares. Pages, commands, events and MACs take from here what they need.

    ``label`` is what people are shown, else the form part's. ``is_tested``: a test does something
    else with another value, so a change makes the last result old. ``in_snapshot``: a run keeps it.
    ``redirects``: it says where the password goes, so changing it takes the right
    ``connection.edit_endpoint``. ``in_row_mac`` is the place among the values that the row's MAC
    covers, from 1; it is never changed. ``audited_as`` is its name in the trail. ``searched_as`` is
    what its line of the search text begins with, None where searching ignores it.
    """

    part: FormPart
    label: str = ""
    is_tested: bool = False
    in_snapshot: bool = False
    redirects: bool = False
    in_row_mac: int | None = None
    audited_as: str = ""
    searched_as: str | None = None
    option: Option | None = None


def declare(part: FormPart, **more: Any) -> dict[str, Declared]:  # noqa: ANN401
    """The metadata of a dataclass's field; ``more`` as ``Declared`` has it."""
    return {"declared": Declared(part=part, **more)}


@dataclass(frozen=True, slots=True)
class ConnectionField:
    """A field with its name and, where it may be left out, its default."""

    name: str
    declared: Declared
    default: Value | None
    is_list: bool

    @property
    def label(self) -> str:
        return self.declared.label or self.declared.part.label

    @property
    def is_purpose(self) -> bool:
        """Whether it says what the connection is for: pages show these beside one another."""
        return not self.declared.part.is_placed

    @property
    def is_required(self) -> bool:
        return self.default is None

    def of(self, holder: object) -> Any:  # noqa: ANN401 - a row's column or a configuration's field
        """The value that a row or a configuration has, as a configuration holds it."""
        value = getattr(holder, self.name)
        return tuple(value) if self.is_list else value

    def text(self, value: Value) -> str:
        """For a person."""
        return value if isinstance(value, str) else ", ".join(value)


def words(text: str) -> tuple[str, ...]:
    """Words between white space, commas and semicolons, each once and in order."""
    return tuple(dict.fromkeys(word for word in _SEPARATORS.split(text) if word))


def read_words(text: str) -> tuple[Value, ...]:
    return (words(text),)


def read_servers(text: str) -> tuple[Value, ...]:
    """``host:port`` of each server; what is wrong with the text is the validation's matter."""
    return (tuple(server.name for server in parse_servers(text[:LONGEST_SERVERS])[0]),)


def read_rights(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Topics, and groups that are written ``group:name``, each once and in order."""
    found = words(text)
    groups = [word.removeprefix("group:") for word in found if word.startswith("group:")]
    topics = [word.removeprefix("topic:") for word in found if not word.startswith("group:")]
    return tuple(dict.fromkeys(topics)), tuple(dict.fromkeys(g for g in groups if g))


def write_rights(topics: Sequence[str], groups: Sequence[str]) -> str:
    """The text that ``read_rights`` takes."""
    return ", ".join([*topics, *(f"group:{group}" for group in groups)])
