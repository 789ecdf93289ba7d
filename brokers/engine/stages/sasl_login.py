"""sasl-login: one login over a verified channel; at most one refused login a run.

In which round a SCRAM login is refused is all that tells a missing user from a wrong password:
Apache Kafka refuses an unknown user at the first message, before any proof.
"""

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, field

from brokers.engine import faults, platforms
from brokers.engine import input as configuration
from brokers.engine.kafka import protocol, requests, scram
from brokers.engine.kafka.client import KafkaClient, NoResponse
from brokers.engine.kafka.responses import ApiVersions, SaslAuthenticate
from brokers.engine.results import Fault, Json, StageResult, finished
from brokers.engine.wait import Deadline
from kalixweb.core.secret_value import SecretValue

STAGE = "sasl-login"
_OTHER = {"SCRAM-SHA-256": "SCRAM-SHA-512", "SCRAM-SHA-512": "SCRAM-SHA-256"}
# Asks over a new connection whether the first message of another mechanism is accepted.
ProbeOther = Callable[[str], bool | None]


@dataclass(frozen=True, slots=True)
class Login:
    """Who logs in and how; ``mechanism`` as on the wire."""

    mechanism: str
    user: str
    password: SecretValue = field(repr=False)


class _Refused(Exception):
    """The broker answered with an error; ``first`` if it was the answer to the first message."""

    def __init__(self, error: int, message: str, *, first: bool) -> None:
        super().__init__(message)
        self.error = error
        self.message = message
        self.first = first


