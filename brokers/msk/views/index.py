"""What the project knows of AWS: onboardings and accounts, or how to begin."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brokers.aws.checks import CHECKS
from brokers.msk.aws_queries import lookup
from brokers.msk.onboarding import progress
from brokers.msk.views import onboarding_list
from brokers.runs.views.visibility import require_shown
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project

_OUTLINE = (
    ("AWS account", "A role to assume, the host's own credentials or an access key."),
    ("Cluster", "Found by name; its bootstrap servers are filled in."),
    ("Readiness", f"{len(CHECKS)} prerequisites, each with what was seen and how to fix it."),
    ("User and password", "Recognised in Secrets Manager, taken over or typed."),
    ("Topics", "Named, and looked for."),
    ("ACLs", "With the commands that add them."),
    ("Connection", "BootstrapChoice in from all of this."),
    ("Test", "Every broker, stage by stage, until it is green."),
)


@require_safe
@in_project
def msk(request: HttpRequest, project: Project) -> HttpResponse:
    """The onboardings that were begun, the ones that were gone on with last first, and the
    accounts."""
    require_shown(request, "connection.view", "msk_setup")
    page = Paginator(progress.of_project(project), onboarding_list.MOST).get_page(
        request.GET.get("page")
    )
    onboardings = onboarding_list.build(project, list(page))
    context = {
        "nav_section": "msk",
        "project": project,
        "page": page,
        "onboardings": onboardings,
        "accounts": list(lookup.accounts(project)),
        "standing": _standing(page.paginator.count),
        "may_onboard": onboarding_list.may_onboard(request),
        "outline": _OUTLINE,
        "prerequisites": len(CHECKS),
    }
    return render(request, "brokers/msk/list.html", context)


def _standing(total: int) -> str:
    if not total:
        return "The account is there; no cluster was chosen yet."
    begun = "1 cluster" if total == 1 else f"{total} clusters"
    return f"{begun}. Each can be left and taken up again at any step."
