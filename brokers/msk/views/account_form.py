"""The form of an AWS account: new, or one that is there."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from brokers.models import ROLE, AwsAccount
from brokers.msk.accounts import aws_accounts as services
from brokers.msk.forms.accounts import REGIONS, AwsAccountForm, shown
from brokers.msk.onboarding import lifecycle as onboardings
from brokers.msk.views import onboarding_list, trust_policy
from brokers.msk.views.urls import (
    address_of,
    find_account,
    onboarding_named,
    require_on,
    step_address,
)
from kalixweb.accounts.refusals import shown_in
from kalixweb.core.forms import options
from kalixweb.core.htmx import HttpRequest, fragment, go_to
from kalixweb.core.refusals import ChangedMeanwhile
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require
from secrets_app import queries as secrets
from secrets_app.models import GENERIC


@require_http_methods(["GET", "POST"])
@in_project
def account_new(request: HttpRequest, project: Project) -> HttpResponse:
    """An empty form; one that was opened from an onboarding leads back to it."""
    require(request.actor, project.id, "aws_account.edit", object_kind="aws_account")
    data = request.POST if request.method == "POST" else None
    form = AwsAccountForm(data, project=project.id, initial={"way": ROLE})
    if form.is_valid() and (made := _create(request, project, form)):
        messages.success(request, f"{made.name} is saved. Press Who am I to try it.")
        return go_to(request, _after(request, project, made))
    return _page(request, project, form, {"title": "New AWS account"})


def _create(request: HttpRequest, project: Project, form: AwsAccountForm) -> AwsAccount | None:
    with shown_in(form, request):
        return services.create(actor=request.actor, project=project, wanted=form.wanted)
    return None


@require_http_methods(["GET", "POST"])
@in_project
def account_edit(request: HttpRequest, project: Project, account: UUID) -> HttpResponse:
    """The form of a stored account."""
    row = find_account(project, account)
    require_on(request, "aws_account.edit", row)
    data = request.POST if request.method == "POST" else None
    form = AwsAccountForm(data, project=project.id, initial=shown(row))
    context = {"title": f"Edit {row.name}", "account": row}
    if form.is_valid() and (saved := _change(request, row, form)):
        messages.success(request, f"{saved.name} is saved.")
        return go_to(request, address_of(project, saved))
    return _page(request, project, form, context)


def _change(request: HttpRequest, row: AwsAccount, form: AwsAccountForm) -> AwsAccount | None:
    revision = form.cleaned_data["revision"] or 0
    with shown_in(form, request):
        try:
            return services.change(
                actor=request.actor, account=row, expected_revision=revision, wanted=form.wanted
            )
        except ChangedMeanwhile as meanwhile:
            form.put_back("revision", str(meanwhile.current.revision))
            form.refuse("", f"{meanwhile} Saving again puts this over it.")
    return None


def _page(
    request: HttpRequest, project: Project, form: AwsAccountForm, context: dict[str, Any]
) -> HttpResponse:
    names = dict.fromkeys(one.name for one in secrets.choices(project.id) if one.type == GENERIC)
    onboarding = onboarding_named(project, request.GET)
    account: AwsAccount | None = context.get("account")
    back = reverse("brokers:msk", args=[project.name])
    if onboarding is not None:
        back = step_address(project, onboarding, "account")
    context |= {
        "nav_section": "msk",
        "project": project,
        "form": form,
        "regions": REGIONS,
        "key_choices": options(names),
        "host_allowed": services.host_serves(project),
        "back_url": address_of(project, account) if account else back,
        **trust_policy.context(
            project, services.external_id(actor=request.actor, project=project), account
        ),
    }
    status = 422 if form.is_bound else 200
    return fragment(request, "brokers/msk/account_form.html", "form", context, status=status)


def _after(request: HttpRequest, project: Project, made: AwsAccount) -> str:
    """Where a new account leads: its page, or the onboarding that it was made for, which takes
    it."""
    onboarding = onboarding_named(project, request.GET)
    if onboarding is None or not onboarding_list.may_onboard(request):
        return address_of(project, made)
    onboardings.change(
        actor=request.actor, onboarding=onboarding, changes=onboardings.Changes(account=made)
    )
    return step_address(project, onboarding, "account")
