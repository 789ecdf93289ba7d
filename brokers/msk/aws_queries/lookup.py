"""Reads of AWS accounts and of what they were asked."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from brokers.aws.bootstrap_brokers import as_set, servers_of
from brokers.engine.stages.rights import topic_and_need
from brokers.models import (
    CLUSTERS,
    DONE,
    OPEN,
    READINESS,
    AwsAccount,
    AwsExternalId,
    AwsInquiry,
    Connection,
    MskSetup,
)
from kalixweb.projects.models import Project

# What a readiness run asks about, of whichever check.
_WHOLE = ("user", "servers", "topics", "from_addresses")


def accounts(project: Project) -> QuerySet[AwsAccount]:
    """The accounts of a project by name, with the secret of their key."""
    rows = AwsAccount.objects.for_project(project).select_related("project", "key_secret")
    return rows.order_by("name")


def account(project: Project, account_id: UUID) -> AwsAccount | None:
    """One account, or None when the project has none such."""
    return accounts(project).filter(id=account_id).first()


def account_named(project: Project, name: str) -> AwsAccount | None:
    """The account of that name, or None."""
    return accounts(project).filter(name=name).first()


def external_id(project: Project) -> str | None:
    """The project's external id, or None while no role was ever set up."""
    rows = AwsExternalId.objects.for_project(project)
    return rows.values_list("value", flat=True).first()


def inquiry(project: Project, inquiry_id: UUID) -> AwsInquiry | None:
    """One inquiry with its document, its account and its walk, or None."""
    rows = AwsInquiry.objects.for_project(project).select_related("account", "setup", "connection")
    return rows.filter(id=inquiry_id).first()


def open_of(account: AwsAccount, kind: str, subject: UUID) -> AwsInquiry | None:
    """The inquiry of this kind that is queued or running, if there is one."""
    rows = AwsInquiry.objects.for_project(account.project_id)
    return rows.filter(account=account, kind=kind, subject=subject, state__in=OPEN).first()


def latest_of_account(account: AwsAccount, kind: str) -> AwsInquiry | None:
    """The newest inquiry of this kind that the account's own page asked for."""
    rows = AwsInquiry.objects.for_project(account.project_id)
    return (
        rows.filter(account=account, kind=kind, subject=account.id).order_by("-queued_at").first()
    )


def latest_of_setup(setup: MskSetup, kind: str) -> AwsInquiry | None:
    """The newest inquiry of this kind of a walk, whatever came of it."""
    return _of_setup(setup).filter(kind=kind).order_by("-queued_at").first()


def answered_of_setup(setup: MskSetup, kind: str) -> AwsInquiry | None:
    """The newest answer about the walk's present account and cluster."""
    rows = _answered(setup.project_id).filter(setup=setup, kind=kind, account=setup.account_id)
    if kind != CLUSTERS:
        rows = rows.filter(cluster_arn=setup.cluster_arn)
    return rows.order_by("-queued_at").first()


def readiness_before(inquiry: AwsInquiry) -> AwsInquiry | None:
    """The finished readiness run right before this one that asked the same of the same walk."""
    same = {f"asked__{name}": inquiry.asked[name] for name in _WHOLE}
    rows = _answered(inquiry.project_id).filter(
        setup=inquiry.setup_id,
        subject=inquiry.subject,
        kind=READINESS,
        cluster_arn=inquiry.cluster_arn,
        queued_at__lt=inquiry.queued_at,
        **same,
    )
    return rows.order_by("-queued_at").first()


def readiness_of(setup: MskSetup) -> AwsInquiry | None:
    """The newest finished readiness run about the walk's present account and cluster."""
    return answered_of_setup(setup, READINESS) if setup.cluster_arn else None


def asked_otherwise(
    readiness: AwsInquiry, setup: MskSetup, connection: Connection | None
) -> list[str]:
    """What a readiness run asked about that the walk has changed since, in words."""
    asked = readiness.asked
    topics = {topic_and_need(topic)[0] for topic in setup.topics}
    parts = (
        ("another user", asked["user"], setup.user),
        ("other topics", set(asked["topics"]), topics),
        (
            "other bootstrap servers",
            as_set(servers_of(asked["servers"] or "")),
            as_set(connection.servers if connection else ()),
        ),
    )
    return [words for words, then, now in parts if then and then != now]


def readiness_of_many(project: UUID, setups: Iterable[MskSetup]) -> dict[UUID, AwsInquiry]:
    """``readiness_of`` each walk: one query."""
    present = {"account": OuterRef("account_id"), "cluster_arn": OuterRef("cluster_arn")}
    newest = (
        _answered(project)
        .filter(setup=OuterRef("id"), kind=READINESS, **present)
        .order_by("-queued_at")
    )
    walks = MskSetup.objects.for_project(project).filter(id__in=[one.id for one in setups])
    wanted = walks.exclude(cluster_arn="").values(newest=Subquery(newest.values("id")[:1]))
    rows = AwsInquiry.objects.for_project(project).filter(id__in=wanted)
    return {row.setup_id: row for row in rows if row.setup_id is not None}


def _answered(project: UUID) -> QuerySet[AwsInquiry]:
    return AwsInquiry.objects.for_project(project).filter(state=DONE, document__isnull=False)


def _of_setup(setup: MskSetup) -> QuerySet[AwsInquiry]:
    return AwsInquiry.objects.for_project(setup.project_id).filter(setup=setup)
