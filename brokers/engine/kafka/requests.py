"""The few requests of a connection test, encoded and decoded by kafka-python's classes.

This package is the one door to that library, of which no network code is used. Each function
returns a Request: what to send and how to read the answer. Responses are small values of our own;
their texts are as the server sent them, so whoever keeps one cleans it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from kafka.protocol.admin.groups import DescribeGroupsRequest, DescribeGroupsResponse
from kafka.protocol.admin.transactions import (
    DescribeTransactionsRequest,
    DescribeTransactionsResponse,
)
from kafka.protocol.metadata import (
    ApiVersionsRequest,
    ApiVersionsResponse,
    MetadataRequest,
    MetadataResponse,
)
from kafka.protocol.sasl import (
    SaslAuthenticateRequest,
    SaslAuthenticateResponse,
    SaslHandshakeRequest,
    SaslHandshakeResponse,
)

from brokers.engine.kafka import responses
from brokers.engine.kafka.responses import Decoded
from kalixweb import __version__

Response = TypeVar("Response")


class Malformed(Exception):
    """The bytes frame like an answer, but cannot be read as one. The text says what was wrong."""


@dataclass(frozen=True, slots=True)
class Request(Generic[Response]):
    """One request: its public name, API key and version, how to send it and read the answer."""

    name: str
    api_key: int
    version: int
    message: Decoded
    response: Decoded
    read: Callable[[Decoded], Response]

    def encode(self, correlation_id: int, client_id: str) -> bytes:
        """The whole frame, length included."""
        self.message.with_header(correlation_id, client_id)
        encoded: bytes = bytes(self.message.encode(header=True, framed=True))
        return encoded

    def decode(self, frame: bytes, correlation_id: int) -> Response:
        """Reads a frame (without its length); raises Malformed."""
        if len(frame) < 4:
            raise Malformed(f"an answer of {len(frame)} bytes is too short for its header")
        seen = int.from_bytes(frame[:4], "big", signed=True)
        if seen != correlation_id:
            raise Malformed(f"the answer carries correlation id {seen} instead of {correlation_id}")
        try:
            decoded = self.response.decode(frame, version=self.version, header=True)
            return self.read(decoded)
        except Exception as error:  # the decoder fails in as many ways as bytes can
            raise Malformed(
                f"the answer to {self.name} v{self.version} cannot be decoded "
                f"({type(error).__name__}, {len(frame)} bytes)"
            ) from error


def _build(
    request: Decoded,
    response: Decoded,
    read: Callable[[Decoded], Response],
    version: int,
    **fields: Decoded,
) -> Request[Response]:
    message = request(version=version, **fields)
    name = request.__name__.removesuffix("Request")
    return Request(name, request.API_KEY, version, message, response, read)


def api_versions(version: int = 3) -> Request[responses.ApiVersions]:
    """What the listener offers. A broker that knows no v3 answers error 35 with its own range."""
    fields = {}
    if version >= 3:
        fields = {"client_software_name": "kalixweb", "client_software_version": __version__}
    return _build(
        ApiVersionsRequest, ApiVersionsResponse, responses.read_api_versions, version, **fields
    )


def sasl_handshake(mechanism: str) -> Request[responses.SaslHandshake]:
    """Chooses a mechanism (upper case); the answer lists those offered, also when refused."""
    return _build(
        SaslHandshakeRequest,
        SaslHandshakeResponse,
        responses.read_sasl_handshake,
        1,
        mechanism=mechanism,
    )


def sasl_authenticate(message: bytes, version: int) -> Request[responses.SaslAuthenticate]:
    """One message of the login."""
    return _build(
        SaslAuthenticateRequest,
        SaslAuthenticateResponse,
        responses.read_sasl_authenticate,
        version,
        auth_bytes=message,
    )


def metadata(version: int, topics: Iterable[str] = ()) -> Request[responses.Metadata]:
    """The cluster, and the named topics (from v8 with the operations allowed on them).

    Never creates a topic: naming one needs v4, the first that can say so.
    """
    names = list(topics)
    if names and version < 4:
        raise ValueError("metadata before v4 would create the topics that it names")
    fields: dict[str, Any] = {
        "topics": [MetadataRequest.MetadataRequestTopic(name=n) for n in names]
    }
    if version >= 4:
        fields["allow_auto_topic_creation"] = False
    if version >= 8:
        fields["include_topic_authorized_operations"] = bool(names)
    return _build(MetadataRequest, MetadataResponse, responses.read_metadata, version, **fields)


def describe_groups(version: int, group: str) -> Request[responses.Group]:
    """One group by name, at most v5: v6 answers a missing group without its operations."""
    fields: dict[str, Any] = {"groups": [group]}
    if version >= 3:
        fields["include_authorized_operations"] = True
    return _build(
        DescribeGroupsRequest, DescribeGroupsResponse, responses.read_group, version, **fields
    )


def describe_transaction(transactional_id: str) -> Request[responses.Transaction]:
    """One transactional id by name; creates nothing."""
    return _build(
        DescribeTransactionsRequest,
        DescribeTransactionsResponse,
        responses.read_transaction,
        0,
        transactional_ids=[transactional_id],
    )
