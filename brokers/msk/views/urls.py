"""The rows that an address of MSK names, and the addresses of these rows."""

from uuid import UUID

from django.http import Http404, QueryDict
from django.urls import reverse

from brokers.models import AwsAccount, MskOnboarding
from brokers.msk.aws_queries import lookup
from brokers.msk.onboarding import progress
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import require


def find_account(project: Project, account: UUID) -> AwsAccount:
    """The account, or the 404 of one that does not exist."""
    found = lookup.account(project, account)
    if found is None:
        raise Http404
    return found


def find_onboarding(project: Project, onboarding_id: UUID) -> MskOnboarding:
    """The onboarding, or the 404 of one that does not exist."""
    found = progress.find(project, onboarding_id)
    if found is None:
        raise Http404
    return found


def onboarding_named(project: Project, data: QueryDict) -> MskOnboarding | None:
    """The onboarding that a form or an address names, if it names one."""
    # Addresses of before name it "onboarding".
    text = data.get("onboarding") or data.get("walk") or ""
    try:
        return progress.find(project, UUID(text))
    except ValueError:
        return None


def require_on(request: HttpRequest, right: str, row: AwsAccount | MskOnboarding) -> None:
    """Raise Denied, which names the row, unless the visitor has the right."""
    kind = "aws_account" if isinstance(row, AwsAccount) else "msk_setup"
    require(
        request.actor,
        row.project_id,
        right,
        object_kind=kind,
        object_id=row.id,
        object_label=str(row)[:150],
    )


def address_of(project: Project, account: AwsAccount) -> str:
    """The page of an account."""
    return reverse("brokers:aws-account-detail", args=[project.name, account.id])


def step_address(project: Project, onboarding: MskOnboarding, step: str) -> str:
    """The page of one step of an onboarding."""
    return reverse("brokers:msk-step", args=[project.name, onboarding.id, step])
