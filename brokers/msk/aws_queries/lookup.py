"""Reads of AWS accounts and AWS queries."""

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
    AwsQuery,
    Connection,
    MskOnboarding,
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


def find_query(project: Project, query_id: UUID) -> AwsQuery | None:
    """One query with its document, its account and its onboarding, or None."""
    rows = AwsQuery.objects.for_project(project).select_related(
        "account", "onboarding", "connection"
    )
    return rows.filter(id=query_id).first()


def open_of(account: AwsAccount, kind: str, subject: UUID) -> AwsQuery | None:
    """The query of this kind that is queued or running, if there is one."""
    rows = AwsQuery.objects.for_project(account.project_id)
    return rows.filter(account=account, kind=kind, subject=subject, state__in=OPEN).first()


def latest_of_account(account: AwsAccount, kind: str) -> AwsQuery | None:
    """The newest query of this kind that the account's own page asked for."""
    rows = AwsQuery.objects.for_project(account.project_id)
    return (
        rows.filter(account=account, kind=kind, subject=account.id).order_by("-queued_at").first()
    )


def latest_of_onboarding(onboarding: MskOnboarding, kind: str) -> AwsQuery | None:
    """The newest query of this kind of an onboarding, whatever came of it."""
    return _of_onboarding(onboarding).filter(kind=kind).order_by("-queued_at").first()


def answered_of_onboarding(onboarding: MskOnboarding, kind: str) -> AwsQuery | None:
    """The newest answer about the onboarding's present account and cluster."""
    rows = _answered(onboarding.project_id).filter(
        onboarding=onboarding, kind=kind, account=onboarding.account_id
    )
    if kind != CLUSTERS:
        rows = rows.filter(cluster_arn=onboarding.cluster_arn)
    return rows.order_by("-queued_at").first()


def readiness_before(query: AwsQuery) -> AwsQuery | None:
    """The finished readiness run right before this one with the same parameters and
    onboarding."""
    same = {f"parameters__{name}": query.parameters[name] for name in _WHOLE}
    rows = _answered(query.project_id).filter(
        onboarding=query.onboarding_id,
        subject=query.subject,
        kind=READINESS,
        cluster_arn=query.cluster_arn,
        queued_at__lt=query.queued_at,
        **same,
    )
    return rows.order_by("-queued_at").first()


def readiness_of(onboarding: MskOnboarding) -> AwsQuery | None:
    """The newest finished readiness run about the onboarding's present account and cluster."""
    return answered_of_onboarding(onboarding, READINESS) if onboarding.cluster_arn else None


def changed_since(
    readiness: AwsQuery, onboarding: MskOnboarding, connection: Connection | None
) -> list[str]:
    """What the onboarding has changed since a readiness run, in words."""
    parameters = readiness.parameters
    topics = {topic_and_need(topic)[0] for topic in onboarding.topics}
    parts = (
        ("another user", parameters["user"], onboarding.user),
        ("other topics", set(parameters["topics"]), topics),
        (
            "other bootstrap servers",
            as_set(servers_of(parameters["servers"] or "")),
            as_set(connection.servers if connection else ()),
        ),
    )
    return [words for words, then, now in parts if then and then != now]


def readiness_of_many(project: UUID, onboardings: Iterable[MskOnboarding]) -> dict[UUID, AwsQuery]:
    """``readiness_of`` each onboarding: one query."""
    present = {"account": OuterRef("account_id"), "cluster_arn": OuterRef("cluster_arn")}
    newest = (
        _answered(project)
        .filter(onboarding=OuterRef("id"), kind=READINESS, **present)
        .order_by("-queued_at")
    )
    onboardings = MskOnboarding.objects.for_project(project).filter(
        id__in=[one.id for one in onboardings]
    )
    wanted = onboardings.exclude(cluster_arn="").values(newest=Subquery(newest.values("id")[:1]))
    rows = AwsQuery.objects.for_project(project).filter(id__in=wanted)
    return {row.onboarding_id: row for row in rows if row.onboarding_id is not None}


def _answered(project: UUID) -> QuerySet[AwsQuery]:
    return AwsQuery.objects.for_project(project).filter(state=DONE, document__isnull=False)


def _of_onboarding(onboarding: MskOnboarding) -> QuerySet[AwsQuery]:
    return AwsQuery.objects.for_project(onboarding.project_id).filter(onboarding=onboarding)
