"""The hosts that a secret's values may be sent to: exact names, or ``*.suffix``."""

import ipaddress
import re
from collections.abc import Collection, Iterable

from kalixweb.audit.unit_of_work import unit_of_work
from kalixweb.core.actor import Actor
from secrets_app.models import Secret
from secrets_app.services import rows
from secrets_app.services.fresh_sign_in import require_fresh
from secrets_app.services.naming import NotAccepted

MOST_PATTERNS = 100
_LABEL = r"[a-z0-9_]([-a-z0-9_]{0,61}[a-z0-9_])?"
_PATTERN = re.compile(rf"(\*\.)?{_LABEL}(\.{_LABEL})*")


def check_patterns(patterns: Iterable[str]) -> list[str]:
    """Sorted, without repeats, small letters; NotAccepted for ``allowed_hosts`` names a bad one."""
    kept = sorted({pattern.strip().rstrip(".").lower() for pattern in patterns} - {""})
    if len(kept) > MOST_PATTERNS:
        raise NotAccepted(
            "allowed_hosts", f"{len(kept)} patterns are too many; {MOST_PATTERNS} is the most."
        )
    for pattern in kept:
        if not _is_address(pattern) and not _is_pattern(pattern):
            raise NotAccepted(
                "allowed_hosts",
                f"“{pattern}” is no host. Write one a line, such as kafka.example.com or "
                "*.kafka.example.com, without a port.",
            )
    return kept


def allow_first(*, actor: Actor, secret: Secret, patterns: Collection[str]) -> None:
    """On the first delivery of a secret, allow its hosts; afterwards this changes nothing.

    Called by the service that had the delivery authorised, inside its unit of work.
    """
    with unit_of_work(actor):
        row = rows.locked(secret)
        if not row.allowed_hosts:
            _store(row, check_patterns(patterns))


def change(*, actor: Actor, secret: Secret, patterns: Iterable[str]) -> Secret:
    """Set the allowed hosts: needs the right to reveal and a fresh sign-in.

    Raises Denied, FreshSignInNeeded, NotAccepted, SecretGone, RowAltered.
    """
    rows.require(actor, secret, "secret.reveal")
    require_fresh(actor, "Changing where a secret may be sent")
    kept = check_patterns(patterns)
    with unit_of_work(actor):
        row = rows.locked(secret)
        if kept != row.allowed_hosts:
            _store(row, kept)
    return row


def _store(row: Secret, patterns: list[str]) -> None:
    before, row.allowed_hosts = row.allowed_hosts, patterns
    rows.write(row)
    rows.record(row, "secret.allowed_hosts_changed", hosts_before=before, hosts_after=patterns)


def _is_pattern(pattern: str) -> bool:
    """A suffix of one label would allow a whole top-level domain."""
    if not _PATTERN.fullmatch(pattern) or len(pattern) > 253:
        return False
    return not pattern.startswith("*.") or "." in pattern[2:]


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
