"""What leads through a project, as each app registers it in ``ready()``."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kalixweb.projects.models import Project


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a project in the bar of every page; pages name it in ``nav_section``.

    ``page`` is the name of an address that takes a project's name, ``place`` orders the bar,
    ``right`` is needed to see it, and ``count`` says how many things are there.
    """

    name: str
    label: str
    page: str
    place: int
    right: str = ""
    count: Callable[[Project], int] | None = None


@dataclass(frozen=True, slots=True)
class Home:
    """The page that a project begins with, for whoever has the right."""

    page: str
    right: str


@dataclass(frozen=True, slots=True, order=True)
class MenuEntry:
    """What the menu of projects offers below them; ``page`` takes no project."""

    place: int
    label: str
    page: str


_sections: list[Section] = []
_homes: list[Home] = []
_menu: list[MenuEntry] = []


def register(*sections: Section, home: Home | None = None, menu: Sequence[MenuEntry] = ()) -> None:
    """Add sections; ``home`` takes the place of what an app below registered."""
    _sections.extend(sections)
    _sections.sort(key=lambda section: section.place)
    _menu.extend(menu)
    _menu.sort()
    if home:
        _homes.append(home)


def sections(rights: frozenset[str]) -> list[Section]:
    """What somebody with these rights is shown, in order."""
    return [one for one in _sections if not one.right or one.right in rights]


def counts(project: Project) -> dict[str, int]:
    """Section to how many things are there."""
    return {one.name: one.count(project) for one in _sections if one.count}


def menu() -> list[MenuEntry]:
    return _menu


def home() -> Home:
    return _homes[-1]
