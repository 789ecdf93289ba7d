"""AWS accounts: the page with "Who am I", and deleting one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from brokers.models import IDENTITY
from brokers.msk.accounts import aws_accounts as services
from brokers.msk.aws_queries import lookup
from brokers.msk.aws_queries.rights import right_for
from brokers.msk.onboarding import progress
from brokers.msk.views import aws_query, onboarding_list, trust_policy
from brokers.msk.views.urls import (
    address_of,
    find_account,
    onboarding_named,
    require_on,
    step_address,
)
from brokers.runs.views.visibility import require_shown
from kalixweb.core.htmx import HttpRequest, fragment
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project


@require_safe
@in_project
def account_detail(request: HttpRequest, project: Project, account: UUID) -> HttpResponse:
    """How it signs in, and who that is in AWS; grows while AWS is asked."""
    require_shown(request, "connection.view", "aws_account", account)
    row = find_account(project, account)
    who = aws_query.view_of(lookup.latest_of_account(row, IDENTITY))
    version = aws_query.version([who.row]) if who else ""
    if request.htmx and version and request.GET.get("seen") == version:
        return HttpResponse(status=204)
    used = list(progress.of_project(project).filter(account=row)[: onboarding_list.MOST])
    context = {
        "nav_section": "msk",
        "project": project,
        "account": row,
        "who": who,
        "is_open": bool(version),
        "clock": who.document.get("clock") if who else None,
        "version": version,
        "onboardings": onboarding_list.build(project, used),
        "may_onboard": onboarding_list.may_onboard(request),
        **trust_policy.context(project, lookup.external_id(project), row),
    }
    return fragment(request, "brokers/msk/account_detail.html", "live", context)


@require_POST
@in_project
def account_who(request: HttpRequest, project: Project, account: UUID) -> HttpResponse:
    """Ask AWS who the account signs in as; from an onboarding, the answer comes there."""
    row = find_account(project, account)
    onboarding = onboarding_named(project, request.POST)
    require_on(request, right_for(request.actor, row, IDENTITY), row)
    aws_query.request_query(request, row, IDENTITY, onboarding=onboarding)
    if onboarding is not None:
        return redirect(step_address(project, onboarding, "account"))
    return redirect(address_of(project, row))


@require_http_methods(["GET", "POST"])
@in_project
def account_delete(request: HttpRequest, project: Project, account: UUID) -> HttpResponse:
    """Ask for the name, then forget how kalixweb signed in."""
    row = find_account(project, account)
    require_on(request, "aws_account.edit", row)
    typed = request.POST.get("name", "").strip()
    is_sent = request.method == "POST"
    if is_sent and typed == row.name:
        services.delete(actor=request.actor, account=row)
        messages.success(request, f"{row.name} is deleted. In AWS nothing has changed.")
        return redirect("brokers:msk", project=project.name)
    context = {
        "nav_section": "msk",
        "project": project,
        "account": row,
        "typed": typed,
        "refused": is_sent,
    }
    status = 422 if is_sent else 200
    return fragment(request, "brokers/msk/account_delete.html", "form", context, status=status)
