"""What differs between two runs of one connection, in sentences: usually that is the cause."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from brokers.engine.document import Document, NodeSeen

_MOST_NAMED = 3
_REACHED = {"passed", "warned"}


@dataclass(frozen=True, slots=True)
class RunRecord:
    """A run: what it saw, and the snapshot of what it tested."""

    document: Document
    target: Mapping[str, Any]


def changes(before: RunRecord, now: RunRecord) -> tuple[str, ...]:
    """One sentence a difference, what was changed here first; none when nothing differs.

    What a run did not get to see is no difference: a run that ended at tls knows no brokers.
    """
    found = [
        *_configuration(before.target, now.target),
        *_values(before.target, now.target),
        *_cluster(before.document, now.document),
        *_brokers(before.document, now.document),
        *_certificates(before.document, now.document),
        *_facts(before.document, now.document),
        *_rights(before.document, now.document),
        *_place(before.document, now.document),
    ]
    return tuple(found)


def _configuration(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    is_explained = False
    added, gone = _apart(before.get("servers"), now.get("servers"))
    if added:
        is_explained = True
        yield f"{_listed(added)} {_is(added)} new among the bootstrap servers."
    if gone:
        is_explained = True
        yield f"{_listed(gone)} {_is(gone)} no longer a bootstrap server."
    for name, word in (("user", "user"), ("auth", "login")):
        old, new = before.get(name), now.get(name)
        if old and new and old != new:
            is_explained = True
            yield f"The {word} was {old} and is {new}."
    if not is_explained and _differs(before, now, "revision"):
        yield f"The connection was changed: revision {before['revision']} is now {now['revision']}."


def _values(before: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[str]:
    """Which secret, and which version of it; never a value."""
    for name, word in (("password", "password"), ("ca", "CA")):
        old, new = before.get(name), now.get(name)
        if not (isinstance(old, Mapping) and isinstance(new, Mapping)):
            if old and not new:
                yield f"The {word} {_reference(old)} is no longer given."
            elif new and not old and "servers" in before:
                yield f"The {word} {_reference(new)} is given now."
        elif (old.get("secret"), old.get("entry")) != (new.get("secret"), new.get("entry")):
            yield f"The {word} was {_reference(old)} and is {_reference(new)}."
        elif old.get("version") != new.get("version"):
            versions = f"version {old.get('version')} is now version {new.get('version')}"
            yield f"The {word} {_reference(new)} has changed: {versions}."


def _reference(pin: object) -> str:
    return f"{pin.get('name')}/{pin.get('entry')}" if isinstance(pin, Mapping) else "typed"


def _cluster(before: Document, now: Document) -> Iterator[str]:
    old, new = before.cluster_id, now.cluster_id
    if old and new and old != new:
        yield f"Another cluster answers: its id was {old} and is {new}."


def _brokers(before: Document, now: Document) -> Iterator[str]:
    old, new = _advertised(before), _advertised(now)
    if not old or not new:
        return
    come = [f"broker {one} ({new[one]})" for one in sorted(new.keys() - old.keys())]
    gone = [f"broker {one} ({old[one]})" for one in sorted(old.keys() - new.keys())]
    if come:
        yield _sentence(f"{_listed(come)} {_is(come)} new.")
    if gone:
        yield _sentence(f"{_listed(gone)} {_is(gone)} gone.")
    for one in sorted(old.keys() & new.keys()):
        if old[one] != new[one]:
            yield f"Broker {one} is advertised as {new[one]} and was {old[one]}."


def _advertised(document: Document) -> dict[int, str]:
    """Broker id to host:port, as the first node that told them had it."""
    for node in document.nodes:
        stage = node.stage("metadata")
        brokers = stage.facts.get("brokers") if stage and stage.state in _REACHED else None
        if isinstance(brokers, list):
            return {
                one["id"]: f"{one.get('host')}:{one.get('port')}"
                for one in brokers
                if isinstance(one, Mapping) and isinstance(one.get("id"), int)
            }
    return {}


def _certificates(before: Document, now: Document) -> Iterator[str]:
    yield from _compared(before, now, "certificate", "another certificate", _leaf)


def _leaf(node: NodeSeen) -> tuple[str, str]:
    """The fingerprint, and how a person tells the certificate from another."""
    stage = node.stage("tls")
    chain = stage.facts.get("chain") if stage else None
    if not isinstance(chain, list) or not chain or not isinstance(chain[0], Mapping):
        return "", ""
    leaf = chain[0]
    ends = str(leaf.get("not_after") or "")[:10]
    sha = str(leaf.get("sha256") or "")
    return sha, f"by {leaf.get('issuer')}, valid until {ends}, SHA-256 {sha[:16]}"


def _facts(before: Document, now: Document) -> Iterator[str]:
    def fact(stage: str, name: str) -> Callable[[NodeSeen], tuple[str, str]]:
        def read(node: NodeSeen) -> tuple[str, str]:
            seen = node.stage(stage)
            value = seen.facts.get(name) if seen else None
            if isinstance(value, list):
                value = ", ".join(sorted(str(one) for one in value))
            return (value, value) if isinstance(value, str) else ("", "")

        return read

    yield from _compared(before, now, "TLS", "another version", fact("tls", "version"))
    offered = fact("sasl-mechanism", "offered")
    yield from _compared(before, now, "login", "other mechanisms", offered)
    yield from _compared(before, now, "name", "other addresses", fact("resolve", "addresses"))


_VERBS = {
    "certificate": "serves",
    "TLS": "speaks TLS of",
    "login": "offers",
    "name": "leads to",
}


def _compared(
    before: Document,
    now: Document,
    about: str,
    what: str,
    read: Callable[[NodeSeen], tuple[str, str]],
) -> Iterator[str]:
    """A sentence for each group of nodes that changed in the same way."""
    old = {node.name: read(node) for node in before.nodes}
    groups: dict[tuple[str, str], list[str]] = {}
    for node in now.nodes:
        (was, was_words), (is_, is_words) = old.get(node.name, ("", "")), read(node)
        if was and is_ and was != is_:
            groups.setdefault((was_words, is_words), []).append(node.name)
    for (was_words, is_words), names in groups.items():
        verb = _VERBS[about] if len(names) == 1 else _PLURALS[about]
        yield f"{_listed(names)} {verb} {what}: {is_words}; it was {was_words}."


_PLURALS = {"certificate": "serve", "TLS": "speak TLS of", "login": "offer", "name": "lead to"}


def _rights(before: Document, now: Document) -> Iterator[str]:
    old = {(one.kind, one.name): one for one in before.rights}
    for one in now.rights:
        was = old.get((one.kind, one.name))
        for right in ("read", "write"):
            had, has = getattr(was, right, None), getattr(one, right)
            if had is not None and has is not None and had != has:
                may = "may now" if has else "may no longer"
                yield f"The user {may} {right} the {one.kind} {one.name}."


def _place(before: Document, now: Document) -> Iterator[str]:
    if before.host and now.host and before.host != now.host:
        yield f"It was tested from {before.host} and is tested from {now.host}."


def _apart(before: object, now: object) -> tuple[list[str], list[str]]:
    old, new = (list(map(str, one)) if isinstance(one, list) else [] for one in (before, now))
    return [one for one in new if one not in old], [one for one in old if one not in new]


def _differs(before: Mapping[str, Any], now: Mapping[str, Any], name: str) -> bool:
    old, new = before.get(name), now.get(name)
    return old is not None and new is not None and old != new


def _listed(names: Iterable[str]) -> str:
    found = list(names)
    if len(found) > _MOST_NAMED:
        return f"{', '.join(found[:_MOST_NAMED])} and {len(found) - _MOST_NAMED} more"
    return " and ".join(filter(None, (", ".join(found[:-1]), found[-1])))


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
