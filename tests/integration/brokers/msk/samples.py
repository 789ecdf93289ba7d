"""Accounts, onboardings and what AWS said, as rows: without AWS and without a worker."""

from typing import Any

from brokers.aws.checks import CHECKS
from brokers.models import BROKERS, CLUSTERS, DONE, READINESS, AwsAccount, AwsQuery, MskOnboarding
from brokers.msk.accounts import aws_accounts
from brokers.msk.aws_queries import validation
from brokers.msk.onboarding import lifecycle
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Project

SHELL = Actor("shell", None, "operator")
ARN = "arn:aws:kafka:eu-west-1:111122223333:cluster/ordersprod/8a5960f2-382a-554e-ad83-a8447b82-7"
SECRET_ARN = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:AmazonMSK_svc-orders-a1B2c3"
SERVERS = ["b-1-public.ordersprod.a1b2c3.c4.kafka.eu-west-1.amazonaws.com:9196"]


def account(project: Project, name: str = "production", *, seen: bool = True) -> AwsAccount:
    """An account that signs in with the host's own credentials."""
    made = aws_accounts.create(
        actor=SHELL, project=project, wanted=aws_accounts.Wanted(name, "eu-west-1")
    )
    if seen:
        made.account_number, made.seen_at = "111122223333", clock.now()
        made.identity_arn = "arn:aws:sts::111122223333:assumed-role/kalixweb/i-0a1b"
        made.save()
    return made


def onboarding(project: Project, of: AwsAccount | None = None, **changes: Any) -> MskOnboarding:
    """An onboarding to the cluster ordersprod."""
    wanted = {"cluster_arn": ARN} | changes
    row = lifecycle.start(
        actor=SHELL, project=project, changes=lifecycle.Changes(account=of, **wanted)
    )
    return onboarding_of(row)


def onboarding_of(row: MskOnboarding) -> MskOnboarding:
    found = MskOnboarding.objects.for_project(row.project_id).select_related(
        "project", "account__project", "password_secret", "connection"
    )
    return found.get(id=row.id)


def answer(
    of: MskOnboarding | AwsAccount, kind: str, document: dict[str, Any] | None, **columns: Any
) -> AwsQuery:
    """What AWS said to an onboarding, or to an account on its own page."""
    setup = of if isinstance(of, MskOnboarding) else None
    by = of.account if isinstance(of, MskOnboarding) else of
    assert by is not None
    row = AwsQuery(
        project_id=of.project_id,
        account=by,
        onboarding=setup,
        subject=of.id,
        kind=kind,
        cluster_arn=setup.cluster_arn if setup and kind != CLUSTERS else "",
        parameters=validation.readiness_of(setup) if setup and kind == READINESS else {},
        actor_kind="shell",
        actor_label="operator",
        document=document,
    )
    values = {"state": DONE, "finished_at": clock.now(), **columns}
    for name, value in values.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    return row


def clusters(count: int = 3) -> dict[str, Any]:
    """``count`` clusters that can be connected, and one of each kind that cannot."""
    usable = [_cluster(f"team-{number:03}") for number in range(count)]
    return {
        "clusters": [
            *usable,
            _cluster("analytics", type="SERVERLESS", why_not="Serverless: sign-in by IAM only."),
            _cluster("clicks", auths=["iam"], why_not="It takes sign-in by IAM only."),
        ],
        "complete": True,
    }


def _cluster(name: str, **other: Any) -> dict[str, Any]:
    row = {
        "arn": ARN.replace("ordersprod", name),
        "name": name,
        "state": "ACTIVE",
        "type": "PROVISIONED",
        "version": "3.8.x",
        "brokers": 3,
        "public": True,
        "auths": ["scram", "iam"],
        "why_not": None,
    }
    return row | other


def strings(servers: list[str] | None = None) -> dict[str, Any]:
    """Public SCRAM and private IAM; the first one is taken."""
    return {
        "strings": [
            {
                "field": "BootstrapBrokerStringPublicSaslScram",
                "servers": servers or SERVERS,
                "serves": "public, user name and password",
                "usable": True,
                "note": "Reached from anywhere.",
            },
            {
                "field": "BootstrapBrokerStringSaslIam",
                "servers": ["b-1.ordersprod.a1b2c3.c4.kafka.eu-west-1.amazonaws.com:9098"],
                "serves": "private, IAM",
                "usable": False,
                "note": "User name and password are not taken.",
            },
        ],
        "chosen": "BootstrapBrokerStringPublicSaslScram",
    }


def readiness(**states: str) -> dict[str, Any]:
    """All checks; those that are not named pass."""
    checks = [
        {
            "id": check.id,
            "state": states.get(check.id, "pass"),
            "sentence": f"This was seen of {check.id}.",
            "action": "" if states.get(check.id, "pass") == "pass" else f"Fix {check.id}.",
            "after": list(check.waits_for),
            "missing_action": None,
            "title": check.title,
            "seen": "seen",
            "why": check.why,
            "how": None,
            "statement": None,
            "wait": check.wait,
        }
        for check in CHECKS.values()
    ]
    return {
        "schema": 1,
        "cluster": {"arn": ARN, "name": "ordersprod", "version": "3.8.x"},
        "checks": checks,
        "steps": [],
        "associated": [SECRET_ARN],
        "calls": 11,
        "took_ms": 812,
    }


__all__ = ["BROKERS", "CLUSTERS", "READINESS", "SHELL"]
