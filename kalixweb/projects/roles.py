"""The table of roles: which rights each has, and what stands beside its checkbox.

Each app registers its own rights in ``ready()``. A right is named once, at the narrowest role that
has it; the roles that include this one have it too.
"""

from collections.abc import Collection, Iterable, Mapping

TITLES = {
    "viewer": "Viewer",
    "tester": "Tester",
    "editor": "Editor",
    "secret_keeper": "Secret keeper",
    "auditor": "Auditor",
    "project_admin": "Project admin",
}
CHOICES = list(TITLES.items())
_INCLUDES = {
    "tester": "viewer",
    "editor": "tester",
    "secret_keeper": "editor",
    "project_admin": "viewer",
}

ROLES: dict[str, frozenset[str]] = dict.fromkeys(TITLES, frozenset())
"""Role to every right that it has; filled by ``register``."""

SERVICES: dict[str, frozenset[str]] = {}
"""Label of a service (a schedule) to the rights that it has in every project; filled by apps above,
in ``ready()``. A service that is not named here may do nothing."""

_phrases: dict[str, list[str]] = {role: [] for role in TITLES}


def register(rights: Mapping[str, Collection[str]], phrases: Mapping[str, str]) -> None:
    """Add an app's rights and what they let each role do, in words; both by the narrowest role.

    A phrase begins with a small letter and has no full stop: "reads the audit trail".
    """
    for role in TITLES:
        for narrower in _with_included(role):
            ROLES[role] |= frozenset(rights.get(narrower, ()))
    for role, phrase in phrases.items():
        if phrase not in _phrases[role]:
            _phrases[role].append(phrase)


def _with_included(role: str) -> Iterable[str]:
    """The role itself and all that it includes."""
    while role:
        yield role
        role = _INCLUDES.get(role, "")


def all_rights() -> frozenset[str]:
    """Every right that some role has in a project."""
    return frozenset().union(*ROLES.values())


def rights_of_roles(roles: Iterable[str]) -> frozenset[str]:
    """The union of what the named roles may do; an unknown role grants nothing."""
    return frozenset().union(*(ROLES.get(role, frozenset()) for role in roles))


def descriptions() -> dict[str, str]:
    """Role to one sentence: "Viewer, and manages members."."""
    return {role: _description(role) for role in TITLES}


def _description(role: str) -> str:
    phrase = "; ".join(_phrases[role])
    if role in _INCLUDES:
        phrase = f"{TITLES[_INCLUDES[role]]}, and {phrase}"
    return f"{phrase[:1].upper()}{phrase[1:]}."


def titles(roles: Collection[str]) -> str:
    """Roles as one phrase, in the table's order: "Editor, Auditor"."""
    return ", ".join(title for role, title in TITLES.items() if role in roles)
