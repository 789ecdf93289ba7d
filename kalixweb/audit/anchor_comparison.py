"""Holds chains against anchors that left the database: shows what was cut off or rewritten."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from kalixweb.audit.anchors import Anchor, is_genuine
from kalixweb.audit.chain_walk import Finding, Seen
from kalixweb.keys import lifecycle
from kalixweb.keys.macs import KeyUnavailable

Numbered = tuple[int, Anchor]
"""An anchor and the number of its line."""


def genuine_by_chain(
    anchors: Iterable[Numbered], chains: Collection[UUID] | None
) -> tuple[dict[UUID, list[Numbered]], list[Finding]]:
    """Genuine anchors by chain, and a finding for each line that is not one of this instance."""
    by_chain: dict[UUID, list[Numbered]] = defaultdict(list)
    findings = []
    instance = str(lifecycle.instance_id())
    for line, anchor in anchors:
        if reason := _why_not(anchor, instance):
            sentence = f"Line {line} of the anchors {reason}."
            findings.append(Finding("anchor", None, None, sentence))
            continue
        chain = UUID(anchor.chain)
        if chains is None or chain in chains:
            by_chain[chain].append((line, anchor))
    return by_chain, findings


def _why_not(anchor: Anchor, instance: str) -> str:
    if anchor.instance != instance:
        return f"belongs to another instance, {anchor.instance}"
    try:
        genuine = is_genuine(anchor)
    except KeyUnavailable:
        return f"is signed with the key {anchor.kid}, which cannot be opened"
    return "" if genuine else "was not signed by this instance, or was altered"


def compare(chain: UUID, anchors: Sequence[Numbered], seen: Seen) -> list[Finding]:
    """What the anchors of a chain saw and is not there any more."""
    if not anchors:
        return []
    findings = []
    line, furthest = max(anchors, key=lambda numbered: numbered[1].seq)
    if furthest.seq > seen.newest:
        first = seen.newest + 1
        cut = (
            f"Events {first} to {furthest.seq} were"
            if first < furthest.seq
            else (f"Event {first} was")
        )
        sentence = (
            f"{cut} cut off: line {line} of the anchors saw event {furthest.seq} "
            f"at {furthest.time}."
        )
        findings.append(Finding("cut_off", chain, first, sentence))
    for number, anchor in anchors:
        found = seen.hashes.get(anchor.seq)
        if found is not None and found.hex() != anchor.hash:
            sentence = (
                f"Event {anchor.seq} is not the one that line {number} of the anchors saw "
                f"at {anchor.time}."
            )
            findings.append(Finding("cut_off", chain, anchor.seq, sentence))
    return findings
