"""Replaces host names and addresses, each by the same word throughout a report."""

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import Any

# Keys whose values are kalixweb's own words, never a host.
_OURS = {
    "schema", "at", "state", "fault", "code", "owner", "mended_by", "field", "quick_fixes",
    "origin", "stage", "kind", "id",
    "sha256", "spki_sha256", "key_id", "authority_key_id", "not_before", "not_after",
    "valid_until", "version", "cipher", "mechanism", "key", "signature", "client",
}  # fmt: skip
_TOKEN = re.compile(r"(?<![\w.:*-])(?:\*\.)?[\w:][\w.:%-]*(?<![.:%-])")
_DOTTED = re.compile(r"^(?:\*\.)?(?:[\w-]+\.)+[^\W\d_]{2,}$")
_BRACKETS = re.compile(r"\[((?:broker|machine|name|address)-\d+)\]")
_PORT = re.compile(r"^(?P<host>.+?)(?P<port>:\d{1,5})$")
_PRODUCT = "kalixweb"


class Anonymiser:
    """Learns from one document who is who; ``document`` and ``text`` replace.

    Brokers are numbered in the order of the document, everything else in the order met. A name
    below the domain of a broker is taken for a host as well, whoever spoke of it.
    """

    def __init__(self, whole: Mapping[str, Any], servers: Iterable[str] = ()) -> None:
        self._names: dict[str, str] = {}
        self._domains: set[str] = set()
        self._counts: dict[str, int] = {}
        hosts = [_text(node, "host") for node in _maps(whole.get("nodes"))]
        for host in [*hosts, *map(_host_of, servers)]:
            self._learn(host, "broker")
        for host in _advertised(whole):
            self._learn(host, "broker")
        self._learn(_text(_map(whole.get("from")), "host"), "machine")
        for words in _certified(whole):
            for token in _TOKEN.findall(words):
                if _DOTTED.match(token):
                    self._learn(token, "name")

    def document(self, whole: Mapping[str, Any]) -> dict[str, Any]:
        """The same document without a host name or address."""
        replaced = self._replaced(whole)
        return replaced if isinstance(replaced, dict) else {}

    def text(self, words: str) -> str:
        """Words without a host name or address; ports stay."""
        replaced = _TOKEN.sub(lambda found: self._token(found.group()), words)
        return _BRACKETS.sub(r"\1", replaced)

    def _learn(self, host: str, kind: str) -> None:
        key = host.lower().rstrip(".")
        if not key or key in self._names or key == _PRODUCT:
            return
        self._names[key] = self._next(kind)
        if not _is_address(key):
            _, _, domain = key.removeprefix("*.").partition(".")
            if "." in domain:
                self._domains.add(domain)
            short = key.partition(".")[0]
            if short != key and re.search(r"[\d-]", short):  # as people call it: b-1
                self._names.setdefault(short, self._names[key])

    def _next(self, kind: str) -> str:
        self._counts[kind] = self._counts.get(kind, 0) + 1
        return f"{kind}-{self._counts[kind]}"

    def _replaced(self, value: object) -> object:
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, list):
            return [self._replaced(one) for one in value]
        if isinstance(value, Mapping):
            return {
                name: one if name in _OURS and isinstance(one, str) else self._replaced(one)
                for name, one in value.items()
            }
        return value

    def _token(self, token: str) -> str:
        replacement = self._replacement(token)
        if replacement:
            return replacement
        if split := _PORT.match(token):
            replacement = self._replacement(split["host"])
            if replacement:
                return replacement + split["port"]
        return token

    def _replacement(self, host: str) -> str:
        key = host.lower()
        if key in self._names:
            return self._names[key]
        if _is_address(key):
            self._names[key] = self._next("address")
        elif any(key == domain or key.endswith("." + domain) for domain in self._domains):
            self._names[key] = self._next("name")
        return self._names.get(key, "")


def _host_of(server: str) -> str:
    host = server.rpartition(":")[0] if ":" in server else server
    return host.strip("[]")


def _advertised(whole: Mapping[str, Any]) -> Iterable[str]:
    for facts in _facts(whole):
        for broker in _maps(facts.get("brokers")):
            yield _text(broker, "host")


def _certified(whole: Mapping[str, Any]) -> Iterable[str]:
    """Words of certificates that may hold a name."""
    for facts in _facts(whole):
        for certificate in (*_maps(facts.get("chain")), *_maps(facts.get("given"))):
            names = certificate.get("sans")
            yield from (str(name) for name in names) if isinstance(names, list) else ()
            yield from (_text(certificate, name) for name in ("subject", "issuer", "label"))


def _facts(whole: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    for node in _maps(whole.get("nodes")):
        for stage in _maps(node.get("stages")):
            yield _map(stage.get("facts"))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _maps(value: object) -> list[Mapping[str, Any]]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []


def _map(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _text(part: Mapping[str, Any], name: str) -> str:
    value = part.get(name)
    return value if isinstance(value, str) else ""
