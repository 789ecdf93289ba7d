"""What a run was made with, and the form that it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from brokers.models import Connection, TestRun

_TERMS = {"password": "Password", "ca": "CA"}


@dataclass(frozen=True, slots=True)
class Fact:
    term: str
    value: str
    url: str = ""


def facts(run: TestRun, project: str) -> tuple[Fact, ...]:
    """User, secrets with their versions, and whether the connection has changed since."""
    target: Mapping[str, Any] = run.target
    found = [
        Fact("User", str(target.get("user") or "")),
        Fact("Login", str(target.get("auth") or "")),
    ]
    for name, term in _TERMS.items():
        if pin := target.get(name):
            found.append(Fact(term, _reference(pin), _secret_url(project, pin)))
    typed = target.get("typed", ())
    found += [
        Fact(_TERMS[field], "typed for this test, not stored") for field in _TERMS if field in typed
    ]
    if "ca" in target and not target["ca"] and "ca" not in typed:
        found.append(Fact("CA", "none, the system's store"))
    if run.connection is not None:
        found.append(Fact("Tested", _revision(run, run.connection)))
    return tuple(fact for fact in found if fact.value)


def _reference(pin: Mapping[str, Any]) -> str:
    return f"{pin.get('name')}/{pin.get('entry')}, version {pin.get('version')}"


def _secret_url(project: str, pin: Mapping[str, Any]) -> str:
    return reverse("secrets:secret-detail", kwargs={"project": project, "secret": pin["secret"]})


def _revision(run: TestRun, connection: Connection) -> str:
    """Whether the present connection is the one that was tested."""
    tested = run.target.get("revision")
    if tested != connection.target_revision:
        return f"revision {tested}, changed since"
    for name, secret in (("password", connection.password_secret), ("ca", connection.ca_secret)):
        pin = run.target.get(name)
        if pin and secret is not None and pin.get("version") != secret.current_version:
            return f"revision {tested}, but {secret.name} has a newer version"
    return f"revision {tested}, the current one"


def form_address(run: TestRun, project: str, **also: str) -> str:
    """The form of a draft, filled again."""
    stored = run.target.get("draft_of")
    names = {"project": project} | ({"connection": stored} if stored else {})
    path = reverse(f"brokers:connection-{'edit' if stored else 'new'}", kwargs=names)
    return f"{path}?{urlencode({'draft': str(run.pk)} | also)}"
