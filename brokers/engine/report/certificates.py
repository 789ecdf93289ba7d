"""Certificates and versions of a run as lines of text: each different chain once."""

from collections.abc import Iterator, Mapping
from typing import Any

from brokers.engine.document import Document

_MOST_NAMED = 4


def chains(document: Document) -> Iterator[tuple[str, list[str]]]:
    """(who served it, one line a certificate, leaf first), and last the CA that was given."""
    served: dict[tuple[str, ...], tuple[list[Mapping[str, Any]], list[str]]] = {}
    given: list[Mapping[str, Any]] = []
    for node in document.nodes:
        facts = stage.facts if (stage := node.stage("tls")) else {}
        chain = _maps(facts.get("chain"))
        given = given or _maps(facts.get("given"))
        if chain:
            key = tuple(str(one.get("sha256")) for one in chain)
            served.setdefault(key, (chain, []))[1].append(node.name)
    for chain, names in served.values():
        more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
        yield f"Served by {', '.join(names[:_MOST_NAMED])}{more}:", [_line(one) for one in chain]
    if given:
        yield "Given CA:", [_line(one) for one in given]


def facts(document: Document) -> Iterator[tuple[str, str]]:
    """The negotiated versions and the mechanisms that were offered, over all nodes."""
    for term, stage, name in (
        ("TLS", "tls", "version"),
        ("Cipher", "tls", "cipher"),
        ("Offers", "sasl-mechanism", "offered"),
    ):
        values: dict[str, None] = {}
        for node in document.nodes:
            found = seen.facts.get(name) if (seen := node.stage(stage)) else None
            for value in found if isinstance(found, list) else [found]:
                if value:
                    values[str(value)] = None
        if values:
            yield term, ", ".join(values)


def _line(one: Mapping[str, Any]) -> str:
    issuer = "signed itself" if one.get("self_signed") else f"issued by {one.get('issuer')}"
    begins, ends = (str(one.get(name) or "")[:10] for name in ("not_before", "not_after"))
    parts = [str(one.get("subject") or one.get("label") or "no subject"), issuer]
    parts.append(f"valid {begins} to {ends}{_left(one.get('days_left'))}")
    if one.get("sans") and not one.get("is_ca"):
        parts.append("for " + " ".join(str(name) for name in one["sans"][:_MOST_NAMED]))
    if one.get("key"):
        parts.append(f"key {one['key']}")
    if one.get("signature"):
        parts.append(f"signed with {one['signature']}")
    if one.get("sha256"):
        parts.append(f"SHA-256 fingerprint {one['sha256']}")
    return "; ".join(parts)


def _left(days: object) -> str:
    if not isinstance(days, int):
        return ""
    if days < 0:
        return f" (ended {-days} days ago)"
    return f" ({days} days left)"


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
