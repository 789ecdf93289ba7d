"""What the page of a run offers to do about its cause: buttons that fix, and links to a field."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.urls import reverse

from brokers.engine.document import Document, VerdictSeen
from brokers.models import DRAFT, TestRun
from brokers.runs.services import quick_fixes
from brokers.runs.services.quick_fixes import QuickFix
from brokers.runs.views.tested_with import form_address

# What a fault calls a part of the configuration -> the form's field, and how it is called there.
_FIELDS = {
    "servers": ("servers", "bootstrap servers"),
    "user": ("user", "user"),
    "auth": ("auth", "mechanism"),
    "password": ("password_from", "password"),
    "ca": ("ca_from", "CA"),
    "topics": ("topics", "topics and groups"),
}
# The page of a secret, what leads there, the right that it takes, and which secret is meant.
_SECRET_PAGES = {
    "password": ("secret-edit", "Enter another password", "secret.update", "password"),
    "hosts": ("secret-hosts", "Change the allowed hosts", "secret.reveal", "password"),
    "ca": ("secret-edit", "Give the CA again", "secret.update", "ca"),
}


@dataclass(frozen=True, slots=True)
class Action:
    """A link, or with ``kind`` a button that posts it to ``url``."""

    url: str
    word: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Actions:
    """``said`` are sentences about what is offered; the first control is the one to press.
    ``field`` leads to the field that fixes it, on the page of the form itself."""

    offered: tuple[Action, ...] = ()
    sentences: tuple[str, ...] = ()
    field: Action | None = None


def build(run: TestRun, document: Document, rights: Collection[str], project: str) -> Actions:
    """What the visitor can do here about the verdict's cause; nothing when it is not theirs."""
    if document.verdict is None or document.verdict.state == "passed":
        return Actions()
    found = _buttons(run, document, rights, project)
    ca = quick_fixes.better_ca(run, document)
    sentences = (_about(ca.name, rights, draft=run.origin == DRAFT),) if ca else ()
    if ca and run.origin == DRAFT and _form_right(run) in rights:
        url = f"{form_address(run, project, ca=ca.name)}#id_ca_from"
        found.append(Action(url, f"Use {ca.name} in the form"))
    found += _trust(run, document, rights, project)
    found += _places(run, document, rights, project)
    there = None
    if document.verdict.owner == "you":
        field, label = _field(document.verdict)
        there = Action(f"#id_{field}", f"Go to the {label}")
    return Actions(tuple(found), sentences, there)


def _buttons(
    run: TestRun, document: Document, rights: Collection[str], project: str
) -> list[Action]:
    """Posts that fix and test again."""
    if not {"connection.edit", "connection.test"} <= set(rights):
        return []
    url = reverse("brokers:run-fix", kwargs={"project": project, "run": run.pk})
    return [
        Action(url, _word(fix), fix.kind)
        for fix in quick_fixes.possible(run, document)
        if (fix.kind not in {"ca", "no-ca"} or "secret.reveal" in rights)
        and (not fix.corrects or {"secret.update", "secret.use"} <= set(rights))
    ]


def _word(fix: QuickFix) -> str:
    words = {
        "trim": "Trim and test again",
        "json": "Use its `password` member and test again",
        "unquote": "Remove the quotation marks and test again",
        "decode": "Decode it and test again",
        "user": f"Use `{fix.to}` and test again",
        "servers": f"Change to {fix.to} and test again",
        "auth": f"Use {fix.to} and test again",
        "ca": f"Use {fix.to} and test again",
        "no-ca": "Use no CA and test again",
    }
    return words[fix.kind]


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
) -> Iterator[Action]:
    if "secret.create" in rights and quick_fixes.trustable(document):
        url = reverse("brokers:run-trust", kwargs={"project": project, "run": run.pk})
        yield Action(url, "Trust this root")


def _places(
    run: TestRun, document: Document, rights: Collection[str], project: str
) -> Iterator[Action]:
    """The page of the secret, and the form at the field."""
    verdict, target = document.verdict, run.target
    row = verdict.row if verdict else None
    if verdict is None or (verdict.owner != "you" and not (row and row.maybe_yours)):
        return
    if row and row.fixed_at and run.connection:
        page, word, right, secret = _SECRET_PAGES[row.fixed_at]
        if target.get(secret) and right in rights:
            names = {"project": project, "secret": target[secret]["secret"]}
            yield Action(reverse(f"secrets:{page}", kwargs=names), word)
            return
    if _form_right(run) not in rights:
        return
    field, label = _field(verdict)
    yield Action(f"{_form(run, project)}#id_{field}", f"Open the form at the {label}")


def _form(run: TestRun, project: str) -> str:
    if run.connection_id is None:
        return form_address(run, project)
    names = {"project": project, "connection": run.connection_id}
    return reverse("brokers:connection-edit", kwargs=names)


def _form_right(run: TestRun) -> str:
    stored = run.connection_id or run.target.get("draft_of")
    return "connection.edit" if stored else "connection.create"


def _field(verdict: VerdictSeen) -> tuple[str, str]:
    """The form's field in which the cause is fixed, and its label."""
    return _FIELDS.get(verdict.field, _FIELDS["servers"])
