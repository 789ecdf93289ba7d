"""The event's bytes and its hash: formats that stored trails depend on.

``payload`` is JSON in UTF-8 with sorted keys and no spaces. The hash is HMAC-SHA-256, under the
audit key, of "kd.audit.v1" 00 | u8 1 | u64 kid | chain | u64 seq | prev | SHA-256(payload).
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from kalixweb.audit.events import Detail, Outcome
from kalixweb.core.actor import Actor
from kalixweb.keys import macs

SCHEMA = 1
NO_PREVIOUS = bytes(32)
"""What the first event of a chain follows."""

LONGEST_LABEL = 255


@dataclass(frozen=True, slots=True)
class Draft:
    """An event before it has a place in its chain."""

    actor: Actor
    chain: UUID
    action: str
    object_kind: str
    object_id: str | None
    object_label: str
    outcome: Outcome
    details: Mapping[str, Detail]


def rfc3339(moment: datetime) -> str:
    """UTC with six digits and Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def document(draft: Draft, moment: datetime) -> dict[str, Any]:
    """The event as a JSON object, with an id of its own."""
    actor = draft.actor
    return {
        "v": SCHEMA,
        "id": str(uuid4()),
        "time": rfc3339(moment),
        "actor": {
            "kind": actor.kind,
            "id": str(actor.id) if actor.id else None,
            "label": actor.label[:LONGEST_LABEL],
        },
        "address": actor.address,
        "request_id": actor.request_id,
        "action": draft.action,
        "object": {
            "kind": draft.object_kind,
            "id": draft.object_id,
            "label": draft.object_label[:LONGEST_LABEL],
        },
        "outcome": draft.outcome,
        "details": dict(draft.details),
    }


def encode(event: Mapping[str, Any]) -> bytes:
    """The canonical bytes."""
    return json.dumps(
        event, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8")


def columns(event: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that copy the payload for searching; raises KeyError or ValueError."""
    actor, target = event["actor"], event["object"]
    return {
        "id": UUID(event["id"]),
        "time": datetime.fromisoformat(event["time"]),
        "actor_kind": actor["kind"],
        "actor_id": UUID(actor["id"]) if actor["id"] else None,
        "actor_label": actor["label"],
        "address": event["address"],
        "request_id": event["request_id"],
        "action": event["action"],
        "object_kind": target["kind"],
        "object_id": target["id"],
        "object_label": target["label"],
        "outcome": event["outcome"],
    }


def _message(kid: int, chain: UUID, seq: int, previous: bytes, payload: bytes) -> bytes:
    return b"".join(
        (
            b"kd.audit.v1\x00\x01",
            kid.to_bytes(8, "big"),
            chain.bytes,
            seq.to_bytes(8, "big"),
            previous,
            hashlib.sha256(payload).digest(),
        )
    )


def chain_hash(kid: int, chain: UUID, seq: int, previous: bytes, payload: bytes) -> bytes:
    """The 32 bytes that tie an event to everything before it; raises KeyUnavailable."""
    return macs.mac("audit_mac", None, _message(kid, chain, seq, previous, payload), kid=kid)[1]


def hash_fits(kid: int, chain: UUID, seq: int, previous: bytes, payload: bytes, tag: bytes) -> bool:
    """Whether an event carries the hash of its place in the chain; raises KeyUnavailable."""
    return macs.check("audit_mac", None, kid, _message(kid, chain, seq, previous, payload), tag)
