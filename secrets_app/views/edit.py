"""The form of a new version: set, keep, drop and add entries, or replace a CA."""

from collections.abc import Mapping
from typing import ClassVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kalixweb.accounts.fresh import stale_answer
from kalixweb.accounts.refusals import shown_in
from kalixweb.core.htmx import HttpRequest, fragment, go_to
from kalixweb.core.refusals import ChangedMeanwhile
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from secrets_app import queries
from secrets_app.forms.entries import EntryRows, typed_names
from secrets_app.forms.single import CaForm
from secrets_app.models import CA_ENTRY, TLS_CA, SecretVersion
from secrets_app.services import secrets
from secrets_app.services.fresh_sign_in import is_fresh
from secrets_app.views.request_checks import (
    exceeds_upload_limit,
    expected_version,
    require_right,
)

_PAGE = "secrets_app/secret_edit.html"
_ADDED_ROWS = 2


@in_project
@require_http_methods(["GET", "HEAD", "POST"])
def secret_edit(request: HttpRequest, project: Project, secret: UUID) -> HttpResponse:
    """A new version of the secret; ``version`` in the form is the one that was seen."""
    detail = queries.detail(project.id, secret)
    if detail is None:
        raise Http404
    row = detail.secret
    require_right(request, "secret.update", row)
    if row.type == TLS_CA and detail.usages and not is_fresh(request.actor):
        return stale_answer(request)
    form = _Save(request, project, detail)
    return form.ca() if row.type == TLS_CA else form.generic()


class _Save:
    """One request to save a version, with what is shown when it comes back."""

    refused_at: ClassVar[Mapping[str, str]] = {}
    prove_url = ""

    def __init__(self, request: HttpRequest, project: Project, detail: queries.Detail) -> None:
        self.request, self.project, self.detail = request, project, detail
        self.names = [entry.name for entry in detail.entries]
        self.meanwhile: SecretVersion | None = None
        self.message = ""
        self.form: EntryRows | CaForm

    def generic(self) -> HttpResponse:
        """Entries by rows."""
        post = self.request.POST
        if self.request.method != "POST":
            return self._answer(EntryRows.unbound(self.names, blank=_ADDED_ROWS))
        if post.get("do") == "add":
            typed = typed_names(post, len(self.names))
            return self._answer(EntryRows.unbound(self.names, typed, blank=1))
        self.form = rows = EntryRows.bound(post, self.request.FILES, self.names)
        valid = rows.is_valid()
        if exceeds_upload_limit(self.request):
            rows.refuse_size()
        elif valid and not rows.values and not rows.dropped:
            self.message = "Nothing is set, added or dropped. Fill in what should change."
        elif valid and (done := self._save(rows.values, rows.dropped)):
            return done
        return self._answer(rows, status=422)

    def ca(self) -> HttpResponse:
        """The one entry of a CA."""
        if self.request.method != "POST":
            return self._answer(CaForm())
        self.form = ca = CaForm(self.request.POST, self.request.FILES)
        if exceeds_upload_limit(self.request):
            ca.refuse_size()
        elif ca.is_valid() and (done := self._save({CA_ENTRY: ca.given}, [])):
            return done
        return self._answer(ca, status=422)

    def refuse(self, field: str, sentence: str) -> None:
        """Show the sentence at the field, or above the form what is about the secret as a whole."""
        if field:
            self.form.refuse(field, sentence)
        else:
            self.message = sentence

    def _save(self, values: dict[str, SecretValue], drop: list[str]) -> HttpResponse | None:
        """Where to go on, or None with the reason in the form."""
        with shown_in(self, self.request):
            try:
                version = secrets.save_version(
                    actor=self.request.actor,
                    secret=self.detail.secret,
                    values=values,
                    drop=drop,
                    expected=expected_version(self.request),
                )
            except ChangedMeanwhile as meanwhile:
                self.meanwhile = meanwhile.current
                raise
            return self._done(version)
        return None

    def _done(self, version: SecretVersion | None) -> HttpResponse:
        secret = self.detail.secret
        url = reverse("secrets:secret-detail", args=[self.project.name, secret.id])
        if version is None:
            messages.info(
                self.request,
                f"{secret.name} holds exactly this already, so version {secret.current_version} "
                "stays current.",
            )
            return go_to(self.request, url)
        return go_to(self.request, f"{url}?saved={version.number}")

    def _answer(self, form: EntryRows | CaForm, *, status: int = 200) -> HttpResponse:
        context = {
            "nav_section": "secrets",
            "project": self.project,
            "detail": self.detail,
            "secret": self.detail.secret,
            "rows": form if isinstance(form, EntryRows) else None,
            "ca": form if isinstance(form, CaForm) else None,
            "meanwhile": self.meanwhile,
            "cautions": queries.cautions(self.project.id, self.detail.secret.id),
            "message": self.message,
            "refused": status == 422,
        }
        return fragment(self.request, _PAGE, "form", context, status=status)
