"""Checks a configuration before any socket is opened; the connection form shows the same faults.

Every fault carries the ``field`` that it is about: servers, auth, user, password, ca or topics.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from brokers.engine import faults, platforms, wording
from brokers.engine.bootstrap_servers import parse_servers
from brokers.engine.results import Fault, Field, QuickFix
from brokers.engine.target import Server, Target
from kalixweb.core.secret_value import SecretValue
from secrets_app.certificates import BadPem, read

MECHANISMS = {
    "scram-sha-512": "SCRAM-SHA-512",
    "scram-sha-256": "SCRAM-SHA-256",
    "plain": "PLAIN",
}
_TOPIC = re.compile(r"^[a-zA-Z0-9._-]{1,249}$")
_PLACEHOLDER = re.compile(r"<[^<>]+>")
_QUOTES = {'"': '"', "'": "'", "“": "”", "\u2018": "\u2019", "`": "`"}


def check(target: Target) -> tuple[Fault, ...]:
    """All ``input.*`` faults of a target, those of the servers first."""
    servers, found = servers_of(target)
    return (
        *found,
        *_platform(target, servers),
        *check_user(target.user, target.auth),
        *check_password(target.password),
        *check_ca(target.ca_pem),
        *(fault for topic in target.topics for fault in check_topic(topic)),
    )


def servers_of(target: Target) -> tuple[tuple[Server, ...], tuple[Fault, ...]]:
    """The parsed servers, and the faults of their text."""
    if isinstance(target.servers, str):
        return parse_servers(target.servers)
    if not target.servers:
        return (), (faults.make("input.no_bootstrap"),)
    return tuple(dict.fromkeys(target.servers)), ()


def _platform(target: Target, servers: tuple[Server, ...]) -> Iterator[Fault]:
    serverless = [server.host for server in servers if platforms.is_msk_serverless(server.host)]
    if serverless:
        yield faults.make("input.serverless", host=serverless[0])
        return
    on_msk = platforms.on_msk(target.platform, (server.host for server in servers))
    if on_msk and target.auth != "scram-sha-512":
        yield faults.make("input.auth_not_on_platform", auth=target.auth)
    yield from _ports(target.auth, servers)


def _ports(auth: str, servers: tuple[Server, ...]) -> Iterator[Fault]:
    """Each kind of mismatch once, by the first server that has it."""
    reported: set[tuple[str, str]] = set()
    for server in servers:
        advice = platforms.msk_port_advice(server.host, server.port)
        if advice is None or (advice.network, advice.serves) in reported:
            continue
        reported.add((advice.network, advice.serves))
        yield faults.make(
            "input.port_for_other_auth",
            host=server.host,
            port=server.port,
            auth=auth,
            network=advice.network,
            serves=advice.serves,
            right=advice.right,
            right_serves=advice.right_serves,
            of_name="yes" if advice.of_name else "no",
            other_network="yes" if advice.other_network else "no",
        )


def bare_user(user: str) -> str:
    """The name alone, as a login takes it."""
    return user.strip().removeprefix("User:").strip()


def check_user(user: str, auth: str) -> Iterator[Fault]:
    """Faults of the user's name for this kind of login."""
    if not user.strip():
        yield faults.make("input.user_missing")
        return
    if _PLACEHOLDER.fullmatch(user.strip()):
        yield faults.make(
            "input.placeholder",
            field="user",
            text=user.strip()[:80],
            meant="a user",
            real="the name of the Kafka user",
        )
        return
    if user.strip().startswith("User:"):
        yield faults.make("input.user_prefix", bare=bare_user(user))
    where = odd_white_space(user)
    if where:
        yield faults.make("input.whitespace", what="user", where=where.words)
    odd = sorted({letter for letter in user if not letter.isascii()})
    if odd and auth.startswith("scram"):
        yield faults.make("input.user_not_ascii", user=user, letters=odd)


