"""What the form offers to do, at one press, about something that it warns of.

The button that is pressed is named ``do``: ``save`` or ``test``, and after a colon what to put
right on the way, such as ``save:trim``. A typed value is put right here and never comes back to the
page.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from brokers.engine import platforms
from brokers.engine.bootstrap_servers import parse_servers
from brokers.engine.input import bare_user
from brokers.engine.results import Fault
from kalixweb.core.secret_value import SecretValue
from secrets_app.services.corrections import CORRECTIONS

SAVE, TEST, KEEP = "save", "test", "keep"
_WORDS = {
    "trim": "Trim it",
    "json": "Use its `password` member",
    "unquote": "Remove the quotation marks",
    KEEP: "Keep it as it is",
}
_WORD = re.compile(r"[^\s,;]+")


@dataclass(frozen=True, slots=True)
class Offer:
    """A button: the value that it sends, and what it says."""

    do: str
    word: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A fault that blocks nothing, and what can be done about it here."""

    code: str
    sentence: str
    action: str
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Pressed:
    """What the visitor pressed: where to go on, and what to put right first, in this order."""

    way: str
    kinds: tuple[str, ...]

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Pressed":
        way, _, kinds = str(data.get("do", "")).partition(":")
        return cls(TEST if way == TEST else SAVE, tuple(kinds.split("+")) if kinds else ())

    def corrected(self, value: SecretValue) -> SecretValue:
        """The typed value put right; unchanged where there is nothing of that kind."""
        for kind in self.kinds:
            if kind in CORRECTIONS:
                value = SecretValue(CORRECTIONS[kind](value.text()) or value.text())
        return value

    def warned(self, fault: Fault, *, user: str, servers: str) -> Warned:
        """The fault beside its field; ``user`` and ``servers`` are what stands in the form."""
        found = [self._offer(self.kinds, *one) for one in _visible(fault, user, servers)]
        if fault.field == "password":
            kinds = [*fault.quick_fixes, *([KEEP] if self.way == SAVE else [])]
            found = [self._offer((*self.kinds, kind), kind, _WORDS[kind]) for kind in kinds]
        return Warned(fault.code, fault.sentence, fault.action, tuple(found))

    def _offer(self, kinds: tuple[str, ...], kind: str, word: str) -> Offer:
        wanted = "+".join(dict.fromkeys((*kinds, kind)))
        return Offer(f"{self.way}:{wanted}", f"{word} and {self.way}")


def right_ports(text: str) -> str:
    """The servers as they were typed, each known port of MSK changed to that of SASL/SCRAM."""
    return _WORD.sub(lambda word: _right_port(word.group()), text)


def _right_port(word: str) -> str:
    servers, _ = parse_servers(word)
    return platforms.right_port(servers[0].name) if servers else word


def _visible(fault: Fault, user: str, servers: str) -> list[tuple[str, str]]:
    """Kind and word of what shows in the form again."""
    if "user" in fault.quick_fixes and (bare := bare_user(user)) and bare != user:
        return [("user", f"Use `{bare}`")]
    right = right_ports(servers)
    if "servers" in fault.quick_fixes and right != servers:
        ports = sorted(_ports(right) - _ports(servers)) or sorted(_ports(right))
        return [("servers", f"Use port {' and '.join(ports)}")]
    return []


def _ports(text: str) -> set[str]:
    return {word.rpartition(":")[2] for word in _WORD.findall(text)}
