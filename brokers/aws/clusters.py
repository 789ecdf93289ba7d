"""The clusters of an account in one Region, and why one of them cannot serve."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from brokers.aws.failures import AwsFailure
from brokers.aws.wording import printable, uncut

if TYPE_CHECKING:
    from brokers.aws.client import Aws

_PUBLIC = "SERVICE_PROVIDED_EIPS"
_PAGE = 100


@dataclass(frozen=True)
class ClusterRow:
    """One cluster. What AWS does not tell is None; ``why_not`` says why SCRAM is out of reach."""

    arn: str
    name: str
    state: str
    type: str
    version: str | None
    brokers: int | None
    public: bool | None
    auths: tuple[str, ...]
    why_not: str | None


@dataclass(frozen=True)
class ClusterList:
    """``failure`` is what ended the list early; then it is not complete."""

    clusters: tuple[ClusterRow, ...]
    complete: bool
    failure: AwsFailure | None = None


def list_clusters(aws: "Aws") -> ClusterList:
    """Every cluster that the sign-in may see; raises AwsFailure when not one page came."""
    rows: list[ClusterRow] = []
    pages = aws.pages("kafka", "list_clusters_v2", "ClusterInfoList", MaxResults=_PAGE)
    try:
        rows.extend(_row(info) for info in pages)
    except AwsFailure as failure:
        if not rows:
            raise
        return ClusterList(_sorted(rows), complete=False, failure=failure)
    return ClusterList(_sorted(rows), complete=True)


def _sorted(rows: list[ClusterRow]) -> tuple[ClusterRow, ...]:
    return tuple(sorted(rows, key=lambda row: (row.why_not is not None, row.name, row.arn)))


def _row(info: dict[str, Any] | None) -> ClusterRow:
    if not info or not info.get("ClusterArn"):
        raise AwsFailure(
            "malformed",
            "MSK listed a cluster without its ARN.",
            "Try again; if it stays, something between this machine and AWS changes its answers.",
        )
    provisioned = info.get("Provisioned") or {}
    auths = auths_of(info)
    kind = printable(info.get("ClusterType", ""))
    version = provisioned.get("CurrentBrokerSoftwareInfo", {}).get("KafkaVersion")
    group = provisioned.get("BrokerNodeGroupInfo", {})
    access = group.get("ConnectivityInfo", {}).get("PublicAccess", {}).get("Type")
    return ClusterRow(
        arn=uncut(str(info["ClusterArn"])),
        name=printable(info.get("ClusterName", "")),
        state=printable(info.get("State", "")),
        type=kind,
        version=None if version is None else printable(version),
        brokers=provisioned.get("NumberOfBrokerNodes"),
        public=access == _PUBLIC if provisioned else None,
        auths=auths,
        why_not=_why_not(kind, auths),
    )


def auths_of(info: dict[str, Any]) -> tuple[str, ...]:
    """How clients may sign in: of ``scram``, ``iam``, ``tls`` and ``unauthenticated``."""
    of = info.get("Provisioned") or info.get("Serverless") or {}
    found = of.get("ClientAuthentication") or {}
    sasl = found.get("Sasl") or {}
    ways = {
        "scram": sasl.get("Scram"),
        "iam": sasl.get("Iam"),
        "tls": found.get("Tls"),
        "unauthenticated": found.get("Unauthenticated"),
    }
    return tuple(name for name, way in ways.items() if (way or {}).get("Enabled"))


def _why_not(kind: str, auths: tuple[str, ...]) -> str | None:
    if kind == "SERVERLESS":
        return (
            "Serverless: it knows sign-in by IAM only, and a connection signs in with user name "
            "and password. Only a provisioned cluster takes those."
        )
    if "scram" in auths:
        return None
    if auths == ("iam",):
        return "It takes sign-in by IAM only. Turn SASL/SCRAM on to use user name and password."
    return "SASL/SCRAM is off. Turn it on to use user name and password."
