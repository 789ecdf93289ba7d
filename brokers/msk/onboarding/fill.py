"""From a bootstrap string that AWS named to a connection: made or changed like any other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from brokers.connections.services import connections
from brokers.connections.services.configuration import (
    Configuration,
    Reference,
    ca_reference_of,
    configuration_of,
    reference_of,
)
from brokers.models import BROKERS, DONE, AwsAccount, AwsQuery, Connection, MskOnboarding
from brokers.msk.aws_queries import rights
from brokers.msk.onboarding import lifecycle
from kalixweb.audit.unit_of_work import record
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal

AUTH = "scram-sha-512"
PLATFORM = "msk"


class NotNamed(Refusal):
    """AWS has not named these bootstrap servers, or not for SASL/SCRAM."""

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            "AWS named no such bootstrap servers for SASL/SCRAM. Ask AWS for them again."
        )


class NothingOffered(Refusal):
    """The offer was accepted already, or is no change any more."""

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__("No other bootstrap servers are offered for this connection any more.")


@dataclass(frozen=True, slots=True)
class BootstrapChoice:
    """What a fill gives a connection. ``field`` names the string; empty takes the default one."""

    query: AwsQuery
    field: str = ""

    @property
    def servers(self) -> tuple[str, ...]:
        """``host:port`` of the chosen string; raises NotNamed."""
        if self.query.kind != BROKERS or self.query.state != DONE:
            raise NotNamed
        document: Mapping[str, Any] = self.query.document or {}
        wanted = self.field or document.get("chosen")
        for string in document.get("strings", ()):
            if string["field"] == wanted and string["usable"]:
                return tuple(string["servers"])
        raise NotNamed


def configuration(onboarding: MskOnboarding, name: str, filled: BootstrapChoice) -> Configuration:
    """What a form shows first, and what is saved when nothing of it is changed."""
    return Configuration(
        name=name,
        servers=filled.servers,
        auth=AUTH,
        user=onboarding.user,
        platform=PLATFORM,
        topics=tuple(onboarding.topics),
        groups=tuple(onboarding.groups),
    )


def create(
    *,
    actor: Actor,
    onboarding: MskOnboarding,
    wanted: Configuration,
    password: Reference,
    ca: Reference | None = None,
) -> Connection:
    """Make the connection that an onboarding leads to, and note which cluster it is of.

    ``wanted`` as from ``configuration``. Raises as ``connections.create`` does, and NotNamed.
    """
    account = _account_of(actor, onboarding)
    return connections.create(
        actor=actor,
        project=onboarding.project_id,
        wanted=wanted,
        password=password,
        ca=ca,
        also=lambda row: _link(actor, onboarding, account, row),
    )


def change(
    *, actor: Actor, onboarding: MskOnboarding, connection: Connection, filled: BootstrapChoice
) -> Connection:
    """Give an existing connection the cluster's servers, authentication and, if named, user.

    Raises as ``connections.change`` does, and NotNamed, OfAnotherProject.
    """
    account = _account_of(actor, onboarding)
    if connection.project_id != onboarding.project_id:
        raise lifecycle.OfAnotherProject
    present = configuration_of(connection)
    return connections.change(
        actor=actor,
        connection=connection,
        expected_revision=connection.revision,
        wanted=replace(
            present,
            servers=filled.servers,
            auth=AUTH,
            user=onboarding.user or present.user,
            platform=PLATFORM,
        ),
        password=reference_of(connection),
        ca=ca_reference_of(connection),
        is_of_cluster=True,
        also=lambda row: _link(actor, onboarding, account, row),
    )


def accept_offered_servers(
    *, actor: Actor, connection: Connection, expected_revision: int
) -> Connection:
    """Save the connection with the servers that AWS names now.

    Raises as ``connections.change`` does, and NothingOffered.
    """
    if not connection.offered_servers:
        raise NothingOffered
    return connections.change(
        actor=actor,
        connection=connection,
        expected_revision=expected_revision,
        wanted=replace(configuration_of(connection), servers=tuple(connection.offered_servers)),
        password=reference_of(connection),
        ca=ca_reference_of(connection),
        is_of_cluster=True,
    )


def _account_of(actor: Actor, onboarding: MskOnboarding) -> AwsAccount:
    """The onboarding's account, by which a worker will ask again."""
    if onboarding.account is None or not onboarding.cluster_arn:
        raise NotNamed
    rights.require_rights(actor, onboarding.account, BROKERS)
    return onboarding.account


def _link(actor: Actor, onboarding: MskOnboarding, account: AwsAccount, row: Connection) -> None:
    """Inside the unit of work that stored the connection: of which cluster it is."""
    before = row.aws_account.name if row.aws_account else "", row.cluster_arn
    row.aws_account, row.cluster_arn = account, onboarding.cluster_arn
    row.offered_servers, row.bootstrap_seen_at = [], clock.now()
    columns = (
        "aws_account",
        "cluster_arn",
        "offered_servers",
        "bootstrap_seen_at",
    )
    row.save(update_fields=columns)
    if before != (account.name, onboarding.cluster_arn):
        record(
            "connection.cluster_set",
            chain=row.project_id,
            object_kind="connection",
            object_id=row.id,
            object_label=row.name,
            account=account.name,
            cluster=onboarding.cluster_arn,
            account_before=before[0],
            cluster_before=before[1],
        )
    lifecycle.joined(actor, onboarding, lifecycle.Changes(connection=row))
