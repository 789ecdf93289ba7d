"""Proves that a trail is whole, or says which event was altered, removed or cut off."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kalixweb.audit import anchor_comparison, chain_walk, queries, triggers
from kalixweb.audit.anchors import Anchor
from kalixweb.audit.chain_walk import Finding
from kalixweb.audit.models import AuditEvent, AuditHead

__all__ = ["Finding", "Report", "register_comparator", "verify"]

Newest = Mapping[str, Mapping[str, Any]]
Compare = Callable[[UUID, Newest], Iterable[str]]
_comparators: dict[str, tuple[tuple[str, ...], Compare]] = {}


@dataclass(slots=True)
class Report:
    """What was looked at and what is wrong; nothing in ``findings`` means whole."""

    chains: int = 0
    events: int = 0
    anchors: int = 0
    findings: list[Finding] = field(default_factory=list)


def register_comparator(object_kind: str, actions: Iterable[str], compare: Compare) -> None:
    """Hold rows against their newest events whenever a chain is verified; called in ``ready()``.

    ``compare(chain, newest)`` gets, by object id, the payload of the newest of these actions and
    returns one sentence for each row that differs, is missing, or has no event.
    """
    _comparators[object_kind] = (tuple(actions), compare)


def verify(
    chains: Collection[UUID] | None = None, anchors: Iterable[tuple[int, Anchor]] = ()
) -> Report:
    """Look at some chains, or at all of them, and hold them against anchors (line, anchor).

    Works while others write. Raises KeyUnavailable only when no audit key can be opened at all.
    """
    report = Report()
    for name in triggers.missing():
        sentence = f"The trigger {name} is missing or differs, so events could be altered."
        report.findings.append(Finding("trigger", None, None, sentence))
    by_chain, refused = anchor_comparison.genuine_by_chain(anchors, chains)
    report.findings += refused
    for chain in sorted(set(chains) if chains is not None else _all_chains() | set(by_chain)):
        of_chain = by_chain.get(chain, [])
        seen = chain_walk.walk(chain, {anchor.seq for _, anchor in of_chain})
        report.chains += 1
        report.events += seen.events
        report.anchors += len(of_chain)
        report.findings += [*seen.findings, *anchor_comparison.compare(chain, of_chain, seen)]
        report.findings += _rows_against_events(chain)
    return report


def _all_chains() -> set[UUID]:
    heads = AuditHead.objects.values_list("chain", flat=True)
    return set(heads) | set(AuditEvent.objects.values_list("chain", flat=True).distinct())


def _rows_against_events(chain: UUID) -> list[Finding]:
    findings = []
    for kind, (actions, compare) in sorted(_comparators.items()):
        sentences = compare(chain, queries.newest_of_each(chain, kind, actions))
        findings += [Finding("row", chain, None, sentence) for sentence in sentences]
    return findings
