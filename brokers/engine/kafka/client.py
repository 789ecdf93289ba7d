"""Requests and responses in Kafka's frames over one verified channel."""

from typing import Literal, TypeVar

from brokers.engine.kafka.requests import Malformed, Request
from brokers.engine.target import Limits, Server
from brokers.engine.tls.channel import Channel, ChannelClosed, ClientCertificateRequired
from brokers.engine.wait import Deadline, DeadlinePassed
from kalixweb.core.redaction import Redactor
from kalixweb.core.secret_value import SecretValue

Response = TypeVar("Response")

_READ_BYTES = 16_384
_HEAD_BYTES = 512
_SMALL_ANSWER = 65_536


class NoResponse(Exception):
    """A request got no response that can be read: the text says why, in words for ``raw``.

    ``head``: how something began that is no frame of Kafka's at all.
    """

    def __init__(
        self, kind: Literal["closed", "silent", "malformed"], detail: str, head: bytes = b""
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.head = head


class KafkaClient:
    """One connection: its correlation ids, its buffer, and what must not be shown again."""

    def __init__(
        self,
        channel: Channel,
        server: Server,
        limits: Limits,
        *,
        client_id: str,
        redactor: Redactor,
    ) -> None:
        self.server = server
        self.name = server.name
        self.limits = limits
        self._channel = channel
        self._client_id = client_id
        self._redactor = redactor.copy()
        self._correlation = 0
        self._buffer = bytearray()

    @property
    def seconds(self) -> str:
        """The time limit of an answer, as sentences say it."""
        return f"{self.limits.answer:g}"

    def call(
        self, request: Request[Response], deadline: Deadline, *, most: int = _SMALL_ANSWER
    ) -> Response:
        """Sends, and waits for an answer of at most ``most`` bytes within the limit of an answer.

        Raises NoResponse; ClientCertificateRequired, DeadlinePassed of the node or the run, and
        Cancelled rise through.
        """
        try:
            return self._call(request, deadline.stage(self.limits.answer), most)
        except ClientCertificateRequired:
            raise
        except ChannelClosed as closed:
            raise NoResponse("closed", self.text(str(closed))) from closed
        except Malformed as malformed:
            raise NoResponse("malformed", self.text(str(malformed))) from malformed
        except DeadlinePassed as passed:
            if passed.scope not in {"stage", "probe"}:
                raise
            raise NoResponse("silent", f"no answer within {self.seconds} s") from passed

    def nudge(self, data: bytes, deadline: Deadline) -> bytes:
        """What a silent peer says to ``data``; nothing if it stays silent or closes."""
        try:
            self._channel.send(data, deadline)
            return bytes(self._buffer) or self._channel.receive(_HEAD_BYTES, deadline)
        except ChannelClosed:
            return b""
        except DeadlinePassed as passed:
            if passed.scope not in {"probe", "stage"}:
                raise
            return b""

    def keep_secret(self, message: bytes) -> None:
        """Also removes this login message from every text of the server."""
        self._redactor.also(SecretValue(message))

    def text(self, value: str | bytes | None) -> str:
        """A text of the server, fit to be shown and kept."""
        return self._redactor.clean(value or "")

    def host(self, value: str) -> str:
        """A host that the server names; see ``Redactor.clean_host``."""
        return self._redactor.clean_host(value)

    def close(self) -> None:
        self._channel.close()

    def _call(self, request: Request[Response], deadline: Deadline, most: int) -> Response:
        self._correlation += 1
        self._channel.send(request.encode(self._correlation, self._client_id), deadline)
        length = int.from_bytes(self._take(4, deadline), "big", signed=True)
        if not 4 <= length <= most:
            detail = f"it announces an answer of {length:,} bytes, and at most {most:,} are read"
            head = self._head(length, deadline)
            mine = self._correlation.to_bytes(4, "big")
            raise NoResponse("malformed", detail, b"" if head[4:8] == mine else head)
        return request.decode(self._take(length, deadline), self._correlation)

    def _take(self, size: int, deadline: Deadline) -> bytes:
        while len(self._buffer) < size:
            deadline.remaining()
            self._buffer += self._channel.receive(_READ_BYTES, deadline)
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _head(self, length: int, deadline: Deadline) -> bytes:
        """The first bytes again, with whatever more of them comes at once."""
        try:
            if not self._buffer:
                self._buffer += self._channel.receive(_HEAD_BYTES, deadline.probe(0.05))
        except (ChannelClosed, DeadlinePassed):
            pass
        return length.to_bytes(4, "big", signed=True) + bytes(self._buffer[:_HEAD_BYTES])
