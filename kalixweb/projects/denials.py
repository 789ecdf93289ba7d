"""The 403 page of a refused call: which right is missing, and who in the project can give it."""

from typing import cast

from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.shortcuts import render

from kalixweb.audit.unit_of_work import record_alone
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.models import Membership
from kalixweb.projects.permissions import Denied
from kalixweb.projects.roles import ROLES, TITLES


def _admins(denied: Denied) -> list[str]:
    if denied.project is None:
        return []
    rows = Membership.objects.for_project(denied.project).select_related("user")
    return [
        row.user.get_username()
        for row in rows.order_by("user__username")
        if "project_admin" in row.roles and row.user.is_active
    ]


def answer(request: DjangoHttpRequest, denied: Denied) -> HttpResponse:
    """Record the denial and render the page, status 403."""
    record_alone(
        cast("HttpRequest", request).actor,
        "access.denied",
        chain=denied.project,
        object_kind=denied.object_kind or ("project" if denied.project else "instance"),
        object_id=denied.object_id or denied.project,
        object_label=denied.object_label,
        outcome="denied",
        right=denied.right,
    )
    context = {
        "right": denied.right,
        "roles": [TITLES[role] for role, rights in ROLES.items() if denied.right in rights],
        "admins": _admins(denied),
        "in_project": denied.project is not None,
    }
    return render(request, "projects/denied.html", context, status=403)
