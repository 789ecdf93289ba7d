"""The ARNs that kalixweb reads: of a cluster, and the parts of any other."""

import re
from dataclasses import dataclass
from typing import NamedTuple, Self

EXAMPLE = "arn:aws:kafka:REGION:ACCOUNT:cluster/NAME/UUID"
_PARTITION = re.compile("aws[a-z-]*")
_REGION = re.compile("[a-z]{2,}(-[a-z]+)+-[0-9]+")
_ACCOUNT = re.compile("[0-9]{12}")
_RESOURCE = re.compile("cluster/([A-Za-z0-9-]{1,64})/([A-Za-z0-9-]{1,64})")
_NOUNS = {
    "cluster-operation": "an operation on a cluster",
    "configuration": "an MSK configuration",
    "group": "a consumer group",
    "replicator": "an MSK replicator",
    "topic": "a topic",
    "transactional-id": "a transactional id",
    "vpc-connection": "a VPC connection",
}
_SERVICES = {"secretsmanager": "a secret", "kms": "a KMS key", "iam": "an IAM identity"}


class NotACluster(ValueError):
    """The text is not the ARN of an MSK cluster; the message is one sentence."""


class Parts(NamedTuple):
    """``arn:partition:service:region:account:resource``."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def parts(text: str) -> Parts | None:
    """The parts of an ARN; None when the text is none."""
    pieces = text.strip().split(":", 5)
    if len(pieces) != 6 or pieces[0] != "arn" or not _PARTITION.fullmatch(pieces[1]):
        return None
    return Parts(*pieces[1:])


@dataclass(frozen=True)
class ClusterArn:
    """The ARN of a cluster, provisioned or serverless; ``str()`` writes it again."""

    partition: str
    region: str
    account: str
    name: str
    uuid: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an ARN; raises NotACluster."""
        found = parts(text)
        if found is None:
            raise NotACluster(f"“{_short(text)}” is not an ARN: a cluster's reads {EXAMPLE}.")
        if found.service != "kafka" or not found.resource.startswith("cluster/"):
            raise NotACluster(f"This is the ARN of {_noun(found)}, not of an MSK cluster.")
        if not _REGION.fullmatch(found.region):
            raise NotACluster(f"The ARN names no Region: a cluster's reads {EXAMPLE}.")
        if not _ACCOUNT.fullmatch(found.account):
            raise NotACluster(
                f"The ARN names no account of 12 digits: a cluster's reads {EXAMPLE}."
            )
        named = _RESOURCE.fullmatch(found.resource)
        if named is None:
            raise NotACluster(f"The ARN must end in cluster/NAME/UUID, as in {EXAMPLE}.")
        return cls(found.partition, found.region, found.account, *named.groups())

    def __str__(self) -> str:
        return self.of("kafka", f"cluster/{self.name}/{self.uuid}")

    def of(self, service: str, resource: str) -> str:
        """The ARN of something else in the same partition, Region and account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


def _noun(found: Parts) -> str:
    if found.service == "kafka":
        return _NOUNS.get(found.resource.split("/")[0], "another thing of MSK")
    return _SERVICES.get(found.service, f"something of {_short(found.service) or 'no service'}")


def _short(text: str) -> str:
    printable = "".join(c for c in text.strip() if c.isprintable())
    return printable if len(printable) <= 60 else f"{printable[:59]}…"
