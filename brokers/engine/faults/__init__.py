"""The table of faults: code -> who mends it, the word in the grid, and how its sentences are made.

**To add a fault**: one ``Row`` in the file of its family here, the place in a stage that has seen
the evidence and calls ``make(code, **seen)``, and a test that reproduces it.

``sentence`` and ``action`` are format strings over what was seen, or functions of it where the
wording depends on the evidence. Every value that is put into them is cut and cleaned here, so a
stage may pass what a server said; values that could hold the password go through
``Conversation.text`` first. A code that was released never changes its meaning.
"""

from collections.abc import Mapping

from brokers.engine.faults import input as input_faults
from brokers.engine.faults import kafka, listener, metadata, network, rights, run, sasl, tls
from brokers.engine.faults.row import Row
from brokers.engine.results import Fault, MendedBy
from kalixweb.core.redaction import clean

TABLE: dict[str, Row] = {
    row.code: row
    for family in (input_faults, network, tls, kafka, sasl, metadata, listener, rights, run)
    for row in family.ROWS
}


def make(
    code: str,
    *,
    field: str | None = None,
    mended_by: MendedBy | None = None,
    **seen: object,
) -> Fault:
    """The fault with its sentences; raises KeyError when the table or what was seen lacks a part.

    ``mended_by`` overrides the table's where the evidence points at somebody else.
    """
    return made_of(code, seen, field=field, mended_by=mended_by)


def made_of(
    code: str,
    seen: Mapping[str, object],
    *,
    field: str | None = None,
    mended_by: MendedBy | None = None,
) -> Fault:
    """As ``make``, for evidence that is already a mapping."""
    row = TABLE[code]
    values = {name: _word(value) for name, value in seen.items()}
    return Fault(
        code=code,
        sentence=row.sentence(values) if callable(row.sentence) else row.sentence.format(**values),
        action=row.action(values) if callable(row.action) else row.action.format(**values),
        mended_by=mended_by or row.mended_by,
        field=field,
        fails=row.state == "F",
    )


def word(code: str) -> str:
    """At most twelve letters for a cell of the grid."""
    return TABLE[code].word


def _word(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return listed([str(item) for item in value])
    return clean(str(value), limit=300)


def listed(items: list[str], most: int = 5) -> str:
    """``a``, ``a and b``, ``a, b and c``, ``a, b, c, d, e and 7 more``."""
    shown = [clean(item, limit=120) for item in items[:most]]
    if len(items) > most:
        return f"{', '.join(shown)} and {len(items) - most} more"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
