"""Writes events as JSON lines or CSV for other systems."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Literal, cast

from kalixweb.audit.models import AuditEvent
from kalixweb.audit.queries import decode

Format = Literal["jsonl", "csv"]
FORMATS: tuple[Format, ...] = ("jsonl", "csv")
CONTENT_TYPES = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}

_HEAD = (
    "chain",
    "seq",
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
    "details",
    "hash",
)
# A spreadsheet takes a cell that begins like this for a formula and runs it.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def as_format(name: str) -> Format:
    """The format of that name; raises ValueError."""
    return FORMATS[FORMATS.index(cast("Format", name))]


def lines(events: Iterable[AuditEvent], form: Format) -> Iterator[str]:
    """The export line by line, each with its line end; CSV begins with the names of its columns."""
    return _csv(events) if form == "csv" else _jsonl(events)


def _jsonl(events: Iterable[AuditEvent]) -> Iterator[str]:
    for row in events:
        place = {
            "chain": str(row.chain),
            "seq": row.seq,
            "kid": row.kid,
            "hash": bytes(row.hash).hex(),
            "event": decode(row),
        }
        yield json.dumps(place, ensure_ascii=False, sort_keys=True) + "\n"


def _csv(events: Iterable[AuditEvent]) -> Iterator[str]:
    yield _csv_line(_HEAD)
    for row in events:
        event = decode(row)
        actor, target = event["actor"], event["object"]
        details = json.dumps(event["details"], ensure_ascii=False, sort_keys=True)
        yield _csv_line(
            (
                row.chain,
                row.seq,
                event["time"],
                actor["kind"],
                actor["id"],
                actor["label"],
                event["address"],
                event["request_id"],
                event["action"],
                target["kind"],
                target["id"],
                target["label"],
                event["outcome"],
                details,
                bytes(row.hash).hex(),
            )
        )


def _csv_line(cells: Iterable[object]) -> str:
    written = io.StringIO()
    csv.writer(written).writerow([_harmless(cell) for cell in cells])
    return written.getvalue()


def _harmless(cell: object) -> str:
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text
