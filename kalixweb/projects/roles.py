"""Roles in words: what stands beside each checkbox."""

from kalixweb.projects.permissions import ROLES

TITLES = {
    "viewer": "Viewer",
    "tester": "Tester",
    "editor": "Editor",
    "secret_keeper": "Secret keeper",
    "auditor": "Auditor",
    "project_admin": "Project admin",
}
DESCRIPTIONS = {
    "viewer": "Sees connections and which secrets there are, never a value.",
    "tester": "Viewer, and tests saved connections with the secrets that they use, and asks AWS.",
    "editor": "Tester, and makes, changes and deletes secrets and connections.",
    "secret_keeper": "Editor, and lets secrets be sent to other hosts, destroys versions, and "
    "takes passwords over from AWS.",
    "auditor": "Reads, verifies and exports the audit trail; sees nothing else.",
    "project_admin": "Viewer, and manages members, AWS accounts, keys and tokens, and reads the "
    "audit trail.",
}
CHOICES = [(role, TITLES[role]) for role in ROLES]


def titles(roles: list[str]) -> str:
    """Roles as one phrase, in the table's order: "Editor, Auditor"."""
    return ", ".join(TITLES[role] for role in ROLES if role in roles)
