"""Users, memberships, invitations and events, as metadata; three actions for administrators."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html

from kalixweb.accounts.models import User
from kalixweb.audit import queries
from kalixweb.audit.models import AuditEvent
from kalixweb.projects.admin_site import ReadOnlyAdmin, site
from kalixweb.projects.models import Invitation, Membership, Project
from kalixweb.projects.roles import titles
from kalixweb.projects.sentences import sentence
from kalixweb.projects.services import invitations, people


def _actor(request: HttpRequest) -> Any:  # noqa: ANN401 - set by our middleware
    return request.actor  # type: ignore[attr-defined]


@admin.register(User, site=site)
class UserAdmin(ReadOnlyAdmin):
    """People, and what an administrator does about them."""

    list_display = (
        "username",
        "is_active",
        "is_administrator",
        "is_instance_auditor",
        "last_login",
    )
    list_filter = ("is_active", "is_administrator", "is_instance_auditor")
    search_fields = ("username",)
    fields = (
        "id",
        "username",
        "is_active",
        "is_administrator",
        "is_instance_auditor",
        "created_at",
        "last_login",
    )
    actions = ("deactivate", "end_sessions", "send_invitation")

    def get_actions(self, request: HttpRequest) -> Any:  # noqa: ANN401
        """Administrators only; instance auditors look."""
        given = super().get_actions(request)
        return given if getattr(request.user, "is_administrator", False) else {}

    @admin.action(description="Deactivate: end sessions, invitations and links, refuse sign-in")
    def deactivate(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """One unit of work a user."""
        for user in chosen:
            try:
                ended = people.deactivate_user(actor=_actor(request), user=user)
            except people.LastAdministrator as refused:
                self.message_user(request, f"Not done: {refused.sentence}", messages.ERROR)
                continue
            text = f"Deactivated {user} and ended {ended.sessions} session(s)."
            if ended.taken_over:
                text += f" You are now project admin of {', '.join(ended.taken_over)}."
            self.message_user(request, text, messages.SUCCESS)

    @admin.action(description="End sessions: sign out everywhere")
    def end_sessions(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Sign the users out."""
        for user in chosen:
            ended = people.end_sessions(actor=_actor(request), user=user)
            text = f"Ended {ended} session(s) of {user}."
            self.message_user(request, text, messages.SUCCESS)

    @admin.action(description="Send invitation: a link to choose a new password")
    def send_invitation(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """Show one link a user, once."""
        for user in chosen.filter(is_active=True):
            link = invitations.invite_to_new_password(actor=_actor(request), user=user)
            text = format_html("Link for {}, shown once: <code>{}</code>", user.username, link)
            self.message_user(request, text, messages.SUCCESS)


@admin.register(Project, site=site)
class ProjectAdmin(ReadOnlyAdmin):
    """Projects by name."""

    list_display = ("name", "description", "created_at")
    search_fields = ("name", "description")
    fields = ("id", "name", "description", "created_at")


@admin.register(Membership, site=site)
class MembershipAdmin(ReadOnlyAdmin):
    """Who is in which project with which roles."""

    list_display = ("user", "project", "roles_in_words", "created_at")
    list_filter = ("project",)
    list_select_related = ("user", "project")
    search_fields = ("user__username", "project__name")
    fields = ("user", "project", "roles_in_words", "created_at")
    readonly_fields = ("roles_in_words",)

    @admin.display(description="roles")
    def roles_in_words(self, row: Membership) -> str:
        """The roles as people say them."""
        return titles(row.roles)


@admin.register(Invitation, site=site)
class InvitationAdmin(ReadOnlyAdmin):
    """Open links, without what would open them."""

    list_display = ("label", "project", "user", "created_by", "created_at", "expires_at")
    list_select_related = ("project", "user", "created_by")
    search_fields = ("label",)
    fields = ("label", "project", "roles", "user", "created_by", "created_at", "expires_at")


@admin.register(AuditEvent, site=site)
class AuditEventAdmin(ReadOnlyAdmin):
    """Every chain, newest first."""

    list_display = ("time", "actor_label", "what_happened", "outcome", "address")
    list_filter = ("outcome", "actor_kind", "action")
    search_fields = ("actor_label", "object_label", "address", "request_id")
    date_hierarchy = "time"
    ordering = ("-time", "-seq")
    fields = (
        "chain",
        "seq",
        "time",
        "actor_kind",
        "actor_label",
        "address",
        "request_id",
        "action",
        "object_kind",
        "object_id",
        "object_label",
        "outcome",
        "event",
    )
    readonly_fields = ("event",)

    @admin.display(description="what")
    def what_happened(self, row: AuditEvent) -> str:
        """The event as a sentence."""
        return sentence(queries.decode(row))

    @admin.display(description="payload")
    def event(self, row: AuditEvent) -> str:
        """The event's own bytes."""
        return bytes(row.payload).decode("utf-8")
