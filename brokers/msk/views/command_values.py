"""What an onboarding knows so far, for its commands; a word in capitals is still open."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandValues:
    """``servers`` are the chosen ones, ``inside`` those that serve SCRAM in the VPC.

    ``reference`` is the password's, as ``secret/entry``; ``signs_in`` the commands that give the
    shell the AWS account's rights, "" when it has them.
    """

    project: str
    account: str = ""
    signs_in: str = ""
    region: str = "REGION"
    arn: str = "ARN"
    named_user: str = ""
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    servers: tuple[str, ...] = ()
    inside: tuple[str, ...] = ()
    reference: str = ""
    connection: str = ""
    aws_secret: str = ""
    brokers: int | None = None

    @property
    def user(self) -> str:
        return self.named_user or "USER"

    @property
    def bootstrap(self) -> str:
        return ",".join(self.servers) or "HOST:PORT"

    @property
    def admin_bootstrap(self) -> str:
        """Where topics and ACLs are made: inside the VPC, which works before public access."""
        return ",".join(self.inside or self.servers) or "HOST:PORT"

    @property
    def secret(self) -> str:
        return self.reference.partition("/")[0] or "aws-msk-secret"

    @property
    def entry(self) -> str:
        return self.reference.partition("/")[2] or "pwd"

    @property
    def secret_name(self) -> str:
        """Of the secret in AWS: the associated one, or as it has to be called."""
        return self.aws_secret or f"AmazonMSK_{self.user}"

    def topic_names(self) -> list[str]:
        """Without the ``:read`` and ``:write`` that only a test understands."""
        names = (topic.removesuffix(":read").removesuffix(":write") for topic in self.topics)
        return list(dict.fromkeys(names)) or ["TOPIC"]

    def readers(self) -> list[str]:
        return _with_right(self.topics, ":write") if self.topics else ["TOPIC"]

    def writers(self) -> list[str]:
        return _with_right(self.topics, ":read") if self.topics else ["TOPIC"]


def _with_right(topics: Iterable[str], other: str) -> list[str]:
    """The topics that are not named for the ``other`` right alone."""
    kept = (topic for topic in topics if not topic.endswith(other))
    return list(dict.fromkeys(t.removesuffix(":read").removesuffix(":write") for t in kept))
