"""What must hold before a process serves or works: usable keys and a guarded audit trail."""

from django.db import connections

from kalixweb.audit import triggers
from kalixweb.audit.triggers import TriggersMissing
from kalixweb.keys import lifecycle
from kalixweb.keys.lifecycle import KeysUnusable

__all__ = ["KeysUnusable", "TriggersMissing", "verify_start"]


def verify_start() -> None:
    """Raise KeysUnusable or TriggersMissing, each with one sentence that says what to do."""
    lifecycle.verify()
    triggers.verify()
    # A server that forks must not share it with its children.
    connections.close_all()
