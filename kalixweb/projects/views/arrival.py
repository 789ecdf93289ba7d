"""Ways in: the setup link and invitations.

A token stands in the address of one GET only, which moves its hash into the session. Opening a
link, as mail scanners do, uses nothing up; only a POST does.
"""

from typing import cast

from allauth.account.utils import perform_login
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from kalixweb.accounts.forms import NewAccountForm, NewPasswordForm
from kalixweb.accounts.models import User
from kalixweb.accounts.refusals import shown_in, shown_on
from kalixweb.accounts.services.setup import SetupLinkNotValid, link_is_valid
from kalixweb.accounts.tokens import token_hash
from kalixweb.audit.unit_of_work import record_coalesced
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects import navigation
from kalixweb.projects.access import LAST_PROJECT
from kalixweb.projects.forms import SetupForm
from kalixweb.projects.models import Invitation, Project
from kalixweb.projects.roles import titles
from kalixweb.projects.services import invitations
from kalixweb.projects.services.setup import complete_setup

_SETUP, _INVITATION = "setup_link", "invitation"


@login_not_required
@require_safe
def setup_link(request: DjangoHttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address."""
    request.session[_SETUP] = token_hash(token).hex()
    return redirect("projects:setup")


@login_not_required
@require_http_methods(["GET", "POST"])
def setup(request: DjangoHttpRequest) -> HttpResponse:
    """Make the first administrator and the first project."""
    digest = bytes.fromhex(request.session.get(_SETUP, ""))
    if not link_is_valid(digest):
        return _not_valid(request, _SETUP)
    form = SetupForm(request.POST or None)
    has_project = Project.objects.exists()
    if has_project:
        del form.fields["project"]
    if request.method == "POST" and form.is_valid():
        answer = _finish_setup(cast("HttpRequest", request), form, digest)
        if answer is not None:
            return answer
    status = 422 if form.errors else 200
    return render(request, "projects/setup.html", {"form": form}, status=status)


def _finish_setup(request: HttpRequest, form: SetupForm, digest: bytes) -> HttpResponse | None:
    with shown_in(form, request):
        try:
            user, project = complete_setup(
                actor=request.actor,
                digest=digest,
                username=form.cleaned_data["username"],
                password=form.password(),
                project_name=form.cleaned_data.get("project", ""),
            )
        except SetupLinkNotValid:
            return _not_valid(request, _SETUP)
        request.session.pop(_SETUP, None)
        return _sign_in(request, user, project)
    return None


@login_not_required
@require_safe
def invitation_link(request: DjangoHttpRequest, token: str) -> HttpResponse:
    """Take the token out of the address."""
    request.session[_INVITATION] = token_hash(token).hex()
    return redirect("projects:invitation")


@login_not_required
@require_http_methods(["GET", "POST"])
def invitation(request: DjangoHttpRequest) -> HttpResponse:
    """Accept an invitation: with a new account, as who is signed in, or with a new password."""
    digest = bytes.fromhex(request.session.get(_INVITATION, ""))
    try:
        found = invitations.find(digest)
        return _answer_invitation(cast("HttpRequest", request), found, digest)
    except invitations.InvitationNotValid:
        return _not_valid(request, _INVITATION)


def _answer_invitation(request: HttpRequest, found: Invitation, digest: bytes) -> HttpResponse:
    if found.user is not None:
        return _new_password(request, found.user, digest)
    if request.actor.kind == "user":
        return _join(request, found, digest)
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_in(form, request):
            user, project = invitations.accept_as_new(
                actor=request.actor,
                digest=digest,
                username=form.cleaned_data["username"],
                password=form.password(),
            )
            request.session.pop(_INVITATION, None)
            return _sign_in(request, user, project)
    context = {"form": form, "invitation": found, "roles": titles(found.roles)}
    status = 422 if form.errors else 200
    return render(request, "projects/invitation_new.html", context, status=status)


def _join(request: HttpRequest, found: Invitation, digest: bytes) -> HttpResponse:
    if found.project is None:
        return render(request, "projects/invitation_nothing.html")
    if request.method == "POST":
        try:
            project = invitations.accept_as_member(actor=request.actor, digest=digest)
        except invitations.AlreadyMember as refused:
            page = reverse("projects:member-list", args=[found.project.name])
            return shown_on(page, request, refused)
        request.session.pop(_INVITATION, None)
        return redirect(navigation.home().page, project=project.name)
    context = {"invitation": found, "roles": titles(found.roles)}
    return render(request, "projects/invitation_join.html", context)


def _new_password(request: HttpRequest, user: User, digest: bytes) -> HttpResponse:
    form = NewPasswordForm(request.POST or None, user=user)
    if request.method == "POST" and form.is_valid():
        invitations.accept_new_password(
            actor=request.actor, digest=digest, password=form.password()
        )
        request.session.pop(_INVITATION, None)
        messages.success(request, "Your new password is set. Sign in with it.")
        return redirect("account_login")
    context = {"form": form, "for_user": user.username}
    status = 422 if form.errors else 200
    return render(request, "projects/invitation_password.html", context, status=status)


def _sign_in(request: HttpRequest, user: User, project: Project | None) -> HttpResponse:
    if project is not None:
        request.session[LAST_PROJECT] = project.name
    return cast("HttpResponse", perform_login(request, user, redirect_url="/"))


def _not_valid(request: DjangoHttpRequest, kind: str) -> HttpResponse:
    """Say what to do, and leave a trace: links are also tried by those who were sent none."""
    request.session.pop(kind, None)
    record_coalesced(
        cast("HttpRequest", request).actor,
        "access.denied",
        chain=None,
        object_kind=kind,
        object_id=None,
        object_label="",
        reason="link not valid",
    )
    return render(request, "projects/link_not_valid.html", {"kind": kind}, status=404)
