"""How an AWS query is carried out in a worker: sign in, ask AWS, keep what it said."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings

from brokers.aws.arn import ClusterArn
from brokers.aws.failures import AwsFailure
from brokers.models import PASSWORD, READINESS, AwsQuery
from brokers.msk.accounts.sign_in import sign_in_of
from brokers.msk.aws_queries import answers, outcomes, requests, rights
from brokers.msk.onboarding import bootstrap_changes, password
from brokers.msk.readiness import follow
from kalixweb.core import database
from kalixweb.core.actor import Actor
from kalixweb.jobs.context import JobContext
from kalixweb.jobs.kinds import Cancelled, Ending, Subject
from kalixweb.jobs.patience import patiently
from kalixweb.jobs.scheduler import Slots
from kalixweb.projects.jobs import ProjectKind

if TYPE_CHECKING:
    from brokers.aws.client import Aws


class AwsQueries(ProjectKind[AwsQuery]):
    """AWS queries as jobs."""

    model = AwsQuery
    task = "brokers.run_inquiry"
    id_argument = "inquiry_id"
    # A call gives up after 15 s, and five hundred clusters take several.
    longest = timedelta(seconds=90)
    # An AWS that is silent must not keep tests waiting: with bulk tests, some slots are left.
    slots = Slots(max(1, settings.KALIXWEB_WORKER_THREADS // 8))
    related = (
        "account__project",
        "account__key_secret",
        "onboarding__connection",
        "connection__password_secret",
        "connection__ca_secret",
    )
    stopped_action = "aws_inquiry.stopped"
    sentences = {
        Ending.NOT_ACTIVE: "{actor} asked this and is not active now.",
        Ending.NOT_ALLOWED: "{actor} may not ask this any more.",
        Ending.WORKER_STOPPED: "The worker was stopped meanwhile. Ask again.",
        Ending.WORKER_LOST: "The worker ended or fell silent meanwhile. Ask again.",
        Ending.NOT_TAKEN: (
            "No worker took this within 15 minutes. Ask the operator of kalixweb to run kalixweb "
            "doctor, then ask again."
        ),
        Ending.TOO_LONG: "AWS did not answer everything within 90 seconds. Ask again.",
        Ending.FAILED: "kalixweb itself failed. Ask again, or tell the operator of kalixweb.",
        Ending.QUEUE_AWAY: (
            "The queue cannot be reached, so no worker asked AWS. Ask the operator of kalixweb to "
            "run kalixweb doctor, then ask again."
        ),
    }

    def require(self, actor: Actor, job: AwsQuery) -> None:
        rights.require_rights(actor, job.account, job.kind)

    def carry_out(self, job: AwsQuery, actor: Actor, context: JobContext) -> None:
        try:
            _answer(job, actor, _client(actor, job, context), context)
        except AwsFailure as failure:
            if failure.kind == "stopped":
                raise Cancelled from None
            patiently(outcomes.fail, job, failure)

    def subject(self, job: AwsQuery) -> Subject:
        return Subject(job.project_id, "aws_account", job.account_id, job.account.name)

    def details(self, job: AwsQuery) -> dict[str, Any]:
        return requests.event_details(job)


def _answer(query: AwsQuery, actor: Actor, aws: "Aws", context: JobContext) -> None:
    if query.kind == READINESS:
        follow.follow(query, aws, context)
    elif query.kind == PASSWORD:
        password.take_over(actor, query, aws)
    else:
        document, sentence = answers.ANSWERS[query.kind](aws, query)
        if patiently(outcomes.finish, query, document, sentence):
            bootstrap_changes.notice(query, document)


def _client(actor: Actor, query: AwsQuery, context: JobContext) -> "Aws":
    """boto3 is loaded here, when it is needed: web processes only queue."""
    from brokers.aws.client import Aws  # noqa: PLC0415 - loads boto3, which only workers need

    account = query.account
    cluster = query.cluster_arn
    region = ClusterArn.parse(cluster).region if cluster else account.region
    right = rights.right_for(actor, account, query.kind)

    def is_cancelled() -> bool:
        """Asked before each call, for which this thread needs no database."""
        database.release()
        return context.is_cancelled()

    sign_in = patiently(sign_in_of, actor, account, right)
    return Aws(sign_in, region, is_cancelled=is_cancelled)
