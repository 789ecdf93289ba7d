"""The audit trail of a project and of the instance: read, filtered, exported."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from django.core.exceptions import SuspiciousOperation
from django.db.models import Max
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from kalixweb.audit import export, queries
from kalixweb.audit.events import ACTIONS
from kalixweb.audit.models import AuditEvent
from kalixweb.audit.unit_of_work import record_alone
from kalixweb.core.actor import Actor
from kalixweb.core.htmx import HttpRequest
from kalixweb.projects.access import in_audited_project
from kalixweb.projects.forms import AuditFilter
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import instance_rights_of, require, require_instance
from kalixweb.projects.sentences import facts, sentence

PAGE = 30


@dataclass(frozen=True)
class EventRow:
    """One event as the page shows it."""

    event: AuditEvent
    sentence: str
    facts: list[tuple[str, str]]


@require_safe
@in_audited_project
def audit(request: HttpRequest, project: Project) -> HttpResponse:
    """The project's events, newest first."""
    require(request.actor, project.id, "audit.read", object_kind="audit")
    may_export = "audit.export" in request.rights  # type: ignore[attr-defined]
    extra = {"project": project, "nav_section": "audit", "may_export": may_export}
    return _page(request, project.id, extra)


@require_safe
def instance_audit(request: DjangoHttpRequest) -> HttpResponse:
    """Sign-ins, users and everything else that belongs to no project."""
    actor = cast("HttpRequest", request).actor
    require_instance(actor, "instance.admin_site", object_label="audit trail")
    may_export = "audit.export" in instance_rights_of(actor)
    # Only an instance auditor, who may export here, reads the trails of all projects too.
    projects = list(Project.objects.all()) if may_export else []
    extra = {"may_export": may_export, "projects": projects}
    return _page(request, queries.instance_chain(), extra)


@require_POST
@in_audited_project
def audit_export(request: HttpRequest, project: Project) -> HttpResponseBase:
    """The filtered events as a file; that somebody took them is an event itself."""
    require(request.actor, project.id, "audit.export", object_kind="audit")
    return _export(request, project.id, request.actor, project.name)


@require_POST
def instance_audit_export(request: DjangoHttpRequest) -> HttpResponseBase:
    """The instance's filtered events as a file."""
    actor = cast("HttpRequest", request).actor
    require_instance(actor, "audit.export", object_label="audit trail")
    return _export(request, queries.instance_chain(), actor, "instance")


def filter_form(data: Any) -> AuditFilter:  # noqa: ANN401 - a QueryDict
    """The filter with the known actions, grouped by what they are about."""
    form = AuditFilter(data)
    nouns: dict[str, list[tuple[str, str]]] = {}
    for action in ACTIONS:
        noun, _, verb = action.partition(".")
        nouns.setdefault(noun, [(noun, f"anything about {noun}")])
        nouns[noun].append((action, verb.replace("_", " ")))
    form.fields["action"].choices = [("", "anything"), *nouns.items()]  # type: ignore[attr-defined]
    return form


def _filters(form: AuditFilter) -> dict[str, Any]:
    if not form.is_valid():
        return {}
    given = {name: value for name, value in form.cleaned_data.items() if value}
    if "since" in given:
        given["since"] = datetime.combine(given["since"], time(), UTC)
    if "until" in given:
        given["until"] = datetime.combine(given["until"] + timedelta(days=1), time(), UTC)
    return given


def _page(request: DjangoHttpRequest, chain: UUID, extra: dict[str, Any]) -> HttpResponse:
    form = filter_form(request.GET)
    filters = _filters(form)
    found = queries.events([chain], **filters).order_by("-seq")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        found = found.filter(seq__lt=int(before))
    events = list(found[: PAGE + 1])
    rows = [_row(event) for event in events[:PAGE]]
    context = extra | {
        "form": form,
        "rows": rows,
        "filtered": bool(filters),
        "older": rows[-1].event.seq if len(events) > PAGE else None,
        "newer": bool(before),
    }
    return render(request, "audit/audit.html", context)


def _row(event: AuditEvent) -> EventRow:
    payload = queries.decode(event)
    return EventRow(event, sentence(payload), facts(payload))


def _export(
    request: DjangoHttpRequest, chain: UUID, actor: Actor, name: str
) -> StreamingHttpResponse:
    form = request.POST.get("format")
    if form not in export.FORMATS:
        raise SuspiciousOperation
    filters = _filters(filter_form(request.POST))
    found = queries.events([chain], **filters).order_by("seq")
    # The body is written after this export's own event, which is not part of what was asked for.
    found = found.filter(seq__lte=found.aggregate(last=Max("seq"))["last"] or 0)
    record_alone(
        actor,
        "audit.exported",
        chain=chain,
        object_kind="audit",
        object_id=chain,
        object_label=name,
        format=form,
        filters={key: str(value) for key, value in filters.items()},
        events=found.count(),
    )
    lines = export.lines(found.iterator(chunk_size=500), form)
    answer = StreamingHttpResponse(lines, content_type=export.CONTENT_TYPES[form])
    answer["Content-Disposition"] = f'attachment; filename="audit-{name}.{form}"'
    return answer
