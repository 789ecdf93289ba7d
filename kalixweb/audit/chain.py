"""Appends events to their chains, under the lock of each chain's head."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db import transaction

from kalixweb.audit import anchors, payload
from kalixweb.audit.models import AuditEvent, AuditHead
from kalixweb.core import clock
from kalixweb.keys import macs


def append(drafts: Iterable[payload.Draft]) -> None:
    """Write events as the last statements of the open transaction, chains in ascending order.

    The order keeps two units of work from waiting for each other's heads for ever.
    """
    by_chain: dict[UUID, list[payload.Draft]] = defaultdict(list)
    for draft in drafts:
        by_chain[draft.chain].append(draft)
    for chain in sorted(by_chain):
        _append_to(chain, by_chain[chain])


def _locked_head(chain: UUID) -> AuditHead:
    heads = AuditHead.objects.select_for_update()
    head = heads.filter(chain=chain).first()
    if head is None:
        AuditHead.objects.bulk_create(
            [AuditHead(chain=chain, seq=0, hash=payload.NO_PREVIOUS)], ignore_conflicts=True
        )
        head = heads.get(chain=chain)
    return head


def _append_to(chain: UUID, drafts: Sequence[payload.Draft]) -> None:
    head = _locked_head(chain)
    kid = macs.active_kid("audit_mac", None)
    seq, last = head.seq, bytes(head.hash)
    moment = clock.now()
    rows = []
    for draft in drafts:
        seq += 1
        event = payload.document(draft, moment)
        encoded = payload.encode(event)
        last = payload.chain_hash(kid, chain, seq, last, encoded)
        rows.append(
            AuditEvent(
                chain=chain, seq=seq, kid=kid, hash=last, payload=encoded, **payload.columns(event)
            )
        )
    AuditEvent.objects.bulk_create(rows)
    AuditHead.objects.filter(chain=chain).update(seq=seq, hash=last)
    anchor = anchors.make(chain, seq, last, moment)
    transaction.on_commit(lambda: anchors.write_soon(anchor))
