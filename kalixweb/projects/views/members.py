"""Who is in a project, with which roles, and links that bring people in."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kalixweb.accounts.refusals import shown_in, shown_next
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import in_project
from kalixweb.projects.forms import InvitationForm, RolesForm
from kalixweb.projects.models import Membership, Project
from kalixweb.projects.permissions import require
from kalixweb.projects.queries import members_of, pending_invitations, with_titles
from kalixweb.projects.roles import descriptions
from kalixweb.projects.services import invitations, memberships

_PER_PAGE = 50


@require_safe
@in_project
def member_list(request: HttpRequest, project: Project) -> HttpResponse:
    """Everybody in the project; open invitations for those who may send them."""
    may_manage = "members" in request.rights  # type: ignore[attr-defined]
    page = Paginator(members_of(project), _PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "members": with_titles(page),
        "invitations": with_titles(pending_invitations(project)) if may_manage else [],
        "nav_section": "members",
        "project": project,
    }
    return render(request, "projects/member_list.html", context)


@require_http_methods(["GET", "POST"])
@in_project
def member_edit(request: HttpRequest, project: Project, member: UUID) -> HttpResponse:
    """One member's roles."""
    row = _member(project, member)
    require(
        request.actor,
        project.id,
        "members",
        object_kind="user",
        object_id=row.user_id,
        object_label=row.user.username,
    )
    form = RolesForm(request.POST or None, initial={"roles": row.roles})
    if request.method == "POST" and form.is_valid():
        with shown_in(form, request):
            memberships.change_roles(
                actor=request.actor, member=row, roles=form.cleaned_data["roles"]
            )
            messages.success(request, f"The roles of {row.user.username} are saved.")
            return redirect("projects:member-list", project=project.name)
    return _edit_page(request, project, row, form)


@require_POST
@in_project
def member_remove(request: HttpRequest, project: Project, member: UUID) -> HttpResponse:
    """End a membership."""
    row = _member(project, member)
    name = row.user.username
    with shown_next(request):
        memberships.remove_member(actor=request.actor, member=row)
        messages.success(request, f"{name} is not a member any more.")
    return redirect("projects:member-list", project=project.name)


@require_http_methods(["GET", "POST"])
@in_project
def invite(request: HttpRequest, project: Project) -> HttpResponse:
    """Make a link; it is shown in this one answer and never again."""
    require(request.actor, project.id, "members", object_kind="invitation")
    form = InvitationForm(request.POST or None)
    context = {"form": form, "project": project, "nav_section": "members"}
    if request.method == "POST" and form.is_valid():
        context["link"] = invitations.invite(
            actor=request.actor,
            project=project,
            label=form.cleaned_data["label"],
            roles=form.cleaned_data["roles"],
        )
        return render(request, "projects/invitation_link.html", context)
    context["descriptions"] = descriptions()
    status = 422 if form.errors else 200
    return render(request, "projects/invite.html", context, status=status)


@require_POST
@in_project
def invitation_revoke(request: HttpRequest, project: Project, invitation: UUID) -> HttpResponse:
    """Make a link worthless."""
    row = pending_invitations(project).filter(pk=invitation).first()
    if row is None:
        raise Http404
    invitations.revoke(actor=request.actor, invitation=row)
    messages.success(request, f"The invitation for {row.label} does not work any more.")
    return redirect("projects:member-list", project=project.name)


def _member(project: Project, member: UUID) -> Membership:
    row = members_of(project).filter(pk=member).first()
    if row is None:
        raise Http404
    return row


def _edit_page(
    request: HttpRequest, project: Project, row: Membership, form: RolesForm
) -> HttpResponse:
    context = {
        "form": form,
        "member": row,
        "project": project,
        "is_self": row.user_id == request.actor.id,
        "descriptions": descriptions(),
        "nav_section": "members",
    }
    status = 422 if form.errors else 200
    return render(request, "projects/member_edit.html", context, status=status)
