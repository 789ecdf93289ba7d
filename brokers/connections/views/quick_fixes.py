"""Buttons on a run's page that fix its cause and test again, and the page that trusts a root."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from brokers.connections.queries import connections
from brokers.connections.views import testing
from brokers.engine.document import Document, read
from brokers.models import Connection, TestRun
from brokers.runs.forms.trust_ca import TrustForm
from brokers.runs.queries import runs
from brokers.runs.services import quick_fixes
from brokers.runs.views.tested_with import form_address
from kalixweb.accounts.refusals import shown_in, shown_on
from kalixweb.core.htmx import HttpRequest, fragment, go_to
from kalixweb.core.refusals import Refusal
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import may, require
from secrets_app.services.fresh_sign_in import FreshSignInNeeded, is_fresh


@require_POST
@in_project
def run_fix(request: HttpRequest, project: Project, run: UUID) -> HttpResponse:
    """Do what was offered, then test again; a refusal is said on the run's page."""
    require(request.actor, project.id, "connection.edit", object_kind="run", object_id=run)
    found = _find(project, run)
    here = reverse("brokers:run-detail", args=[project.name, found.pk])
    try:
        quick_fixes.carry_out(actor=request.actor, run=found, kind=request.POST.get("fix", ""))
    except Refusal as refused:
        return shown_on(here, request, refused)
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
        return shown_on(request.path, request, FreshSignInNeeded("Trusting another root"))
    form = TrustForm(
        request.POST if request.method == "POST" else None,
        document=document,
        initial={"name": _free_name(found)},
    )
    if request.method == "POST" and form.is_valid():
        with shown_in(form, request):
            done = _trust(request, project, found, form, switches=switches)
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
) -> HttpResponse:
    """The redirect that leads on."""
    name = form.cleaned_data["name"]
    quick_fixes.trust(
        actor=request.actor,
        project=project.id,
        connection=run.connection if switches else None,
        name=name,
        pem=form.pem,
    )
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
