"""Small changes of one secret: its name, its current version, its allowed hosts, its end."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from kalixweb.accounts.fresh import stale_answer
from kalixweb.accounts.refusals import shown_in, shown_on
from kalixweb.core.forms import RefusableForm
from kalixweb.core.htmx import HttpRequest, fragment, go_to
from kalixweb.core.refusals import Refusal
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from secrets_app.forms.single import DeleteForm, HostsForm, NameForm
from secrets_app.models import Secret
from secrets_app.services import allowed_hosts, rows, secrets
from secrets_app.services.fresh_sign_in import is_fresh
from secrets_app.views.request_checks import expected_version, secret_or_404

_METHODS = ["GET", "HEAD", "POST"]


@in_project
@require_http_methods(_METHODS)
def secret_rename(request: HttpRequest, project: Project, secret: UUID) -> HttpResponse:
    """Another name for the secret."""
    row = secret_or_404(project, secret)
    rows.require(request.actor, row, "secret.update")
    form = NameForm(_sent(request), initial={"name": row.name})
    if request.method == "POST" and form.is_valid():
        with shown_in(form, request):
            secrets.rename(actor=request.actor, secret=row, name=form.cleaned_data["name"])
            return go_to(request, _page_of(project, row))
    return _answer(request, "secrets_app/secret_rename.html", project, row, form)


@in_project
@require_POST
def secret_make_current(
    request: HttpRequest, project: Project, secret: UUID, number: int
) -> HttpResponse:
    """Make an earlier version current again; ``version`` in the form is the one that was seen."""
    row, url = secret_or_404(project, secret), _page_of(project, secret_or_404(project, secret))
    try:
        secrets.make_current(
            actor=request.actor,
            secret=row,
            number=number,
            expected=expected_version(request),
        )
    except Refusal as refused:
        return shown_on(url, request, refused)
    return go_to(request, f"{url}?saved={number}")


@in_project
@require_http_methods(_METHODS)
def secret_hosts(request: HttpRequest, project: Project, secret: UUID) -> HttpResponse:
    """Where the secret's values may be sent; shown and changed with reveal and a fresh sign-in."""
    row = secret_or_404(project, secret)
    rows.require(request.actor, row, "secret.reveal")
    if not is_fresh(request.actor):
        return stale_answer(request)
    form = HostsForm(_sent(request), initial={"patterns": "\n".join(row.allowed_hosts)})
    if request.method == "POST" and form.is_valid():
        patterns = form.cleaned_data["patterns"].replace(",", "\n").splitlines()
        with shown_in(form, request):
            allowed_hosts.change(actor=request.actor, secret=row, patterns=patterns)
            messages.success(request, f"The allowed hosts of {row.name} are saved.")
            return go_to(request, _page_of(project, row))
    return _answer(request, "secrets_app/secret_hosts.html", project, row, form)


@in_project
@require_http_methods(_METHODS)
def secret_delete(request: HttpRequest, project: Project, secret: UUID) -> HttpResponse:
    """Delete the secret once its name was typed and nothing uses it."""
    row = secret_or_404(project, secret)
    rows.require(request.actor, row, "secret.delete")
    form = DeleteForm(_sent(request), name=row.name)
    if request.method == "POST" and form.is_valid():
        with shown_in(form, request):
            secrets.delete(actor=request.actor, secret=row)
            messages.success(request, f"{row.name} and all its versions are deleted.")
            return go_to(request, reverse("secrets:secret-list", args=[project.name]))
    return _answer(request, "secrets_app/secret_delete.html", project, row, form)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _page_of(project: Project, row: Secret) -> str:
    return reverse("secrets:secret-detail", args=[project.name, row.id])


def _answer(
    request: HttpRequest, template: str, project: Project, row: Secret, form: RefusableForm
) -> HttpResponse:
    context = {
        "nav_section": "secrets",
        "project": project,
        "secret": row,
        "users": sorted({usage.label for usage in rows.usages_of(row)}),
        "form": form,
    }
    status = 422 if request.method == "POST" else 200
    return fragment(request, template, "form", context, status=status)
