"""Reads of connections: one with its secrets, and lists that stay quick at a thousand."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from uuid import UUID

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)

from brokers.models import DEGRADED, FAILED, UNKNOWN, WARNED, Connection
from kalixweb.core.actor import Actor
from kalixweb.projects import permissions
from kalixweb.projects.models import Project

Rows: TypeAlias = QuerySet[Connection]

STALE = "stale"
# Names of annotations, which the type checker does not know as fields.
_STATE, _BY_TROUBLE = "shown_state", ("trouble", "name", "id")
STATES = (FAILED, DEGRADED, WARNED, STALE, UNKNOWN, "passed")
_STALE = Q(tested_revision__isnull=False) & (
    ~Q(tested_revision=F("target_revision"))
    | ~Q(tested_password_version=F("password_secret__current_version"))
    | Q(ca_secret__isnull=False) & ~Q(tested_ca_version=F("ca_secret__current_version"))
)


def of_project(project: Project) -> Rows:
    """The connections of one project."""
    return Connection.objects.for_project(project)


def of_actor(actor: Actor) -> Rows:
    """The connections of every project in which the actor may see them."""
    seen = permissions.projects_with(actor, "connection.view")
    return Connection.objects.visible_to(actor).filter(project_id__in=seen)


def whole(project: Project) -> Rows:
    """Connections with everything that testing and editing them needs, and their shown state."""
    rows = of_project(project).select_related("project", "password_secret", "ca_secret", "last_run")
    return with_state(rows.defer("last_run__document", "last_run__target"))


def with_state(rows: Rows) -> Rows:
    """Adds ``shown_state`` (the state, or ``stale``) and ``trouble`` (0 is worst).

    A result that was made with another revision, or another version of a secret, is stale: it
    says neither that the connection works nor that it does not.
    """
    return rows.annotate(
        shown_state=Case(
            When(_STALE, then=Value(STALE)), default=F("state"), output_field=CharField()
        ),
        trouble=Case(
            *(
                When(shown_state=state, then=Value(rank))
                for rank, state in enumerate((FAILED, DEGRADED, WARNED))
            ),
            default=Value(9),
            output_field=IntegerField(),
        ),
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks for; empty means everything."""

    search: str = ""
    state: str = ""
    label: str = ""
    fault: str = ""
    project: str = ""

    def apply(self, rows: Rows) -> Rows:
        """Only the rows that are asked for, the ones that want attention first."""
        for word in self.search.lower().split():
            rows = rows.filter(search_text__contains=word)
        if self.state:
            rows = rows.filter(**{_STATE: self.state})
        if self.label:
            rows = rows.filter(search_text__contains=f"\nlabel={self.label.lower()}\n")
        if self.fault:
            rows = rows.filter(last_fault=self.fault).exclude(**{_STATE: STALE})
        if self.project:
            rows = rows.filter(project__name=self.project)
        return rows.order_by(*_BY_TROUBLE)

    def __bool__(self) -> bool:
        return bool(self.search or self.state or self.label or self.fault or self.project)


@dataclass(slots=True)
class Facets:
    """How many connections there are of each kind, whatever is filtered for."""

    total: int = 0
    states: Counter[str] = field(default_factory=Counter)
    labels: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    projects: Counter[str] = field(default_factory=Counter)


def facets(rows: Rows) -> Facets:
    """Counts over all rows of ``with_state``: one query, which counts alike rows together."""
    found = Facets()
    columns = ("shown_state", "labels", "last_fault", "project__name")
    alike = rows.order_by().values_list(*columns).annotate(Count("id"))
    for state, labels, fault, project, count in alike:
        found.total += count
        found.states[state] += count
        found.labels.update(dict.fromkeys(labels, count))
        found.projects[project] += count
        if fault and state != STALE:
            found.faults[fault] += count
    return found


def page_rows(rows: Rows, ids: Sequence[UUID]) -> list[Connection]:
    """The columns that a list shows, in the order of ``ids``; never a document."""
    wide = (
        rows.filter(id__in=ids)
        .select_related("project", "last_run")
        .only(
            "name",
            "platform",
            "servers",
            "labels",
            "is_default",
            "state",
            "state_since",
            "last_fault",
            "tested_at",
            "recent",
            "certificate_ends_at",
            "project__name",
            "last_run__state",
            "last_run__sentence",
        )
    )
    found = {row.id: row for row in wide}
    return [found[one] for one in ids if one in found]


def listed(project: Project) -> Rows:
    """Every connection of the project with its shown state, the ones in trouble first."""
    return Filters().apply(with_state(of_project(project)))


def shown_state(row: Connection) -> str:
    """The annotation of ``with_state``, which the type checker does not see on a row."""
    return str(vars(row)["shown_state"])


def default_of(project: Project) -> Connection | None:
    """The project's default connection with its secrets, or None."""
    return whole(project).filter(is_default=True).first()
