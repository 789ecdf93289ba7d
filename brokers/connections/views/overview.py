"""The dashboard of a project: what works, what does not and since when, what will stop soon."""

from datetime import datetime, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from brokers.connections.queries import overview as reads
from brokers.connections.queries.connections import STALE
from brokers.engine import owners
from brokers.engine.faults import TABLE
from brokers.models import DEGRADED, FAILED, UNKNOWN, WARNED, Connection
from brokers.runs.queries import runs
from brokers.runs.views.visibility import require_shown
from kalixweb.core import clock, wording
from kalixweb.core.htmx import HttpRequest
from kalixweb.keys import lifecycle
from kalixweb.projects.access import in_project
from kalixweb.projects.models import Project
from secrets_app import queries as secrets

_RECENT = 6
_OLDEST = 3
_STAGES = (
    ("Resolve", "name to address"),
    ("Connect", "port is open"),
    ("TLS", "certificate fits"),
    ("Kafka", "it is Kafka"),
    ("Mechanism", "your mechanism"),
    ("Login", "user, password"),
    ("Metadata", "all brokers"),
)
# A result this young needs no remark about its age.
_YOUNG = timedelta(minutes=10)


@require_safe
@in_project
def overview(request: HttpRequest, project: Project) -> HttpResponse:
    """How the project's connections stand, or the way to the first test when there is none."""
    require_shown(request, "connection.view", "project", project.id)
    now = clock.now()
    standing = reads.standing(project)
    context = {"nav_section": "overview", "project": project, "keys_at_risk": _at_risk(request)}
    if not standing.total:
        more = {"stages": _STAGES, "has_secret": secrets.count(project.id) > 0}
        return render(request, "brokers/connections/overview_empty.html", context | more)
    is_any = standing.counts[FAILED] + standing.counts[DEGRADED] > 0
    broken = reads.attention(project, standing) if is_any else []
    tested = standing.tested
    more = {
        "standing": standing,
        "sentences": sentences(standing, now),
        "oldest": tested[:_OLDEST],
        "is_old": bool(tested) and _is_old(tested[0].tested_at, now),
        "attention": [(connection, _job(connection)) for connection in broken],
        "broken": standing.counts[FAILED] + standing.counts[DEGRADED],
        "endings": reads.endings(project, standing, now),
        "recent": runs.recent(project, _RECENT),
        "now": now,
    }
    return render(request, "brokers/connections/overview.html", context | more)


def _at_risk(request: HttpRequest) -> bool:
    """Whether to tell this visitor, an administrator, that the keys were never backed up."""
    is_administrator = getattr(request.user, "is_administrator", False)
    return bool(is_administrator) and lifecycle.backed_up_at() is None


def _is_old(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and now - moment > _YOUNG


def _job(connection: Connection) -> str:
    row = TABLE.get(connection.last_fault)
    return owners.wording_of(row.owner).job if row else ""


def sentences(standing: reads.Standing, now: datetime) -> list[str]:
    """How things stand: one sentence about what works, one about what does not."""
    total, counts = standing.total, standing.counts
    rest = [
        _failing(counts[FAILED], standing.longest(FAILED), now),
        _plural(counts[DEGRADED], "is degraded", "are degraded"),
        _plural(counts[STALE], "was not tested since a change", "were not tested since a change"),
        _plural(counts[UNKNOWN], "was never tested", "were never tested"),
    ]
    said = [part for part in rest if part]
    if total == 1:
        return [_only(standing.rows[0], now)]
    if not said:
        return [f"All {total} connections work."]
    if counts[UNKNOWN] == total:
        return [f"None of the {total} connections was tested yet."]
    verb = "works" if standing.working == 1 else "work"
    return [f"{standing.working} of {total} connections {verb}.", f"{', '.join(said)}."]


def _only(row: reads.Row, now: datetime) -> str:
    how = {
        FAILED: "has failed",
        DEGRADED: "is degraded",
        WARNED: "works, with a warning",
        STALE: "was not tested since a change",
        UNKNOWN: "was never tested",
    }.get(row.state, "works")
    since = f" since {wording.since(row.since, now)}" if row.since and row.state == FAILED else ""
    return f"{row.name} {how}{since}."


def _failing(number: int, since: datetime | None, now: datetime) -> str:
    if not number:
        return ""
    text = "1 has failed" if number == 1 else f"{number} have failed"
    if since is None:
        return text
    moment = wording.since(since, now)
    return f"{text} since {moment}" if number == 1 else f"{text}, the first since {moment}"


def _plural(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}" if number else ""
