"""Asks, over a new connection to the same address, whether another SCRAM mechanism has the user."""

from brokers.kafka.protocol import NoCommonVersion
from brokers.probe import dial
from brokers.probe.channel import ChannelClosed
from brokers.probe.context import Context
from brokers.probe.conversation import Conversation, Unanswered
from brokers.probe.stages import kafka, sasl_login, tls
from brokers.probe.target import Server
from brokers.probe.wait import Deadline, DeadlinePassed

_LOOK_SECONDS = 2.0


class OtherMechanism:
    """Sends the first SCRAM message only: the user's name, no proof of the password."""

    def __init__(self, context: Context, server: Server, address: str) -> None:
        self._context = context
        self._server = server
        self._address = address

    def knows(self, mechanism: str) -> bool | None:
        """Whether the broker knows the user for it; None when that could not be asked."""
        deadline = self._context.deadline.look(_LOOK_SECONDS)
        try:
            return self._ask(mechanism, deadline)
        except DeadlinePassed as passed:
            if passed.scope != "look":
                raise
            return None
        except (OSError, ChannelClosed, Unanswered, NoCommonVersion):
            return None

    def _ask(self, mechanism: str, deadline: Deadline) -> bool | None:
        target, cancel = self._context.target, self._context.cancel
        connection = dial.connect(self._address, self._server.port, deadline, cancel)
        peer = (self._address, self._server.port)
        outcome = tls.run(connection, self._server, target.ca_pem, deadline, cancel, peer=peer)
        if outcome.channel is None:
            return None
        talk = Conversation(
            outcome.channel,
            self._server,
            target.limits,
            client_id=target.client_id,
            redactor=self._context.redactor,
        )
        try:
            versions = kafka.run(talk, deadline).versions
            if versions is None:
                return None
            login = self._context.login
            return sasl_login.first_message_accepted(talk, login, mechanism, versions, deadline)
        finally:
            talk.close()
