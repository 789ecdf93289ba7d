"""One secret: what it holds by name, its versions, who uses it."""

from typing import cast
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from kalixweb.core import clock
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import ProjectRequest, in_project
from kalixweb.projects.models import Project
from secrets_app import queries
from secrets_app.models import TLS_CA
from secrets_app.queries import holders
from secrets_app.views.answers import require_shown
from secrets_app.views.chain import chains, first_to_end


@in_project
@require_safe
def secret_detail(request: HttpRequest, project: Project, secret: UUID) -> HttpResponse:
    """The page of one secret; ``?saved=N`` after version N was made."""
    shown = queries.detail(project.id, secret)
    if shown is None:
        raise Http404
    require_shown(request, "secret.read", shown.secret)
    holders.link(project.name, shown.usages)
    just_saved = request.GET.get("saved") == str(shown.secret.current_version)
    context = {
        "nav_section": "secrets",
        "project": project,
        "shown": shown,
        "secret": shown.secret,
        "is_ca": shown.secret.type == TLS_CA,
        "chains": chains(shown.certificates, clock.now()),
        "first_to_end": first_to_end(shown.certificates),
        "just_saved": just_saved,
        "test_url": holders.test_url(project.name, secret, cast("ProjectRequest", request).rights),
        "cautions": queries.cautions(project.id, secret) if just_saved else [],
    }
    return render(request, "secrets_app/secret_detail.html", context)
