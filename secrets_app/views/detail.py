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
from secrets_app.views.chain import chains, first_to_end
from secrets_app.views.request_checks import require_right


@in_project
@require_safe
def secret_detail(request: HttpRequest, project: Project, secret: UUID) -> HttpResponse:
    """The page of one secret; ``?saved=N`` after version N was made."""
    detail = queries.detail(project.id, secret)
    if detail is None:
        raise Http404
    require_right(request, "secret.read", detail.secret)
    holders.link(project.name, detail.usages)
    just_saved = request.GET.get("saved") == str(detail.secret.current_version)
    context = {
        "nav_section": "secrets",
        "project": project,
        "detail": detail,
        "secret": detail.secret,
        "is_ca": detail.secret.type == TLS_CA,
        "chains": chains(detail.certificates, clock.now()),
        "first_to_end": first_to_end(detail.certificates),
        "just_saved": just_saved,
        "test_url": holders.test_url(project.name, secret, cast("ProjectRequest", request).rights),
        "cautions": queries.cautions(project.id, secret) if just_saved else [],
    }
    return render(request, "secrets_app/secret_detail.html", context)
