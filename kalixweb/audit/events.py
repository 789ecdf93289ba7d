"""The one table of actions: what may be recorded, and which details it may carry.

To record a new action, add its row here. Details are an allow-list: names and their types, never
values of secrets, and never free text that somebody typed.
"""

from collections.abc import Callable, Mapping
from typing import Literal, cast
from uuid import UUID

Outcome = Literal["ok", "denied", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("ok", "denied", "failed")

Detail = str | int | bool | None | list[str] | dict[str, str]

TEXT, COUNT, FLAG, NAMES, PAIRS = "text", "count", "flag", "names", "pairs"
_LONGEST_TEXT = 1024
_MOST_ITEMS = 1024

_REPEATED = {"count": COUNT, "since": TEXT, "until": TEXT}
_CHANGED = {"fields": NAMES, "before": PAIRS, "after": PAIRS}
_CONNECTION = {
    "hosts": NAMES,
    "auth": TEXT,
    "user": TEXT,
    "password": TEXT,
    "ca": TEXT,
    "platform": TEXT,
    "revision": COUNT,
    "hosts_before": NAMES,
    "auth_before": TEXT,
    "user_before": TEXT,
    "password_before": TEXT,
    "ca_before": TEXT,
    "fields": NAMES,
    "delivery": TEXT,
    "copied_from": TEXT,
}
_SECRET = {
    "type": TEXT,
    "state": TEXT,
    "version": COUNT,
    "version_before": COUNT,
    "entries": NAMES,
    "allowed_hosts": NAMES,
}
_AWS_ACCOUNT = {"region": TEXT, "way": TEXT, "role_arn": TEXT, "key_id": TEXT, "key_secret": TEXT}
_INQUIRY = {"kind": TEXT, "account": TEXT, "cluster": TEXT, "setup": TEXT, "inquiry": TEXT}
_SETUP = {"account": TEXT, "cluster": TEXT, "user": TEXT, "connection": TEXT}
_MEMBERSHIP = {"user": TEXT, "user_id": TEXT, "roles_before": NAMES, "roles_after": NAMES}

ACTIONS: Mapping[str, Mapping[str, str]] = {
    # secrets
    "secret.created": _SECRET,
    "secret.version_saved": _SECRET | {"entries_changed": NAMES, "entries_dropped": NAMES},
    "secret.unchanged": _SECRET | {"entries_written": NAMES},
    "secret.made_current": _SECRET,
    "secret.renamed": _SECRET | {"name_before": TEXT},
    "secret.deleted": _SECRET,
    "secret.used": {
        "version": COUNT,
        "entry": TEXT,
        "entries": NAMES,
        "reason": TEXT,
        "run": TEXT,
        "connection": TEXT,
        "account": TEXT,
        "hosts": NAMES,
    },
    "secret.allowed_hosts_changed": _SECRET
    | {"hosts_before": NAMES, "hosts_after": NAMES, "reason": TEXT},
    "secret.delivery_refused": {"hosts": NAMES, "reason": TEXT, "connection": TEXT},
    # connections and their tests
    "connection.created": _CONNECTION,
    "connection.changed": _CONNECTION | _CHANGED | {"name_before": TEXT},
    "connection.deleted": _CONNECTION,
    "connection.default_set": {"before": TEXT, "after": TEXT},
    "connection.tested": {
        "run": TEXT,
        "origin": TEXT,
        "hosts": NAMES,
        "auth": TEXT,
        "user": TEXT,
        "password": TEXT,
        "password_version": COUNT,
        "ca": TEXT,
        "ca_version": COUNT,
        "connections": COUNT,
    },
    "run.stopped": {"reason": TEXT, "run": TEXT, "connection": TEXT},
    "connection.cluster_left": {"account_before": TEXT, "cluster_before": TEXT},
    "connection.cluster_set": {
        "account": TEXT,
        "cluster": TEXT,
        "account_before": TEXT,
        "cluster_before": TEXT,
    },
    # AWS
    "aws_account.created": _AWS_ACCOUNT,
    "aws_account.changed": _CHANGED,
    "aws_account.deleted": _AWS_ACCOUNT,
    "aws_external_id.created": {},
    "aws_inquiry.asked": _INQUIRY | {"scheduled": FLAG},
    "aws_inquiry.stopped": _INQUIRY | {"reason": TEXT},
    "msk_setup.created": _SETUP,
    "msk_setup.changed": _SETUP | {"fields": NAMES},
    "msk_setup.deleted": _SETUP,
    "msk.acls_confirmed": _SETUP,
    "msk.password_read": {"cluster": TEXT, "user": TEXT, "source": TEXT, "account": TEXT},
    "msk.password_taken": {
        "secret": TEXT,
        "entry": TEXT,
        "version": COUNT,
        "cluster": TEXT,
        "user": TEXT,
        "source": TEXT,
        "account": TEXT,
    },
    # people
    "user.created": {
        "administrator": FLAG,
        "instance_auditor": FLAG,
        "by": TEXT,
        "invitation": TEXT,
    },
    "user.deactivated": {"sessions": COUNT, "invitations": COUNT, "tokens": COUNT},
    "user.signed_in": {"method": TEXT, "second_factor": FLAG, "reauthenticated": FLAG},
    "user.sign_in_failed": {"reason": TEXT, "name_mac": TEXT, "kid": COUNT} | _REPEATED,
    "user.signed_out": {"method": TEXT},
    "user.password_changed": {"sessions_ended": COUNT, "by": TEXT},
    "user.second_factor_changed": {"method": TEXT, "added": FLAG},
    "user.single_sign_on_changed": {"issuer": TEXT, "added": FLAG},
    "user.sessions_ended": {"sessions": COUNT, "by": TEXT},
    "invitation.created": _MEMBERSHIP | {"expires": TEXT, "administrator": FLAG},
    "invitation.accepted": _MEMBERSHIP,
    "invitation.revoked": _MEMBERSHIP,
    # projects
    "project.created": {"description_set": FLAG},
    "project.changed": _CHANGED,
    "project.renamed": {"name_before": TEXT, "name_after": TEXT},
    "project.deleted": {"secrets": COUNT, "connections": COUNT, "members": COUNT},
    "membership.changed": _MEMBERSHIP,
    "membership.ended": _MEMBERSHIP,
    # access, audit, keys
    "access.denied": {"right": TEXT, "method": TEXT, "reason": TEXT} | _REPEATED,
    "audit.exported": {"format": TEXT, "chains": NAMES, "filters": PAIRS, "events": COUNT},
    "keys.backed_up": {"root_keys": COUNT},
    "instance.backed_up": {"size": COUNT},
}


class UnknownAction(ValueError):
    """An action that the table does not hold."""


class DetailRefused(ValueError):
    """A detail that the action's row does not allow; the message names it and not its value."""


def check_details(action: str, details: Mapping[str, object]) -> dict[str, Detail]:
    """The details ready for the payload; raises UnknownAction or DetailRefused.

    UUIDs become text and any collection of names a sorted list.
    """
    if action not in ACTIONS:
        raise UnknownAction(f"The audit table of actions has no row for {action!r}.")
    allowed = ACTIONS[action]
    checked: dict[str, Detail] = {}
    for name, value in details.items():
        if name not in allowed:
            raise DetailRefused(f"{action} may not carry the detail {name!r}.")
        checked[name] = (
            None if value is None else _READERS[allowed[name]](f"{action} {name}", value)
        )
    return checked


def _text(where: str, value: object) -> str:
    if isinstance(value, UUID):
        return str(value)
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise DetailRefused(f"{where} must be text of at most {_LONGEST_TEXT} characters.")
    return value


def _count(where: str, value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise DetailRefused(f"{where} must be a whole number.")
    return value


def _flag(where: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise DetailRefused(f"{where} must be true or false.")
    return value


def _names(where: str, value: object) -> list[str]:
    if not isinstance(value, (list, tuple, set, frozenset)) or len(value) > _MOST_ITEMS:
        raise DetailRefused(f"{where} must be a list of at most {_MOST_ITEMS} names.")
    return sorted(_text(where, item) for item in value)


def _pairs(where: str, value: object) -> dict[str, str]:
    if not isinstance(value, Mapping) or len(value) > _MOST_ITEMS:
        raise DetailRefused(f"{where} must map at most {_MOST_ITEMS} names to text.")
    pairs = cast("Mapping[object, object]", value)
    return {_text(where, name): _text(where, text) for name, text in pairs.items()}


_READERS: Mapping[str, Callable[[str, object], Detail]] = {
    TEXT: _text,
    COUNT: _count,
    FLAG: _flag,
    NAMES: _names,
    PAIRS: _pairs,
}
