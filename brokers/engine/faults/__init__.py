"""The table of faults: code -> all that is known of it.

**To add a fault**: one ``Row`` in the file of its family here, its page in ``pages/``, the place in
a stage that has seen the evidence and calls ``make(code, **seen)``, and a test that reproduces it.
Everything else that treats faults differently reads the row; no code stands anywhere else.

``sentence`` and ``action`` are format strings over what was seen, or functions of it where the
wording depends on the evidence. Every value that is put into them is cut and cleaned here, so a
stage may pass what a server said; values that could hold the password go through
``KafkaClient.text`` first. A code that was released never changes its meaning.
"""

from collections.abc import Mapping

from brokers.engine.faults import input as input_faults
from brokers.engine.faults import kafka, listener, metadata, network, rights, run, sasl, tls
from brokers.engine.faults.row import Row
from brokers.engine.results import Fault, Field, Owner, QuickFix
from kalixweb.core.redaction import clean

TABLE: dict[str, Row] = {
    row.code: row
    for family in (input_faults, network, tls, kafka, sasl, metadata, listener, rights, run)
    for row in family.ROWS
}
# In the order of a run; the words are those of the grid.
FAMILIES: dict[str, str] = {
    "input": "Before any connection",
    "resolve": "Name to address",
    "connect": "Reaching the port",
    "tls": "TLS and certificates",
    "kafka": "What answers inside TLS",
    "sasl": "Login",
    "metadata": "The cluster's description of itself",
    "listener": "Advertised brokers",
    "rights": "Topics, groups and transactional ids",
    "run": "The test itself",
}


def make(
    code: str,
    *,
    field: Field | None = None,
    owner: Owner | None = None,
    quick_fixes: tuple[QuickFix, ...] | None = None,
    **seen: object,
) -> Fault:
    """The fault with its sentences; raises KeyError when the table or what was seen lacks a part.

    ``field``, ``owner`` and ``quick_fixes`` stand in place of the row's where the evidence points
    elsewhere.
    """
    return make_from(code, seen, field=field, owner=owner, quick_fixes=quick_fixes)


def make_from(
    code: str,
    seen: Mapping[str, object],
    *,
    field: Field | None = None,
    owner: Owner | None = None,
    quick_fixes: tuple[QuickFix, ...] | None = None,
) -> Fault:
    """As ``make``, for evidence that is already a mapping."""
    row = TABLE[code]
    values = {name: _cleaned(value) for name, value in seen.items()}
    return Fault(
        code=code,
        sentence=row.sentence(values) if callable(row.sentence) else row.sentence.format(**values),
        action=row.action(values) if callable(row.action) else row.action.format(**values),
        owner=owner or row.owner,
        field=field or row.field,
        fails=row.state == "F",
        quick_fixes=row.quick_fixes if quick_fixes is None else quick_fixes,
    )


def row_of(code: str) -> Row | None:
    """None for a code that there is not, as in a document of another version."""
    return TABLE.get(code)


def label(code: str) -> str:
    """At most twelve letters for a cell of the grid; the code itself where it is not known."""
    row = TABLE.get(code)
    return row.label if row else code


def _cleaned(value: object) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return listed([str(item) for item in value])
    return clean(str(value), limit=300)


def listed(items: list[str], most: int = 5) -> str:
    """``a``, ``a and b``, ``a, b and c``, ``a, b, c, d, e and 7 more``."""
    cleaned = [clean(item, limit=120) for item in items[:most]]
    if len(items) > most:
        return f"{', '.join(cleaned)} and {len(items) - most} more"
    if len(cleaned) < 2:
        return "".join(cleaned)
    return f"{', '.join(cleaned[:-1])} and {cleaned[-1]}"
