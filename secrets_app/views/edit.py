"""The form of a new version: set, keep, drop and add entries, or replace a CA."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from kalixweb.accounts.fresh import stale_answer
from kalixweb.core.htmx import HttpRequest, fragment, go_to
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from secrets_app import queries
from secrets_app.forms.entries import EntryRows, typed_names
from secrets_app.forms.single import CaForm
from secrets_app.models import CA_ENTRY, TLS_CA, SecretVersion
from secrets_app.services import secrets
from secrets_app.services.fresh_sign_in import FreshSignInNeeded, is_fresh
from secrets_app.services.naming import NotAccepted
from secrets_app.services.write_limit import TooManyWrites
from secrets_app.views.answers import (
    answers_facts,
    require_shown,
    too_much_was_sent,
    version_seen,
)

_PAGE = "secrets_app/secret_edit.html"
_ADDED_ROWS = 2


@in_project
@require_http_methods(["GET", "HEAD", "POST"])
@answers_facts
def secret_edit(request: HttpRequest, project: Project, secret: UUID) -> HttpResponse:
    """A new version of the secret; ``version`` in the form is the one that was seen."""
    shown = queries.detail(project.id, secret)
    if shown is None:
        raise Http404
    row = shown.secret
    require_shown(request, "secret.update", row)
    if row.type == TLS_CA and shown.usages and not is_fresh(request.actor):
        return stale_answer(request)
    form = _Save(request, project, shown)
    return form.ca() if row.type == TLS_CA else form.generic()


class _Save:
    """One request to save a version, with what is shown when it comes back."""

    def __init__(self, request: HttpRequest, project: Project, shown: queries.Detail) -> None:
        self.request, self.project, self.shown = request, project, shown
        self.names = [entry.name for entry in shown.entries]
        self.meanwhile: secrets.ChangedMeanwhile | None = None
        self.said = ""

    def generic(self) -> HttpResponse:
        """Entries by rows."""
        post = self.request.POST
        if self.request.method != "POST":
            return self._answer(rows=EntryRows.unbound(self.names, blank=_ADDED_ROWS))
        if post.get("do") == "add":
            typed = typed_names(post, len(self.names))
            return self._answer(rows=EntryRows.unbound(self.names, typed, blank=1))
        rows = EntryRows.bound(post, self.request.FILES, self.names)
        valid = rows.is_valid()
        if too_much_was_sent(self.request):
            rows.refuse_size()
        elif valid and not rows.values and not rows.dropped:
            self.said = "Nothing is set, added or dropped. Fill in what should change."
        elif valid and (done := self._save_rows(rows)):
            return done
        return self._answer(rows=rows, status=422)

    def _save_rows(self, rows: EntryRows) -> HttpResponse | None:
        """Where to go on, or None with the reason at its row."""
        try:
            return self._done(self._save(rows.values, rows.dropped))
        except NotAccepted as refused:
            rows.refuse(refused.field, refused.sentence)
        except TooManyWrites as many:
            rows.refuse(many.entry, str(many))
        except (secrets.StillInUse, secrets.ChangedMeanwhile) as refusal:
            self._refused(refusal)
        return None

    def ca(self) -> HttpResponse:
        """The one entry of a CA."""
        if self.request.method != "POST":
            return self._answer(ca=CaForm())
        ca = CaForm(self.request.POST, self.request.FILES)
        if too_much_was_sent(self.request):
            ca.refuse_size()
        elif ca.is_valid():
            try:
                return self._done(self._save({CA_ENTRY: ca.given}, []))
            except NotAccepted as refused:
                ca.refuse(refused.field, refused.sentence)
            except TooManyWrites as many:
                ca.refuse(CA_ENTRY, str(many))
            except secrets.ChangedMeanwhile as refusal:
                self._refused(refusal)
            except FreshSignInNeeded:
                return stale_answer(self.request)
        return self._answer(ca=ca, status=422)

    def _save(self, values: dict[str, SecretValue], drop: list[str]) -> SecretVersion | None:
        return secrets.save_version(
            actor=self.request.actor,
            secret=self.shown.secret,
            values=values,
            drop=drop,
            expected=version_seen(self.request),
        )

    def _refused(self, refusal: Exception) -> None:
        self.said = str(refusal)
        if isinstance(refusal, secrets.ChangedMeanwhile):
            self.meanwhile = refusal

    def _done(self, version: SecretVersion | None) -> HttpResponse:
        secret = self.shown.secret
        url = reverse("secrets:secret-detail", args=[self.project.name, secret.id])
        if version is None:
            messages.info(
                self.request,
                f"{secret.name} holds exactly this already, so version {secret.current_version} "
                "stays current.",
            )
            return go_to(self.request, url)
        return go_to(self.request, f"{url}?saved={version.number}")

    def _answer(
        self, *, rows: EntryRows | None = None, ca: CaForm | None = None, status: int = 200
    ) -> HttpResponse:
        context = {
            "nav_section": "secrets",
            "project": self.project,
            "shown": self.shown,
            "secret": self.shown.secret,
            "rows": rows,
            "ca": ca,
            "meanwhile": self.meanwhile,
            "cautions": queries.cautions(self.project.id, self.shown.secret.id),
            "said": self.said,
            "refused": status == 422,
        }
        return fragment(self.request, _PAGE, "form", context, status=status)
