"""What the audit trail tells of itself, of the keys, and of backups of the instance."""

from kalixweb.audit.events import COUNT, NAMES, PAIRS, TEXT, Action

ACTIONS = {
    "audit.exported": Action(
        "exported the audit trail",
        {"format": TEXT, "chains": NAMES, "filters": PAIRS, "events": COUNT},
    ),
    "keys.backed_up": Action("backed the keys up", {"root_keys": COUNT}),
    "instance.backed_up": Action("backed the database up", {"size": COUNT}),
}
