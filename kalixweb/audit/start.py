"""What must hold before a process serves or works: usable keys and a guarded audit trail."""

from kalixweb.audit import triggers
from kalixweb.core import database
from kalixweb.keys import lifecycle


def verify_start() -> None:
    """Raise KeysUnusable or TriggersMissing, each with one sentence that says how to fix it."""
    lifecycle.verify()
    triggers.verify()
    # A server that forks must not share it with its children.
    database.close_all()
