"""Holds the rows of secrets against the newest event about each: an old row brought back shows."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from kalixweb.projects.models import Project
from secrets_app.models import Secret

# Every event that says how the row is from then on.
ACTIONS = (
    "secret.created",
    "secret.version_saved",
    "secret.unchanged",
    "secret.made_current",
    "secret.renamed",
    "secret.allowed_hosts_changed",
    "secret.deleted",
)


def compare(chain: UUID, newest: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """One sentence for each secret of the project that differs from its newest event.

    A deleted project took its secrets along, and its chain stays; then there is nothing to say.
    """
    if not Project.objects.filter(id=chain).exists():
        return
    rows = {str(row.id): row for row in Secret.objects.for_project(chain)}
    for key, row in rows.items():
        event = newest.get(key)
        if event is None:
            yield f"The secret {row.name} has no event that says how it came to be."
        elif event["action"] == "secret.deleted":
            yield f"The secret {row.name} was deleted and is there again."
        elif differs := _differences(row, event):
            yield f"The secret {row.name} differs from its newest event: {', '.join(differs)}."
    for key, event in newest.items():
        if key not in rows and event["action"] != "secret.deleted":
            yield f"The secret {event['object']['label']} is gone without an event of its deletion."


def _differences(row: Secret, event: Mapping[str, Any]) -> list[str]:
    recorded = event["details"]
    held: list[tuple[str, object, object]] = [
        ("name", row.name, event["object"]["label"]),
        ("version", row.current_version, recorded["version"]),
        ("allowed hosts", sorted(row.allowed_hosts), recorded["allowed_hosts"]),
    ]
    return [
        f"{what} is {_text(now)} and was {_text(then)}" for what, now, then in held if now != then
    ]


def _text(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)
