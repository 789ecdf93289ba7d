"""Whatever somebody with the database does to the trail, verify names the event."""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from uuid import UUID, uuid4

import pytest

from kalixweb.audit import anchors, payload
from kalixweb.audit import verify as verification
from kalixweb.audit.anchors import Anchor
from kalixweb.audit.models import AuditEvent, AuditHead
from kalixweb.audit.verify import Finding, verify
from kalixweb.core import clock
from tests.integration.audit.conftest import unguarded

pytestmark = pytest.mark.django_db

Append = Callable[..., None]
Event = Callable[[int], AuditEvent]


def change(chain: UUID, seq: int, /, **columns: object) -> None:
    with unguarded():
        AuditEvent.objects.filter(chain=chain, seq=seq).update(**columns)


def found(anchors_seen: Iterable[Anchor] = ()) -> list[tuple[str, int | None]]:
    findings = verify(None, list(enumerate(anchors_seen, start=1))).findings
    return [(finding.kind, finding.seq) for finding in findings]


def test_a_whole_chain_is_whole(append: Append) -> None:
    append(5)
    append(3, uuid4())
    report = verify()
    assert (report.chains, report.events, report.findings) == (2, 8, [])


def test_an_altered_payload_is_named(append: Append, chain: UUID, event: Event) -> None:
    append(5)
    altered = bytes(event(3).payload).replace(b'"db"', b'"DB"')
    change(chain, 3, payload=altered)
    assert found() == [("altered", 3)]
    assert "Event 3 (secret.created) was altered" in verify().findings[0].sentence


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("object_label", "other"),
        ("object_id", "other"),
        ("object_kind", "connection"),
        ("actor_label", "eve"),
        ("actor_id", UUID(int=6)),
        ("actor_kind", "shell"),
        ("address", None),
        ("request_id", "r-2"),
        ("action", "secret.used"),
        ("outcome", "failed"),
        ("id", UUID(int=77)),
    ],
)
def test_an_altered_copy_is_named(append: Append, chain: UUID, column: str, value: object) -> None:
    append(3)
    change(chain, 2, **{column: value})
    assert found() == [("altered", 2)]
    assert f"column {column}" in verify().findings[0].sentence


def test_an_altered_time_is_named(append: Append, chain: UUID) -> None:
    append(2)
    change(chain, 2, time=clock.now())
    assert found() == [("altered", 2)]


@pytest.mark.parametrize("column", ["hash", "kid"])
def test_an_altered_hash_or_key_id_is_named(append: Append, chain: UUID, column: str) -> None:
    append(3)
    change(chain, 1, **{column: bytes(32) if column == "hash" else 5})
    kinds = found()
    assert kinds[0] == (("altered" if column == "hash" else "unjudged"), 1)


def test_a_removed_event_is_named(append: Append, chain: UUID) -> None:
    append(6)
    with unguarded():
        AuditEvent.objects.filter(chain=chain, seq__in=[3, 4]).delete()
    assert found() == [("removed", 3), ("unjudged", 5)]
    assert verify().findings[0].sentence == "Events 3 to 4 were removed."


def test_removing_and_renumbering_is_named(append: Append, chain: UUID, event: Event) -> None:
    append(3)
    with unguarded():
        event(2).delete()
        AuditEvent.objects.filter(chain=chain, seq=3).update(seq=2)
    assert ("altered", 2) in found()


def test_removed_newest_events_are_named_by_the_head(append: Append, chain: UUID) -> None:
    append(5)
    with unguarded():
        AuditEvent.objects.filter(chain=chain, seq__gte=4).delete()
    assert found() == [("removed", 4)]
    assert verify().findings[0].sentence == "Events 4 to 5 were removed."


def cut(chain: UUID, event: Event, newest: int) -> None:
    """Remove the newest events and set the head back as well: no trace in the database."""
    with unguarded():
        AuditEvent.objects.filter(chain=chain, seq__gt=newest).delete()
        AuditHead.objects.filter(chain=chain).update(seq=newest, hash=event(newest).hash)


def anchor_of(row: AuditEvent) -> Anchor:
    return anchors.make(row.chain, row.seq, bytes(row.hash), row.time)