def check_password(password: SecretValue | None) -> Iterator[Fault]:
    """Faults of the password; none of them shows any of it."""
    if password is None or not len(password):
        yield faults.make("input.password_empty")
        return
    text = password.reveal().decode("utf-8", "replace")
    where = odd_white_space(text)
    if where:
        # What stands inside belongs to no end that could be trimmed.
        fixes: tuple[QuickFix, ...] = ("trim",) if where.at_an_end else ()
        yield faults.make(
            "input.whitespace",
            field="password",
            quick_fixes=fixes,
            what="password",
            where=where.words,
        )
    if _is_json_with_password(text):
        yield faults.make("input.value_is_json")
    bare = text.strip()
    if len(bare) > 2 and _QUOTES.get(bare[0]) == bare[-1]:
        yield faults.make("input.value_quoted")


def check_needless_ca(platform: str, hosts: Sequence[str]) -> Iterator[Fault]:
    """The warning about a CA for Amazon MSK, whose certificates are public.

    A name of one's own in front of the brokers may have a certificate that does need it.
    """
    if not platforms.on_msk(platform, hosts):
        return
    named = [host for host in hosts if platforms.is_msk(host)]
    yield faults.make(
        "tls.needless_ca",
        host=named[0] if named else "a broker of Amazon MSK",
        issuer="Amazon Trust Services",
        own_name="" if named else hosts[0],
    )


def check_ca(ca_pem: bytes | None) -> Iterator[Fault]:
    """Whether the given CA can be used: readable certificates, and not more than are taken."""
    if ca_pem is None:
        return
    try:
        read(ca_pem)
    except BadPem as bad:
        yield faults.make("input.bad_ca", reason=wording.reason(str(bad)))


def check_topic(topic: str) -> Iterator[Fault]:
    """Whether Kafka allows a topic of this name; ``:read`` or ``:write`` after it is our own."""
    topic = re.sub(r":(read|write)$", "", topic)
    reason = None
    if topic in {"", ".", ".."}:
        reason = "it is empty" if not topic else "it is only dots"
    elif len(topic) > 249:
        reason = f"it has {len(topic)} characters"
    elif not _TOPIC.match(topic):
        odd = sorted(set(re.findall(r"[^a-zA-Z0-9._-]", topic)))
        reason = "it has " + ", ".join(_character(letter) for letter in odd[:5])
    if reason:
        yield faults.make("input.bad_topic", topic=topic[:80], reason=reason)


def reference_missing(field: Field, reference: str, missing: str) -> Fault:
    """A secret that was referred to and is not there; only who keeps the secrets can see it."""
    return faults.make("input.reference_missing", field=field, reference=reference, missing=missing)


@dataclass(frozen=True, slots=True)
class OddWhiteSpace:
    """``words`` follow the field's name; ``at_an_end`` where trimming removes it."""

    words: str
    at_an_end: bool


def odd_white_space(text: str) -> OddWhiteSpace | None:
    """Where white space or a control character stands."""
    ends = [word for word, at in (("starts", text[:1]), ("ends", text[-1:])) if at.isspace()]
    if ends:
        at = text[0] if ends[0] == "starts" else text[-1]
        return OddWhiteSpace(f"{' and '.join(ends)} with {_character(at)}", at_an_end=True)
    control = next((letter for letter in text if ord(letter) < 32 or ord(letter) == 127), None)
    return OddWhiteSpace(f"has {_character(control)} inside", at_an_end=False) if control else None


def _character(letter: str) -> str:
    names = {" ": "a space", "\t": "a tab", "\n": "a newline", "\r": "a carriage return"}
    if letter in names:
        return names[letter]
    if not letter.isprintable():
        return f"the control character U+{ord(letter):04X}"
    return f"“{letter}”"


def _is_json_with_password(text: str) -> bool:
    if not text.lstrip().startswith("{") or len(text) > 65536:
        return False
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(value, dict) and "password" in value
