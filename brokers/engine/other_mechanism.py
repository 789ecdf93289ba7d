"""Asks, over a new connection to the same address, whether another SCRAM mechanism has the user."""

from brokers.engine.context import Context
from brokers.engine.kafka.client import KafkaClient, NoResponse
from brokers.engine.kafka.protocol import NoCommonVersion
from brokers.engine.kafka.responses import ApiVersions
from brokers.engine.network import tcp
from brokers.engine.stages import sasl_login, tls
from brokers.engine.target import Server
from brokers.engine.tls.channel import Channel, ChannelClosed
from brokers.engine.wait import Deadline, DeadlinePassed

_PROBE_SECONDS = 2.0


class OtherMechanism:
    """Sends the first SCRAM message only: the user's name, no proof of the password.

    Whatever the first connection has shown is not asked again: it resumes that TLS session where
    the broker lets it, and takes over what the listener offers.
    """

    def __init__(
        self,
        context: Context,
        server: Server,
        address: str,
        channel: Channel,
        versions: ApiVersions,
    ) -> None:
        self._context = context
        self._server = server
        self._address = address
        self._channel = channel
        self._versions = versions

    def knows(self, mechanism: str) -> bool | None:
        """Whether the broker knows the user for it; None when that could not be asked."""
        deadline = self._context.deadline.probe(_PROBE_SECONDS)
        try:
            return self._call(mechanism, deadline)
        except DeadlinePassed as passed:
            if passed.scope != "probe":
                raise
            return None
        except (OSError, ChannelClosed, NoResponse, NoCommonVersion):
            return None

    def _call(self, mechanism: str, deadline: Deadline) -> bool | None:
        target, cancel = self._context.target, self._context.cancel
        connection = tcp.connect(self._address, self._server.port, deadline, cancel)
        outcome = tls.run(
            connection,
            self._server,
            target.ca_pem,
            deadline,
            cancel,
            peer=(self._address, self._server.port),
            ticket=self._channel.ticket(),
        )
        if outcome.channel is None:
            return None
        client = KafkaClient(
            outcome.channel,
            self._server,
            target.limits,
            client_id=target.client_id,
            redactor=self._context.redactor,
        )
        try:
            login = self._context.login
            return sasl_login.first_message_accepted(
                client, login, mechanism, self._versions, deadline
            )
        finally:
            client.close()