def test_a_chain_that_was_cut_off_is_named_by_an_anchor(
    append: Append, chain: UUID, event: Event
) -> None:
    append(5)
    seen = [anchor_of(event(3)), anchor_of(event(5))]
    assert found(seen) == []
    cut(chain, event, 3)
    assert found() == []
    assert found(seen) == [("cut_off", 4)]
    append(4)
    assert found(seen) == [("cut_off", 5)]
    sentence = verify(None, [(7, seen[1])]).findings[0].sentence
    assert sentence.startswith("Event 5 is not the one that line 7 of the anchors saw")


def test_a_chain_that_vanished_is_named_by_an_anchor(
    append: Append, chain: UUID, event: Event
) -> None:
    append(2)
    seen = [anchor_of(event(2))]
    with unguarded():
        AuditEvent.objects.all().delete()
        AuditHead.objects.all().delete()
    assert found() == []
    assert found(seen) == [("cut_off", 1)]


def test_a_forged_anchor_is_refused(append: Append, event: Event) -> None:
    append(2)
    genuine = anchor_of(event(2))
    forged = [
        Anchor(**{**asdict(genuine), "seq": 9}),
        Anchor(**{**asdict(genuine), "instance": str(uuid4())}),
        Anchor(**{**asdict(genuine), "kid": 5}),
        Anchor(**{**asdict(genuine), "mac": "zz"}),
    ]
    assert found(forged) == [("anchor", None)] * 4


def test_rewriting_a_chain_needs_the_audit_key(append: Append, chain: UUID, event: Event) -> None:
    """Somebody who rewrites an event and every hash after it, but has another key, is named."""
    append(4)
    row = event(2)
    altered = bytes(row.payload).replace(b'"db"', b'"DB"')
    previous = bytes(event(1).hash)
    change(chain, 2, payload=altered, object_label="DB")
    for seq in (2, 3, 4):
        row = event(seq)
        message = payload._message(row.kid, chain, seq, previous, bytes(row.payload))
        previous = hmac.digest(hashlib.sha256(b"guess").digest(), message, "sha256")
        change(chain, seq, hash=previous)
    with unguarded():
        AuditHead.objects.filter(chain=chain).update(hash=previous)
    assert found()[0] == ("altered", 2)


def test_two_events_that_changed_places_are_named(
    append: Append, chain: UUID, event: Event
) -> None:
    append(3)
    change(chain, 2, seq=100)
    change(chain, 3, seq=2)
    change(chain, 100, seq=3)
    assert found()[0] == ("altered", 2)


def test_an_event_of_another_chain_is_named(append: Append, chain: UUID) -> None:
    other = uuid4()
    append(2)
    append(1, other)
    change(other, 1, chain=chain, seq=3)
    assert ("altered", 3) in found()


def test_a_head_that_was_altered_or_removed_is_named(
    append: Append, chain: UUID, event: Event
) -> None:
    append(2)
    with unguarded():
        AuditHead.objects.filter(chain=chain).update(hash=bytes(32))
    assert found() == [("head", 2)]
    with unguarded():
        AuditHead.objects.filter(chain=chain).update(seq=1, hash=event(1).hash)
    assert found() == [("head", 1)]
    assert "set back to 1" in verify().findings[0].sentence
    with unguarded():
        AuditHead.objects.filter(chain=chain).delete()
    assert found() == [("head", None)]


def test_only_the_chosen_chains_are_looked_at(append: Append, chain: UUID) -> None:
    other = uuid4()
    append(2)
    append(2, other)
    change(other, 1, action="x")
    assert verify([chain]).findings == []
    assert len(verify([other]).findings) == 1


def test_rows_are_held_against_their_newest_events(
    append: Append, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "_comparators", {})
    append(2)

    def compare(on: UUID, newest: verification.Newest) -> list[str]:
        assert on == chain
        told = newest[str(UUID(int=9))]
        return [] if told["details"]["version"] == 2 else ["The secret db is at another version."]

    verification.register_comparator("secret", ["secret.created"], compare)
    sentence = "The secret db is at another version."
    assert verify().findings == [Finding("row", chain, None, sentence)]


def test_anchors_are_found_among_the_lines_of_a_log(append: Append, event: Event) -> None:
    append(1)
    anchor = anchor_of(event(1))
    lines = [
        "starting",
        "[]",
        json.dumps({"event": "audit anchor", "level": "info", **asdict(anchor)}),
        '{"chain": "x"}',
    ]
    assert list(anchors.read(lines)) == [(3, anchor)]
