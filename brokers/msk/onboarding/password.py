"""Taking the password of a SCRAM user over from AWS Secrets Manager, in the worker."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from brokers.aws import bootstrap_brokers, scram_secret
from brokers.aws.arn import ClusterArn
from brokers.connections.services import secret_references
from brokers.engine.platforms import patterns_for
from brokers.models import AwsQuery, Connection
from brokers.msk.aws_queries import outcomes, validation
from brokers.msk.aws_queries.rights import SECRETS_MANAGER
from brokers.msk.onboarding import lifecycle
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from kalixweb.jobs.kinds import Cancelled
from secrets_app.models import Secret
from secrets_app.services import takeover
from secrets_app.services.delivery import DeliveryTarget
from secrets_app.services.takeover import Into

if TYPE_CHECKING:
    from brokers.aws.client import Aws


class NotTaken(Refusal):
    """Why the password was not taken over; nothing was sealed."""


def take_over(actor: Actor, query: AwsQuery, aws: "Aws") -> None:
    """Read the password and seal it, for this cluster's own hosts; the query is done with it.

    The secret must be one that is associated with the cluster, and hold the password of the user
    that was asked for. Raises NotTaken, QueryNotAccepted, AwsFailure, Cancelled, and what taking
    raises.
    """
    parameters = query.parameters
    into = validation.into_of(query.project_id, parameters)
    takeover.require_possible(actor, query.project_id, into, SECRETS_MANAGER)
    hosts = _hosts(aws, parameters["arn"])
    _require_associated(aws, parameters)
    takeover.take(
        actor=actor,
        project=query.project_id,
        into=into,
        source=SECRETS_MANAGER,
        hosts=hosts,
        details={
            "cluster": parameters["arn"],
            "user": parameters["user"],
            "source": parameters["secret_arn"],
            "account": query.account.name,
        },
        users_of=_users_of,
        fetch=lambda: _fetch(aws, parameters),
        also=lambda secret: _finish(actor, query, into, secret),
    )


def _hosts(aws: "Aws", arn: str) -> list[str]:
    """What a first save would allow: the suffix that all brokers of the cluster share."""
    found = bootstrap_brokers.fetch(aws, ClusterArn.parse(arn))
    servers = [server for string in found.strings for server in string.servers]
    if not servers:
        raise NotTaken(
            "AWS names no bootstrap servers of this cluster yet, so nobody knows where its "
            "password may be sent. Ask again when the cluster is active."
        )
    return patterns_for(servers)


def _require_associated(aws: "Aws", parameters: dict[str, Any]) -> None:
    """Else the right to take a password would open every secret that the account can read."""
    associated = aws.pages(
        "kafka", "list_scram_secrets", "SecretArnList", ClusterArn=parameters["arn"]
    )
    if parameters["secret_arn"] not in set(associated):
        raise NotTaken("This secret is not associated with the cluster, so it was not read.")


def _fetch(aws: "Aws", parameters: dict[str, Any]) -> SecretValue:
    try:
        taken = scram_secret.read_password(aws, parameters["secret_arn"])
    except scram_secret.NotAScramSecret as wrong:
        raise NotTaken(str(wrong)) from None
    if taken.user != parameters["user"]:
        raise NotTaken(
            f"The secret does not hold the password of {parameters['user']}. Choose the secret of "
            "this user, or correct the user."
        )
    return taken.value


def _users_of(secret: Secret) -> Iterable[DeliveryTarget]:
    rows = Connection.objects.for_project(secret.project_id).filter(password_secret=secret)
    return [secret_references.delivery_of(row) for row in rows]


def _finish(actor: Actor, query: AwsQuery, into: Into, secret: Secret) -> None:
    """Inside the unit of work that sealed the value."""
    document = {
        "secret": str(secret.id),
        "name": secret.name,
        "entry": into.entry,
        "version": secret.current_version,
        "user": query.parameters["user"],
    }
    sentence = f"{secret.name}/{into.entry} holds the password of {query.parameters['user']}."
    if not outcomes.finish(query, document, sentence):
        raise Cancelled
    if query.onboarding is not None:
        lifecycle.joined(actor, query.onboarding, lifecycle.Changes(password=(secret, into.entry)))
