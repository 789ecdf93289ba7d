"""Walks one chain from its first event to its head and recomputes every hash."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple
from uuid import UUID

from kalixweb.audit import payload
from kalixweb.audit.models import AuditEvent, AuditHead
from kalixweb.keys.macs import KeyUnavailable

FindingKind = Literal[
    "altered", "removed", "unjudged", "head", "cut_off", "anchor", "trigger", "row"
]

_COPIES = (
    "id",
    "time",
    "actor_kind",
    "actor_id",
    "actor_label",
    "address",
    "request_id",
    "action",
    "object_kind",
    "object_id",
    "object_label",
    "outcome",
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, as a sentence; ``seq`` is the event's number where there is one."""

    kind: FindingKind
    chain: UUID | None
    seq: int | None
    sentence: str


class _Row(NamedTuple):
    seq: int
    kid: int
    hash: bytes
    payload: bytes
    copies: dict[str, Any]


@dataclass(slots=True)
class Seen:
    """What a walk saw: how many events, the newest, and the hashes that anchors ask for."""

    chain: UUID
    events: int = 0
    newest: int = 0
    hashes: dict[int, bytes] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def found(self, kind: FindingKind, seq: int | None, sentence: str) -> None:
        """Add a finding about this chain."""
        self.findings.append(Finding(kind, self.chain, seq, sentence))


def walk(chain: UUID, wanted: set[int]) -> Seen:
    """Look at every event of a chain; ``wanted`` are the numbers whose hashes to keep."""
    seen = Seen(chain)
    before = AuditHead.objects.filter(chain=chain).first()
    wanted = wanted | {before.seq} if before else wanted
    previous: bytes | None = payload.NO_PREVIOUS
    sound = True
    for row in _rows(chain):
        seen.events += 1
        if row.seq < 1:
            seen.found("altered", row.seq, f"Event {row.seq} has a number that no event gets.")
            continue
        if row.seq > seen.newest + 1:
            _removed(seen, seen.newest + 1, row.seq - 1)
            previous = None
        sound = _check_event(seen, row, previous, follows_sound=sound)
        previous, seen.newest = row.hash, row.seq
        if row.seq in wanted:
            seen.hashes[row.seq] = row.hash
    _check_head(seen, before)
    return seen


def _rows(chain: UUID) -> Iterator[_Row]:
    rows = AuditEvent.objects.filter(chain=chain).order_by("seq")
    for values in rows.values_list("seq", "kid", "hash", "payload", *_COPIES).iterator(
        chunk_size=2000
    ):
        seq, kid, tag, encoded, *copies = values
        yield _Row(seq, kid, bytes(tag), bytes(encoded), dict(zip(_COPIES, copies, strict=True)))


def _check_event(seen: Seen, row: _Row, previous: bytes | None, *, follows_sound: bool) -> bool:
    """Whether the event is the one that was appended here; adds what is wrong to ``seen``."""
    name = f"Event {row.seq} ({row.copies['action']})"
    try:
        fits = previous is not None and row.kid > 0 and _fits(seen.chain, row, previous)
    except KeyUnavailable as error:
        seen.found("unjudged", row.seq, f"{name} cannot be judged: {error}")
        return False
    if fits:
        _compare_copies(seen, row, name)
        return True
    if previous is not None and follows_sound:
        seen.found(
            "altered", row.seq, f"{name} was altered: its hash does not fit its contents and place."
        )
    else:
        # Its hash covers the true hash of the event before it, which is nowhere any more.
        seen.found(
            "unjudged",
            row.seq,
            f"{name} cannot be judged, because what stood before it was altered or removed.",
        )
    return False


def _fits(chain: UUID, row: _Row, previous: bytes) -> bool:
    return payload.hash_fits(row.kid, chain, row.seq, previous, row.payload, row.hash)


def _compare_copies(seen: Seen, row: _Row, name: str) -> None:
    event = payload.columns(json.loads(row.payload))
    for column in _COPIES:
        if row.copies[column] != event[column]:
            seen.found(
                "altered",
                row.seq,
                f"{name} was altered: the column {column} says “{row.copies[column]}”, "
                f"the event itself “{event[column]}”.",
            )


def _removed(seen: Seen, first: int, last: int) -> None:
    numbers = f"Event {first} was" if first == last else f"Events {first} to {last} were"
    seen.found("removed", first, f"{numbers} removed.")


def _check_head(seen: Seen, before: AuditHead | None) -> None:
    """Others may append meanwhile, so the head from before the walk is the one to find again."""
    after = AuditHead.objects.filter(chain=seen.chain).first()
    if before is None or after is None:
        if seen.events:
            seen.found("head", None, "The head of the chain is missing, though it has events.")
        return
    if before.seq > seen.newest:
        _removed(seen, seen.newest + 1, before.seq)
    elif bytes(before.hash) != seen.hashes.get(before.seq, payload.NO_PREVIOUS):
        seen.found("head", before.seq, f"The head of the chain differs from event {before.seq}.")
    if after.seq < seen.newest:
        seen.found(
            "head", after.seq, f"The head was set back to {after.seq}; event {seen.newest} exists."
        )
