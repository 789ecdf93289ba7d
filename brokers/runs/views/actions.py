"""What the page of a run offers to do about its cause: buttons that mend, and links to a field."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.urls import reverse

from brokers.engine.document import Document, VerdictSeen
from brokers.models import DRAFT, TestRun
from brokers.runs.services import quick_fixes
from brokers.runs.services.quick_fixes import Mend
from brokers.runs.views.tested_with import form_address

_PASSWORD_FAULTS = ("sasl.wrong_password", "sasl.plain_rejected", "input.password_empty")
_NEWER_CA = {"tls.ca_same_name", "tls.ca_is_intermediate", "tls.ca_is_leaf"}
# The name may be wrong here, or the right missing there.
_ALSO_HERE = {"rights.topic_hidden", "rights.topic_missing"}
# Which field of the form mends a cause, by the code or its family; the longest that fits counts.
_FIELDS = {
    "input": "servers",
    "input.user": "user",
    "input.whitespace": "user",
    "input.auth_not_on_platform": "auth",
    "input.reference_missing": "password_from",
    "input.password_empty": "password_from",
    "input.value": "password_from",
    "input.bad_ca": "ca_from",
    "input.bad_topic": "topics",
    "resolve": "servers",
    "connect": "servers",
    "tls": "ca_from",
    "tls.hostname": "servers",
    "tls.plaintext_kafka": "servers",
    "tls.http": "servers",
    "tls.other_protocol": "servers",
    "tls.zookeeper": "servers",
    "tls.address_not_in_certificate": "servers",
    "tls.client_certificate_required": "servers",
    "kafka": "servers",
    "sasl": "user",
    "sasl.mechanism_not_offered": "auth",
    "sasl.user_of_other_mechanism": "auth",
    "sasl.not_enabled": "servers",
    "sasl.iam_only": "servers",
    "sasl.oauth_only": "servers",
    "sasl.wrong_password": "password_from",
    "sasl.plain_rejected": "password_from",
    "metadata": "servers",
    "rights": "topics",
}
_LABELS = {
    "servers": "bootstrap servers",
    "user": "user",
    "auth": "mechanism",
    "password_from": "password",
    "ca_from": "CA",
    "topics": "topics and groups",
}


@dataclass(frozen=True, slots=True)
class Control:
    """A link, or with ``kind`` a button that posts it to ``url``."""

    url: str
    word: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Controls:
    """``said`` are sentences about what is offered; the first control is the one to press.
    ``field`` leads to the field that mends it, on the page of the form itself."""

    offered: tuple[Control, ...] = ()
    said: tuple[str, ...] = ()
    field: Control | None = None


def build(run: TestRun, document: Document, rights: Collection[str], project: str) -> Controls:
    """What the visitor can do here about the verdict's cause; nothing when it is not theirs."""
    if document.verdict is None or document.verdict.state == "passed":
        return Controls()
    found = _buttons(run, document, rights, project)
    ca = quick_fixes.better_ca(run, document)
    said = (_about(ca.name, rights, draft=run.origin == DRAFT),) if ca else ()
    if ca and run.origin == DRAFT and _form_right(run) in rights:
        url = f"{form_address(run, project, ca=ca.name)}#id_ca_from"
        found.append(Control(url, f"Use {ca.name} in the form"))
    found += _trust(run, document, rights, project)
    found += _places(run, document, rights, project)
    field = _field(run, document.verdict) if document.verdict.mended_by == "you" else ""
    there = Control(f"#id_{field}", f"Go to the {_LABELS[field]}") if field else None
    return Controls(tuple(found), said, there)


def _buttons(
    run: TestRun, document: Document, rights: Collection[str], project: str
) -> list[Control]:
    """Posts that mend and test again."""
    if not {"connection.edit", "connection.test"} <= set(rights):
        return []
    url = reverse("brokers:run-mend", kwargs={"project": project, "run": run.pk})
    return [
        Control(url, _word(mend), mend.kind)
        for mend in quick_fixes.possible(run, document)
        if (mend.kind not in {"ca", "no-ca"} or "secret.reveal" in rights)
        and (not mend.corrects or {"secret.update", "secret.use"} <= set(rights))
    ]


def _word(mend: Mend) -> str:
    words = {
        "trim": "Trim and test again",
        "json": "Use its `password` member and test again",
        "unquote": "Remove the quotation marks and test again",
        "decode": "Decode it and test again",
        "user": f"Use `{mend.to}` and test again",
        "servers": f"Change to {mend.to} and test again",
        "auth": f"Use {mend.to} and test again",
        "ca": f"Use {mend.to} and test again",
        "no-ca": "Use no CA and test again",
    }
    return words[mend.kind]


def _about(name: str, rights: Collection[str], *, draft: bool) -> str:
    sentence = f"`{name}` would verify this broker."
    if draft or "secret.reveal" in rights:
        return sentence
    return (
        f"{sentence} Another CA decides who gets the password, so somebody who may reveal secrets "
        "has to choose it."
    )


def _trust(
    run: TestRun, document: Document, rights: Collection[str], project: str
) -> Iterator[Control]:
    if "secret.create" in rights and quick_fixes.trustable(document):
        url = reverse("brokers:run-trust", kwargs={"project": project, "run": run.pk})
        yield Control(url, "Trust this root")


def _places(
    run: TestRun, document: Document, rights: Collection[str], project: str
) -> Iterator[Control]:
    """The page of the secret, and the form at the field."""
    verdict, target = document.verdict, run.target
    if verdict is None or (verdict.mended_by != "you" and verdict.fault not in _ALSO_HERE):
        return
    page, word, secret = _page_of_secret(verdict.fault)
    right = "secret.reveal" if page == "secret-hosts" else "secret.update"
    if page and target.get(secret) and run.connection and right in rights:
        names = {"project": project, "secret": target[secret]["secret"]}
        yield Control(reverse(f"secrets:{page}", kwargs=names), word)
        return
    if _form_right(run) not in rights:
        return
    field = _field(run, verdict)
    url = _form(run, project)
    yield Control(f"{url}#id_{field}", f"Open the form at the {_LABELS[field]}")


def _page_of_secret(fault: str) -> tuple[str, str, str]:
    """The page of a secret that mends the cause, its word, and which of the two it is."""
    if fault.startswith(_PASSWORD_FAULTS):
        return "secret-edit", "Enter another password", "password"
    if fault == "listener.host_not_allowed":
        return "secret-hosts", "Change the allowed hosts", "password"
    if fault in _NEWER_CA:
        return "secret-edit", "Give the CA again", "ca"
    return "", "", ""


def _form(run: TestRun, project: str) -> str:
    if run.connection_id is None:
        return form_address(run, project)
    names = {"project": project, "connection": run.connection_id}
    return reverse("brokers:connection-edit", kwargs=names)


def _form_right(run: TestRun) -> str:
    stored = run.connection_id or run.target.get("draft_of")
    return "connection.edit" if stored else "connection.create"


def _field(run: TestRun, verdict: VerdictSeen) -> str:
    """The field of the form that mends the cause."""
    ca = run.target.get("ca")
    if verdict.fault == "input.reference_missing" and ca:
        is_ca = f"“{ca['name']}/{ca['entry']}”" in verdict.sentence
        return "ca_from" if is_ca else "password_from"
    if verdict.fault == "input.whitespace" and verdict.sentence.startswith("The password"):
        return "password_from"
    fitting = [known for known in _FIELDS if verdict.fault.startswith(known)]
    return _FIELDS[max(fitting, key=len)] if fitting else "servers"
