"""The list of secrets."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from kalixweb.core.htmx import HttpRequest, fragment
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from secrets_app import queries
from secrets_app.models import GENERIC, TLS_CA
from secrets_app.queries import holders
from secrets_app.views.request_checks import require_right


@in_project
@require_safe
def secret_list(request: HttpRequest, project: Project) -> HttpResponse:
    """Names, types, entries, versions and users; search, type and page stand in the address."""
    require_right(request, "secret.list")
    search = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    kind = request.GET.get("type", "")
    page = request.GET.get("page", "1")
    found = queries.list_page(
        project.id,
        search=search,
        type=kind if kind in {GENERIC, TLS_CA} else "",
        page=int(page) if page.isdecimal() and len(page) < 9 else 1,
    )
    holders.link(project.name, (usage for row in found.rows for usage in row.users))
    context = {
        "nav_section": "secrets",
        "project": project,
        "found": found,
        "search": search,
        "type": kind,
        "generic": found.counts.get(GENERIC, 0),
        "cas": found.counts.get(TLS_CA, 0),
    }
    return fragment(request, "secrets_app/secret_list.html", "found", context)
