"""What the dashboard of a project says, from the columns of connections and never a document."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F

from brokers.connections.queries import connections
from brokers.models import DEGRADED, FAILED, PASSED, WARNED, Connection
from kalixweb.projects.models import Project
from secrets_app.models import CertificateFacts

SOON = timedelta(days=30)
_MOST = 8
_MOST_BESIDE = 5


@dataclass(frozen=True, slots=True)
class Row:
    """One connection as the dashboard counts it. ``state`` may be ``stale``."""

    id: UUID
    name: str
    state: str
    since: datetime | None
    tested_at: datetime | None
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate that ends soon: served to a connection, or held in a CA secret."""

    name: str
    ends: datetime
    connection: UUID | None = None
    secret: UUID | None = None
    secret_name: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """How all connections of a project stand."""

    rows: Sequence[Row]
    counts: Counter[str]

    @property
    def total(self) -> int:
        return len(self.rows)

    @property
    def working(self) -> int:
        return self.counts[PASSED] + self.counts[WARNED]

    @property
    def tested(self) -> list[Row]:
        """Those with a result, the oldest result first."""
        with_result = [row for row in self.rows if row.tested_at is not None]
        return sorted(with_result, key=lambda row: (row.tested_at, row.name))

    def longest(self, state: str) -> datetime | None:
        """Since when the first of those in this state has been in it."""
        moments = [row.since for row in self.rows if row.state == state and row.since is not None]
        return min(moments, default=None)


def standing(project: Project) -> Standing:
    """One query of narrow columns over all connections of the project."""
    rows = connections.with_state(connections.of_project(project))
    columns = ("id", "name", "shown_state", "state_since", "tested_at", "certificate_ends_at")
    found = [Row(*values) for values in rows.values_list(*columns)]
    return Standing(found, Counter(row.state for row in found))


def attention(project: Project, standing: Standing) -> list[Connection]:
    """The connections that do not work, worst and longest first, with their last run's sentence."""
    rank = {FAILED: 0, DEGRADED: 1}
    broken = [row for row in standing.rows if row.state in rank and row.since is not None]
    worst = sorted(broken, key=lambda row: (rank[row.state], row.since, row.name))[:_MOST]
    columns = ("name", "state", "state_since", "last_fault", "last_run__sentence")
    rows = connections.of_project(project).filter(id__in=[row.id for row in worst])
    found = {row.id: row for row in rows.select_related("last_run").only(*columns)}
    return [found[row.id] for row in worst if row.id in found]


def endings(project: Project, standing: Standing, now: datetime) -> list[Ending]:
    """Certificates that ended or end within 30 days, the soonest first."""
    limit = now + SOON
    served = [
        Ending(row.name, row.ends, connection=row.id)
        for row in standing.rows
        if row.ends is not None and row.ends < limit
    ]
    held = CertificateFacts.objects.for_project(project).filter(
        not_after__lt=limit,
        entry__version__number=F("entry__version__secret__current_version"),
    )
    columns = ("name", "not_after", "entry__version__secret_id", "entry__version__secret__name")
    cas = [
        Ending(name, ends, secret=secret, secret_name=secret_name)
        for name, ends, secret, secret_name in held.order_by("not_after").values_list(*columns)[
            :_MOST_BESIDE
        ]
    ]
    return sorted([*served, *cas], key=lambda one: one.ends)[:_MOST_BESIDE]
