"""What must hold before a process serves or works: usable keys and a guarded audit trail."""

from django.db import connections

from kalixweb.audit import triggers
from kalixweb.keys import lifecycle


def verify_start() -> None:
    """Raise KeysUnusable or TriggersMissing, each with one sentence that says how to fix it."""
    lifecycle.verify()
    triggers.verify()
    # A server that forks must not share it with its children.
    connections.close_all()
