"""The least IAM policy for what a project uses, and which of it an account has."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from brokers.aws import policy
from brokers.aws.arn import ClusterArn
from brokers.models import PERMISSIONS, AwsAccount, AwsQuery, MskOnboarding
from brokers.msk.aws_queries import lookup
from brokers.msk.aws_queries.validation import topic_names
from brokers.msk.views import aws_query
from brokers.msk.views.related_checks import related
from brokers.msk.views.step_user import secret_of_user
from brokers.msk.views.urls import onboarding_named, require_on
from brokers.runs.views.visibility import require_shown
from kalixweb.core.htmx import HttpRequest, fragment
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require

_OF_KEY = "customer_key"
_STATES = {
    "allowed": ("passed", "Allowed"),
    "denied": ("failed", "Denied"),
    "could_not_tell": ("unknown", "Could not tell"),
}


@require_safe
@in_project
def msk_policy(request: HttpRequest, project: Project) -> HttpResponse:
    """For an onboarding's cluster when ``onboarding`` names one, else for finding clusters; with
    ``account`` what that account may."""
    require_shown(request, "connection.view", "aws_account")
    onboarding = onboarding_named(project, request.GET)
    account = _account(project, onboarding, request.GET.get("account", ""))
    can = aws_query.view_of(_latest(account, onboarding))
    version = aws_query.version([can.row]) if can else ""
    if request.htmx and version and request.GET.get("seen") == version:
        return HttpResponse(status=204)
    with_password = request.GET.get("password") == "yes"
    statements = _statements(onboarding, with_password=with_password)
    query = request.GET.copy()
    query["seen"] = version
    context = {
        "nav_section": "msk",
        "project": project,
        "onboarding": onboarding,
        "account": account,
        "accounts": list(lookup.accounts(project)),
        "statements": [(one, _resource(one)) for one in statements],
        "text": policy.as_json(statements),
        "with_password": with_password,
        "can": can,
        "actions": _actions(can),
        "is_open": bool(version),
        "poll_url": f"{request.path}?{query.urlencode()}",
        "here": _address(project, onboarding, account),
    }
    return fragment(request, "brokers/msk/policy.html", "live", context)


@require_POST
@in_project
def msk_can(request: HttpRequest, project: Project) -> HttpResponse:
    """Ask AWS which of the actions the account has: each is tried once, harmlessly."""
    require(request.actor, project.id, "msk.read", object_kind="aws_account")
    onboarding = onboarding_named(project, request.POST)
    account = _account(project, onboarding, request.POST.get("account", ""))
    if account is not None:
        require_on(request, "msk.read", account)
        named = (
            {"arn": onboarding.cluster_arn, "user": onboarding.user, "topics": onboarding.topics}
            if onboarding
            else {}
        )
        aws_query.request_query(request, account, PERMISSIONS, named, onboarding=onboarding)
    return redirect(_address(project, onboarding, account))


def _account(project: Project, onboarding: MskOnboarding | None, name: str) -> AwsAccount | None:
    """The named account, else the onboarding's, else the only one."""
    if name:
        return lookup.account_named(project, name)
    if onboarding is not None and onboarding.account is not None:
        return onboarding.account
    accounts = list(lookup.accounts(project)[:2])
    return accounts[0] if len(accounts) == 1 else None


def _latest(account: AwsAccount | None, onboarding: MskOnboarding | None) -> Any:  # noqa: ANN401
    if account is None:
        return None
    if onboarding is None:
        return lookup.latest_of_account(account, PERMISSIONS)
    row = lookup.latest_of_onboarding(onboarding, PERMISSIONS)
    return row if row is not None and row.account_id == account.id else None


def _statements(onboarding: MskOnboarding | None, *, with_password: bool) -> list[policy.Statement]:
    if onboarding is None or not onboarding.cluster_arn:
        return policy.least_policy(None)
    readiness = lookup.readiness_of(onboarding)
    return policy.least_policy(
        ClusterArn.parse(onboarding.cluster_arn),
        key_arn=_key_of(onboarding, readiness),
        secret_arn=secret_of_user(onboarding, readiness) or None,
        with_password=with_password,
        topics=topic_names(onboarding.topics),
    )


def _key_of(onboarding: MskOnboarding, readiness: AwsQuery | None) -> str | None:
    """The key of the user's secret, where the last readiness run has seen a customer's."""
    passed = [one for one in related(onboarding, readiness, [_OF_KEY]) if one.mark == "passed"]
    document = (readiness.document if readiness else None) or {}
    # Documents of before hold the key only as what the check saw.
    return document.get("secret_key") or passed[0].seen if passed else None


def _resource(one: policy.Statement) -> str:
    return ", ".join("any" if resource == "*" else resource for resource in one.resources)


def _actions(can: aws_query.QueryView | None) -> list[dict[str, str]]:
    found = can.document.get("actions", ()) if can else ()
    return [
        {
            "action": one["action"],
            "mark": _STATES[one["state"]][0],
            "word": _STATES[one["state"]][1],
            "needed_for": one["needed_for"],
            "sentence": one["sentence"],
        }
        for one in found
    ]


def _address(project: Project, onboarding: MskOnboarding | None, account: AwsAccount | None) -> str:
    query = {"onboarding": str(onboarding.id)} if onboarding else {}
    query |= {"account": account.name} if account else {}
    url = reverse("brokers:msk-policy", args=[project.name])
    return f"{url}?{urlencode(query)}" if query else url
