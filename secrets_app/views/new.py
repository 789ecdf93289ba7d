"""The form of a new secret: entries with values, or a CA."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kalixweb.accounts.refusals import shown_in
from kalixweb.core.htmx import HttpRequest, fragment, go_to
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from secrets_app.forms.entries import EntryRows, typed_names
from secrets_app.forms.single import CaForm, NameForm
from secrets_app.models import CA_ENTRY, GENERIC, TLS_CA
from secrets_app.services import secrets
from secrets_app.views.request_checks import exceeds_upload_limit, require_right

_PAGE = "secrets_app/secret_new.html"


@in_project
@require_http_methods(["GET", "HEAD", "POST"])
def secret_new(request: HttpRequest, project: Project) -> HttpResponse:
    """``?type=tls-ca`` shows the form of a CA, anything else that of a generic secret."""
    require_right(request, "secret.create")
    if request.GET.get("type") == TLS_CA:
        return _new_ca(request, project)
    return _new_generic(request, project)


def _new_generic(request: HttpRequest, project: Project) -> HttpResponse:
    if request.method != "POST":
        return _answer(request, project, NameForm(), rows=EntryRows.unbound([]))
    if request.POST.get("do") == "add":
        name = NameForm(initial={"name": request.POST.get("name", "")})
        rows = EntryRows.unbound([], typed_names(request.POST, 0), blank=1)
        return _answer(request, project, name, rows=rows)
    name = NameForm(request.POST)
    rows = EntryRows.bound(request.POST, request.FILES, [])
    valid = rows.is_valid()
    if exceeds_upload_limit(request):
        rows.refuse_size()
    elif name.is_valid() and valid:
        with shown_in(_Both(name, rows), request):
            return _create(request, project, name, GENERIC, rows.values)
    return _answer(request, project, name, rows=rows, status=422)


def _new_ca(request: HttpRequest, project: Project) -> HttpResponse:
    if request.method != "POST":
        return _answer(request, project, NameForm(), ca=CaForm())
    name, ca = NameForm(request.POST), CaForm(request.POST, request.FILES)
    if exceeds_upload_limit(request):
        ca.refuse_size()
    elif name.is_valid() & ca.is_valid():
        with shown_in(_Both(name, ca), request):
            return _create(request, project, name, TLS_CA, {CA_ENTRY: ca.given})
    return _answer(request, project, name, ca=ca, status=422)


@dataclass
class _Both:
    """The two forms that are shown as one."""

    name: NameForm
    entries: EntryRows | CaForm
    prove_url: str = ""
    refused_at: ClassVar[Mapping[str, str]] = {}

    def refuse(self, field: str, sentence: str) -> None:
        """Show the sentence at the name or at the entry that it is about."""
        (self.name if field == "name" else self.entries).refuse(field, sentence)


def _create(
    request: HttpRequest,
    project: Project,
    name: NameForm,
    kind: str,
    entries: dict[str, SecretValue],
) -> HttpResponse:
    """Make the secret and lead to it."""
    made = secrets.create(
        actor=request.actor,
        project=project.id,
        name=name.cleaned_data["name"],
        type=kind,
        entries=entries,
    )
    messages.success(request, f"{made.name} is sealed and stored.")
    return go_to(request, reverse("secrets:secret-detail", args=[project.name, made.id]))


def _answer(
    request: HttpRequest,
    project: Project,
    name: forms.Form,
    *,
    rows: EntryRows | None = None,
    ca: CaForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "nav_section": "secrets",
        "project": project,
        "form": name,
        "rows": rows,
        "ca": ca,
        "refused": status == 422,
    }
    return fragment(request, _PAGE, "form", context, status=status)
