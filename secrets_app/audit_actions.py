"""What the audit trail tells of secrets."""

from kalixweb.audit.events import COUNT, NAMES, TEXT, Action

_SECRET = {
    "type": TEXT,
    "state": TEXT,
    "version": COUNT,
    "version_before": COUNT,
    "entries": NAMES,
    "allowed_hosts": NAMES,
}

ACTIONS = {
    "secret.created": Action("made the secret {object}", _SECRET),
    "secret.version_saved": Action(
        "saved version {version} of the secret {object}",
        _SECRET | {"entries_changed": NAMES, "entries_dropped": NAMES},
    ),
    "secret.unchanged": Action(
        "wrote the same values to the secret {object} again", _SECRET | {"entries_written": NAMES}
    ),
    "secret.made_current": Action("made version {version} of the secret {object} current", _SECRET),
    "secret.renamed": Action(
        "renamed the secret {name_before} to {object}", _SECRET | {"name_before": TEXT}
    ),
    "secret.deleted": Action("deleted the secret {object}", _SECRET),
    "secret.used": Action(
        "used the secret {object}",
        {
            "version": COUNT,
            "entry": TEXT,
            "entries": NAMES,
            "reason": TEXT,
        },
    ),
    "secret.allowed_hosts_changed": Action(
        "changed where the secret {object} may be sent",
        _SECRET | {"hosts_before": NAMES, "hosts_after": NAMES, "reason": TEXT},
    ),
    "secret.delivery_refused": Action(
        "was kept from sending the secret {object} elsewhere",
        {"hosts": NAMES, "reason": TEXT},
    ),
}
