"""Carries an inquiry out in a worker: claim the row, sign in, ask AWS, keep what it said."""

import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F

from brokers.aws.arn import ClusterArn
from brokers.aws.failures import AwsFailure
from brokers.models import PASSWORD, QUEUED, READINESS, RUNNING, AwsInquiry
from brokers.msk.accounts.sign_in import HostNotServed, NoExternalId, NotAKey, sign_in_of
from brokers.msk.aws_queries import answers, outcomes, requests, rights
from brokers.msk.aws_queries.validation import NotAQuestion
from brokers.msk.onboarding import bootstrap_changes, password
from brokers.msk.readiness import follow
from brokers.runs.services import periodic
from kalixweb.audit.unit_of_work import record_alone
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.keys.envelope import BlobRefused
from kalixweb.keys.key_cache import KeyUnavailable
from kalixweb.projects import permissions
from secrets_app.services.naming import NotAccepted
from secrets_app.services.row_macs import RowAltered
from secrets_app.services.rows import ChangedMeanwhile, NameTaken, SecretGone
from secrets_app.services.takeover import TakingRefused
from secrets_app.services.values import ValueGone
from secrets_app.services.write_limit import TooManyWrites

if TYPE_CHECKING:
    from brokers.aws.client import Aws

log = logging.getLogger(__name__)

# A call gives up after 15 s, and five hundred clusters take several.
LONGEST = timedelta(seconds=90)
STOPPING = "The worker was stopped meanwhile. Ask again."
TOO_LONG = "AWS did not answer everything within 90 seconds. Ask again."
FAILED = "kalixweb itself failed. Ask again, or tell the operator of kalixweb."

# Each says in one sentence what kept us from asking.
_REASONS = (
    HostNotServed,
    NoExternalId,
    NotAKey,
    ValueGone,
    RowAltered,
    KeyUnavailable,
    BlobRefused,
    NotAccepted,
    NameTaken,
    SecretGone,
    ChangedMeanwhile,
    TooManyWrites,
    TakingRefused,
    password.NotTaken,
    NotAQuestion,
)
_closing = threading.Event()


class NotAllowedAnyMore(Exception):
    """Whoever asked may not have it asked now."""


def cancel_all() -> None:
    """Stop every inquiry of this process and begin no other: the worker shuts down."""
    _closing.set()


def execute(*, project: UUID, inquiry_id: UUID) -> bool:
    """Carry out a queued inquiry; answers False when another worker has it or it has ended."""
    inquiry = _queued(project, inquiry_id)
    if inquiry is None or _closing.is_set() or not _claim(inquiry):
        return False
    try:
        _carry_out(inquiry)
    except permissions.Denied as denied:
        _record_denial(inquiry, denied)
        _end(inquiry, f"{inquiry.actor_label} may not ask this any more.")
    except outcomes.StoppedMeanwhile:
        pass
    except AwsFailure as failure:
        if failure.kind == "stopped":
            _end(inquiry, STOPPING if _closing.is_set() else TOO_LONG)
        else:
            outcomes.fail(inquiry, failure)
    except (NotAllowedAnyMore, *_REASONS) as why:
        _end(inquiry, str(why))
    except Exception:
        _end(inquiry, FAILED)
        raise
    return True


def _queued(project: UUID, inquiry_id: UUID) -> AwsInquiry | None:
    rows = AwsInquiry.objects.for_project(project).filter(id=inquiry_id, state=QUEUED)
    return rows.select_related(
        "account__project",
        "account__key_secret",
        "setup__connection",
        "connection__password_secret",
        "connection__ca_secret",
    ).first()


def _claim(inquiry: AwsInquiry) -> bool:
    """Make the row ours by one conditional UPDATE: of two workers, one gets it."""
    now = clock.now()
    mine = AwsInquiry.objects.for_project(inquiry.project_id).filter(id=inquiry.id, state=QUEUED)
    return bool(
        mine.update(state=RUNNING, started_at=now, deadline_at=now + LONGEST, seq=F("seq") + 1)
    )


def _carry_out(inquiry: AwsInquiry) -> None:
    actor = _actor_of(inquiry)
    rights.require_rights(actor, inquiry.account, inquiry.kind)
    cancelled = _until(time.monotonic() + LONGEST.total_seconds())
    aws = _client(actor, inquiry, cancelled)
    if inquiry.kind == READINESS:
        follow.follow(inquiry, aws, cancelled)
    elif inquiry.kind == PASSWORD:
        password.take_over(actor, inquiry, aws)
    else:
        document, sentence = answers.ANSWERS[inquiry.kind](aws, inquiry)
        if outcomes.finish(inquiry, document, sentence):
            bootstrap_changes.notice(inquiry, document)


def _client(actor: Actor, inquiry: AwsInquiry, cancelled: Callable[[], bool]) -> "Aws":
    """boto3 is loaded here, when it is needed: web processes only queue."""
    from brokers.aws.client import Aws

    account = inquiry.account
    cluster = inquiry.cluster_arn
    region = ClusterArn.parse(cluster).region if cluster else account.region
    right = rights.right_to_ask(actor, account, inquiry.kind)
    return Aws(sign_in_of(actor, account, right), region, is_cancelled=cancelled)


def _until(ends: float) -> Callable[[], bool]:
    return lambda: _closing.is_set() or time.monotonic() > ends


def _actor_of(inquiry: AwsInquiry) -> Actor:
    if inquiry.actor_kind == "shell":
        return Actor(kind="shell", id=None, label=inquiry.actor_label)
    known = inquiry.actor_id
    actor = permissions.actor_of_user(known, inquiry.actor_label) if known else None
    if actor is None:
        raise NotAllowedAnyMore(f"{inquiry.actor_label} asked this and is not active now.")
    return actor


def _end(inquiry: AwsInquiry, reason: str) -> None:
    requests.end(actor=periodic.worker(), inquiry=inquiry, reason=reason)


def _record_denial(inquiry: AwsInquiry, denied: permissions.Denied) -> None:
    """Write down that the one who asked lost the right in between."""
    record_alone(
        Actor(kind="user", id=inquiry.actor_id, label=inquiry.actor_label),
        "access.denied",
        chain=inquiry.project_id,
        object_kind="aws_account",
        object_id=inquiry.account_id,
        object_label=inquiry.account.name,
        outcome="denied",
        right=denied.right,
    )
