"""The clusters of an answer as a list that stays usable at five hundred: filters and one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import QueryDict

from brokers.models import AwsQuery

_PER_PAGE = 30
_LIVE = {"ACTIVE": "passed", "FAILED": "failed", "DELETING": "failed"}
_AUTHS = {"scram": "SCRAM", "iam": "IAM", "tls": "mTLS", "unauthenticated": "open to anybody"}


@dataclass(frozen=True, slots=True)
class ClusterListRow:
    """``why_not`` says in its place why a cluster cannot be connected."""

    arn: str
    name: str
    state: str
    mark: str
    kind: str
    size: str
    access: str
    why_not: str


@dataclass(frozen=True, slots=True)
class FilterLink:
    href: str
    word: str
    count: int
    is_on: bool


@dataclass(frozen=True, slots=True)
class ClusterFilters:
    search: str
    kind: str


@dataclass(frozen=True, slots=True)
class ClusterListing:
    """``total`` counts all, ``rows`` is the page of those that the filters leave."""

    at: datetime | None
    standing: str
    total: int
    filters: ClusterFilters
    filter_links: list[FilterLink]
    page: Page[Any]
    rows: list[ClusterListRow]


def build(answered: AwsQuery, query: QueryDict) -> ClusterListing:
    """The answer, searched and filtered as the address says."""
    document: Mapping[str, Any] = answered.document or {}
    clusters: Sequence[Mapping[str, Any]] = document.get("clusters", ())
    filters = ClusterFilters(query.get("q", "").strip()[:200], query.get("kind", ""))
    usable = [one for one in clusters if not one["why_not"]]
    kinds = {
        "usable": ("Can be connected", usable),
        "explained": ("Cannot, and why", [one for one in clusters if one["why_not"]]),
    }
    found = kinds[filters.kind][1] if filters.kind in kinds else clusters
    found = sorted(
        (one for one in found if _matches(one, filters.search)),
        key=lambda one: (bool(one["why_not"]), one["name"]),
    )
    page = Paginator(found, _PER_PAGE).get_page(query.get("page"))
    more = "" if document.get("complete", True) else " AWS has more than it listed."
    return ClusterListing(
        at=answered.finished_at,
        standing=f"{len(usable)} of {len(clusters)} can be connected.{more}".rstrip("."),
        total=len(clusters),
        filters=filters,
        filter_links=[
            _filter_link(query, name, word, len(rows)) for name, (word, rows) in kinds.items()
        ],
        page=page,
        rows=[_cluster(one) for one in page],
    )


def _matches(one: Mapping[str, Any], search: str) -> bool:
    text = f"{one['name']} {one['state']} {one['type']} {one['version']}".lower()
    return all(word in text for word in search.lower().split())


def _filter_link(query: QueryDict, name: str, word: str, count: int) -> FilterLink:
    wanted = query.copy()
    is_on = wanted.get("kind") == name
    for gone in ("page", "seen", "kind"):
        wanted.pop(gone, None)
    wanted["choose"] = "yes"
    if not is_on:
        wanted["kind"] = name
    return FilterLink(f"?{wanted.urlencode()}", word, count, is_on)


def _cluster(one: Mapping[str, Any]) -> ClusterListRow:
    brokers = one["brokers"]
    size = [f"{brokers} broker{'' if brokers == 1 else 's'}"] if brokers else []
    size += [f"Kafka {one['version']}"] if one["version"] else []
    public = {True: "public", False: "inside its VPC"}.get(one["public"], "")
    auths = ", ".join(_AUTHS.get(auth, auth) for auth in one["auths"])
    access = ": ".join(part for part in (public, auths) if part)
    return ClusterListRow(
        arn=one["arn"],
        name=one["name"],
        state=one["state"],
        mark=_LIVE.get(one["state"], "warned"),
        kind=str(one["type"]).capitalize(),
        size=", ".join(size),
        access=f"{access[:1].upper()}{access[1:]}",
        why_not=one["why_not"] or "",
    )
