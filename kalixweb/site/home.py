"""What ``/`` leads to."""

from typing import cast

from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from kalixweb.core.htmx import HttpRequest
from kalixweb.projects import navigation
from kalixweb.projects.access import LAST_PROJECT
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import may


@require_safe
def home(request: DjangoHttpRequest) -> HttpResponse:
    """The last project's first page, else that of any project, else the list of projects.

    Somebody who may not see that page, an auditor, gets the audit trail.
    """
    actor = cast("HttpRequest", request).actor
    mine = list(Project.objects.visible_to(actor))
    last = request.session.get(LAST_PROJECT)
    project = next((one for one in mine if one.name == last), mine[0] if mine else None)
    if project is None:
        return redirect("projects:project-list")
    first = navigation.home()
    sees = may(actor, project.id, first.right)
    return redirect(first.page if sees else "projects:audit", project=project.name)