class LoginStage:
    """One login at one node. ``offered`` are the mechanisms that the listener named.

    ``spent``: the password, or a proof of it, was sent without being accepted, or the user was
    refused: no other node may try again.
    """

    def __init__(
        self,
        client: KafkaClient,
        login: Login,
        versions: ApiVersions,
        *,
        offered: frozenset[str] = frozenset(),
        probe_other: ProbeOther | None = None,
    ) -> None:
        self._talk = client
        self._login = login
        self._versions = versions
        self._offered = offered
        self._probe_other = probe_other
        self.spent = False
        self._raw: str | None = None
        self._facts: dict[str, Json] = {"mechanism": login.mechanism, "user": login.user}

    def run(self, deadline: Deadline) -> StageResult:
        fault = self._fault(deadline)
        found = [fault] if fault else []
        return finished(STAGE, *found, facts=self._facts, raw=self._raw)

    def _fault(self, deadline: Deadline) -> Fault | None:
        try:
            if self._login.mechanism == "PLAIN":
                self._plain(deadline)
            else:
                self._scram(deadline)
        except _Refused as refused:
            return self._refused(refused)
        except NoResponse as none:
            return self._unanswered(none)
        except scram.ServerSignatureWrong:
            return self._make("sasl.broker_cannot_prove_itself")
        except scram.UnacceptableIterations as absurd:
            return self._iterations(absurd)
        except scram.ServerMessageUnreadable as unreadable:
            return self._make("sasl.broken", detail=f"a SCRAM message that breaks it: {unreadable}")
        return None

    def _unanswered(self, none: NoResponse) -> Fault:
        self._raw = none.detail
        if none.kind == "malformed":
            return self._make("kafka.malformed", detail=none.detail)
        return self._make(f"sasl.{none.kind}", seconds=self._talk.seconds)

    def _plain(self, deadline: Deadline) -> None:
        user = self._login.user.encode()
        message = b"\0" + user + b"\0" + self._login.password.reveal()
        self._talk.keep_secret(message)
        self.spent = True
        self._send(message, deadline, first=False)
        self.spent = False

    def _scram(self, deadline: Deadline) -> None:
        scram_client = scram.ScramClient(
            self._login.mechanism, self._login.user, self._login.password
        )
        challenge = self._send(scram_client.first(), deadline, first=True)
        try:
            proof = scram_client.final(challenge)
        except scram.ServerRefused as refused:
            code = protocol.SASL_AUTHENTICATION_FAILED
            raise _Refused(code, str(refused), first=True) from refused
        self._facts["iterations"] = int(dict(_pairs(challenge)).get(b"i", b"0"))
        self._talk.keep_secret(proof)
        self.spent = True
        final = self._send(proof, deadline, first=False)
        try:
            scram_client.verify(final)
        except scram.ServerRefused as refused:
            code = protocol.SASL_AUTHENTICATION_FAILED
            raise _Refused(code, str(refused), first=False) from refused
        self.spent = False
        self._facts["broker_proved_itself"] = True

    def _send(self, message: bytes, deadline: Deadline, *, first: bool) -> bytes:
        version = protocol.common_version(protocol.SASL_AUTHENTICATE, self._versions.keys)
        request = requests.sasl_authenticate(message, version)
        answer: SaslAuthenticate = self._talk.call(request, deadline)
        if answer.error:
            raise _Refused(answer.error, answer.message, first=first)
        return answer.data

    def _refused(self, refused: _Refused) -> Fault:
        self.spent = True
        self._raw = self._talk.text(refused.message) or None
        if refused.error != protocol.SASL_AUTHENTICATION_FAILED:
            return self._make("sasl.broken", detail=protocol.error_name(refused.error))
        if self._login.mechanism == "PLAIN":
            return self._make("sasl.plain_rejected", hint=self._plain_hint())
        if refused.first:
            return self._unknown_user()
        return self._wrong_password()

    def _unknown_user(self) -> Fault:
        other = _OTHER[self._login.mechanism]
        known = None
        if self._probe_other is not None and other in self._offered:
            known = self._probe_other(other)
        if known:
            return self._make("sasl.user_of_other_mechanism", other=other, other_auth=other.lower())
        others = f", nor for {other}" if known is False else ""
        return self._make("sasl.unknown_user", others=others)

    def _wrong_password(self) -> Fault:
        where = configuration.odd_white_space(self._password_text())
        if where:
            return self._make("sasl.wrong_password_whitespace", where=where.words)
        if _is_encoded(self._login.password):
            return self._make("sasl.wrong_password_encoded")
        is_apache = self._versions.keys.keys() >= protocol.APACHE_ONLY
        return self._make("sasl.wrong_password", user_known="yes" if is_apache else "no")

    def _plain_hint(self) -> str:
        where = configuration.odd_white_space(self._password_text())
        if where:
            return f"; the stored password {where.words}"
        if _is_encoded(self._login.password):
            return "; the stored password is Base64 of printable text, perhaps copied undecoded"
        return ""

    def _password_text(self) -> str:
        return self._login.password.reveal().decode("utf-8", "replace")

    def _iterations(self, absurd: scram.UnacceptableIterations) -> Fault:
        self._facts["iterations"] = absurd.iterations
        return self._make(
            "sasl.unacceptable_iterations",
            iterations=f"{absurd.iterations:,}",
            least=f"{scram.MIN_ITERATIONS:,}",
            most=f"{scram.MAX_ITERATIONS:,}",
        )

    def _make(self, code: str, **seen: object) -> Fault:
        common = {
            "name": self._talk.name,
            "user": self._login.user,
            "mechanism": self._login.mechanism,
            "msk": "yes" if platforms.is_msk(self._talk.server.host) else "no",
        }
        return faults.make_from(code, common | seen)


def first_message_accepted(
    client: KafkaClient, login: Login, mechanism: str, versions: ApiVersions, deadline: Deadline
) -> bool:
    """Whether the broker knows the user for this SCRAM mechanism; sends the user's name only.

    Raises what ``KafkaClient.call`` raises.
    """
    handshake = client.call(requests.sasl_handshake(mechanism), deadline)
    if handshake.error:
        return False
    scram_client = scram.ScramClient(mechanism, login.user, login.password)
    version = protocol.common_version(protocol.SASL_AUTHENTICATE, versions.keys)
    answer = client.call(requests.sasl_authenticate(scram_client.first(), version), deadline)
    return not answer.error and b"i" in dict(_pairs(answer.data))


def _pairs(message: bytes) -> list[tuple[bytes, bytes]]:
    return [(part[:1], part[2:]) for part in message.split(b",") if part[1:2] == b"="]


def _is_encoded(password: SecretValue) -> bool:
    """Base64 of at least six printable characters."""
    value = password.reveal()
    if len(value) < 8 or len(value) % 4:
        return False
    try:
        inner = base64.b64decode(value, validate=True)
    except binascii.Error:
        return False
    return len(inner) >= 6 and all(32 <= byte < 127 for byte in inner.rstrip(b"\r\n"))
