"""Reads bootstrap servers as people paste them, and says what is wrong with each."""

import ipaddress
import re

from brokers.engine import faults
from brokers.engine.results import Fault
from brokers.engine.target import Server

MAX_SERVERS = 64

_SEPARATORS = re.compile(r"[\s,;]+")
_BRACKETED = re.compile(r"<[^<>\n]*>(?::\S*)?|\$?\{[^{}\n]*\}(?::\S*)?")
_SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+._-]*://)")
_PLACEHOLDER = re.compile(r"^(your[-_.]|\.\.\.|…)|:(port|\.\.\.|…)$", re.IGNORECASE)
_LABEL = re.compile(r"^(?!-)[A-Za-z0-9_-]{1,63}(?<!-)$")
_QUOTES = "\"'“”\u2018\u2019`"


class BadAddress(Exception):
    """Why a text is no host:port, in words that follow a colon."""


def parse_servers(text: str) -> tuple[tuple[Server, ...], tuple[Fault, ...]]:
    """The servers of a bootstrap string as people paste it, and what is wrong with it.

    Separators are commas, semicolons, white space and line ends. The faults are ``input.*`` with
    ``field="servers"``; servers are in the order written, each once.
    """
    servers: list[Server] = []
    found = [_placeholder(match.group()) for match in _BRACKETED.finditer(text)]
    for piece in _SEPARATORS.split(_BRACKETED.sub(" ", text)):
        word = piece.strip(_QUOTES)
        if not word:
            continue
        outcome = _read(word)
        if isinstance(outcome, Server):
            servers.append(outcome)
        else:
            found.append(outcome)
    distinct = tuple(dict.fromkeys(servers))
    found += [
        faults.make("input.duplicate", server=s.name, count=servers.count(s))
        for s in distinct
        if servers.count(s) > 1
    ]
    found += _too_few_or_many(distinct, found)
    return distinct, tuple(found)


def _too_few_or_many(servers: tuple[Server, ...], found: list[Fault]) -> list[Fault]:
    if not servers and not any(fault.fails for fault in found):
        return [faults.make("input.no_bootstrap")]
    if len(servers) > MAX_SERVERS:
        reason = f"the list names {len(servers)} servers, and at most {MAX_SERVERS} are tested"
        return [_bad(servers[MAX_SERVERS].name, reason)]
    return []


def _read(word: str) -> Server | Fault:
    scheme = _SCHEME.match(word)
    if scheme:
        return faults.make("input.scheme", text=_short(word), scheme=scheme.group(1))
    if _PLACEHOLDER.search(word):
        return _placeholder(word)
    try:
        host, port = _split(word)
        return Server(_host(host), _port(port))
    except BadAddress as reason:
        return _bad(word, str(reason))


def _placeholder(word: str) -> Fault:
    return faults.make(
        "input.placeholder",
        text=_short(word),
        meant="an address",
        real="the real bootstrap servers of the cluster",
    )


def _bad(word: str, reason: str) -> Fault:
    return faults.make(
        "input.bad_address", text=_short(word), reason=reason, example=_example(word)
    )


def _split(word: str) -> tuple[str, str]:
    if word.startswith("["):
        host, bracket, rest = word[1:].partition("]")
        if not bracket:
            raise BadAddress("the bracket of its IPv6 address is not closed")
        if not rest.startswith(":"):
            raise BadAddress("it has no port")
        return host, rest[1:]
    if word.count(":") > 1:
        raise BadAddress("it has more than one colon; an IPv6 address stands in brackets")
    host, colon, port = word.partition(":")
    if not colon or not port:
        raise BadAddress("it has no port")
    return host, port


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise BadAddress(f"its port “{_short(text)}” is not a number")
    number = int(text[:9])
    if not 1 <= number <= 65535:
        raise BadAddress(f"port {_short(text)} is outside 1 to 65535")
    return number


def _host(text: str) -> str:
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        pass
    host = text.removesuffix(".").lower()
    if not host:
        raise BadAddress("it has no host")
    if len(host) > 253:
        raise BadAddress(f"its host is {len(host)} characters long, more than the 253 of DNS")
    labels = host.split(".")
    for label in labels:
        _check_label(label)
    if re.fullmatch(r"\d+|0x[0-9a-f]+", labels[-1]):
        raise BadAddress("its host is a number, but not an IPv4 address of four parts")
    return host


def _check_label(label: str) -> None:
    if not label:
        raise BadAddress("its host has an empty part between dots")
    if len(label) > 63:
        raise BadAddress(f"a part of its host is {len(label)} characters long, more than 63")
    if not _LABEL.match(label):
        raise BadAddress("its host has a character that host names do not have")


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79] + "…"


def _example(word: str) -> str:
    host = word.partition("/")[0].partition(":")[0]
    return f"{host}:9096" if _LABEL.match(host.replace(".", "")) else "b-1.example.org:9096"
