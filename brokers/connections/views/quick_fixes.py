"""Buttons on a run's page that mend its cause and test again, and the page that trusts a root."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from brokers.connections.queries import connections
from brokers.connections.services.connections import ChangedMeanwhile
from brokers.connections.services.validation import NotAcceptable
from brokers.connections.views import testing
from brokers.engine.document import Document, read
from brokers.models import Connection, TestRun
from brokers.runs.forms.trust_ca import TrustForm
from brokers.runs.queries import runs
from brokers.runs.services import quick_fixes
from brokers.runs.views.tested_with import form_address
from kalixweb.accounts.fresh import where_to_prove
from kalixweb.core.htmx import HttpRequest, fragment, go_to
from kalixweb.keys.envelope import BlobRefused
from kalixweb.keys.key_cache import KeyUnavailable
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import may, require
from secrets_app.services import secrets as stored
from secrets_app.services.corrections import NothingToCorrect
from secrets_app.services.delivery import DeliveryRefused
from secrets_app.services.fresh_sign_in import is_fresh
from secrets_app.services.naming import NotAccepted
from secrets_app.services.row_macs import RowAltered
from secrets_app.services.values import ValueGone
from secrets_app.services.write_limit import TooManyWrites

_REFUSALS = (
    quick_fixes.NotOfferedAnyMore,
    NothingToCorrect,
    ChangedMeanwhile,
    stored.ChangedMeanwhile,
    NotAcceptable,
    NotAccepted,
    RowAltered,
    ValueGone,
    TooManyWrites,
    KeyUnavailable,
    BlobRefused,
)


@require_POST
@in_project
def run_mend(request: HttpRequest, project: Project, run: UUID) -> HttpResponse:
    """Do what was offered, then test again; a refusal is said on the run's page."""
    require(request.actor, project.id, "connection.edit", object_kind="run", object_id=run)
    found = _find(project, run)
    here = reverse("brokers:run-detail", args=[project.name, found.pk])
    try:
        quick_fixes.carry_out(actor=request.actor, run=found, kind=request.POST.get("mend", ""))
    except DeliveryRefused as refused:
        if refused.fresh_would_do:
            return prove(request, here)
        messages.error(request, refused.sentence)
        return redirect(here)
    except _REFUSALS as refused:
        messages.error(request, str(refused))
        return redirect(here)
    return testing.begin(request, _again(project, found))


@require_http_methods(["GET", "POST"])
@in_project
def run_trust(request: HttpRequest, project: Project, run: UUID) -> HttpResponse:
    """Make a CA secret of the root that a run's brokers end at, against its owner's fingerprint."""
    require(request.actor, project.id, "secret.create", object_kind="run", object_id=run)
    found = _find(project, run)
    here = reverse("brokers:run-detail", args=[project.name, found.pk])
    document = read(found.document)
    if not quick_fixes.trustable(document):
        messages.info(request, "This run met no root that is not trusted yet.")
        return go_to(request, here)
    switches = _switches(request, project, found)
    if switches and not is_fresh(request.actor):
        return prove(request, request.path)
    form = TrustForm(
        request.POST if request.method == "POST" else None,
        document=document,
        initial={"name": _free_name(found)},
    )
    if request.method == "POST" and form.is_valid():
        done = _trust(request, project, found, form, switches=switches)
        if done is not None:
            return go_to(request, done["Location"])
    context = {
        "nav_section": "connections",
        "project": project,
        "form": form,
        "run": found,
        "switches": switches,
        "ends_at": _ends_at(document),
        "server": _server(document),
    }
    status = 422 if form.is_bound else 200
    return fragment(request, "brokers/runs/trust.html", "form", context, status=status)


def _trust(
    request: HttpRequest, project: Project, run: TestRun, form: TrustForm, *, switches: bool
) -> HttpResponse | None:
    """The redirect that leads on, or None with the reason in the form."""
    name = form.cleaned_data["name"]
    try:
        quick_fixes.trust(
            actor=request.actor,
            project=project.id,
            connection=run.connection if switches else None,
            name=name,
            pem=form.pem,
        )
    except stored.NameTaken as taken:
        form.add_error("name", str(taken))
        return None
    except DeliveryRefused as refused:
        form.add_error(None, refused.sentence)
        return None
    except (*_REFUSALS,) as refused:
        form.add_error(None, str(refused))
        return None
    if switches:
        return testing.begin(request, _again(project, run))
    messages.success(request, f"{name} is saved. Choose it as the certificate authority.")
    if run.connection_id is None:
        return redirect(f"{form_address(run, project.name, ca=name)}#id_ca_from")
    return redirect("brokers:run-detail", project=project.name, run=run.pk)


def _switches(request: HttpRequest, project: Project, run: TestRun) -> bool:
    """Whether the visitor can make the connection use the new CA at once."""
    if run.connection is None:
        return False
    rights = ("secret.reveal", "connection.edit", "connection.edit_endpoint", "connection.test")
    return all(may(request.actor, project.id, right, run.connection) for right in rights)


def prove(request: HttpRequest, then: str) -> HttpResponse:
    """The page that asks to sign in anew, and then leads on."""
    context = {"prove_url": where_to_prove(request, then)}
    if request.htmx:
        return go_to(request, context["prove_url"])
    return render(request, "accounts/stale.html", context, status=403)


def _find(project: Project, run: UUID) -> TestRun:
    found = runs.find(project, run)
    if found is None:
        raise Http404
    return found


def _again(project: Project, run: TestRun) -> Connection:
    """The connection as it is stored now."""
    return get_object_or_404(connections.whole(project), runs=run)


def _free_name(run: TestRun) -> str:
    connection: Connection | None = run.connection
    return f"{connection.name[:60]}-ca" if connection else "kafka-ca"


def _ends_at(document: Document) -> str:
    for node in document.nodes:
        if (tls := node.stage("tls")) and tls.facts.get("ends_at"):
            return str(tls.facts["ends_at"])
    return ""


def _server(document: Document) -> str:
    failed = (n.name for n in document.nodes if (s := n.stage("tls")) and s.state == "failed")
    return next(failed, "")
