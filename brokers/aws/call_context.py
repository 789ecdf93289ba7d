"""One call, as its failures speak about it."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Service: TypeAlias = Literal["kafka", "secretsmanager", "kms", "sts", "ec2"]

SERVICES = {
    "kafka": "MSK",
    "secretsmanager": "Secrets Manager",
    "kms": "KMS",
    "sts": "STS",
    "ec2": "EC2",
    "sso": "IAM Identity Center",
}


@dataclass(frozen=True)
class CallContext:
    """``service`` is boto3's, ``operation`` the API's: ``kafka`` and ``DescribeClusterV2``."""

    service: str
    operation: str
    region: str
    # What the call was about: an ARN, a name, or "*".
    resource: str = "*"
    # Where it is sent.
    host: str = ""
    port: int = 443

    def actual_call(self, operation: str) -> "CallContext":
        """This call, or the one that botocore made on its own to sign it."""
        if operation == self.operation:
            return self
        service = "sts" if operation.startswith("AssumeRole") else "sso"
        return CallContext(service, operation, self.region)

    @property
    def action(self) -> str:
        """Its own IAM action."""
        return f"{self.service}:{self.operation}"

    @property
    def service_name(self) -> str:
        """The service by its name."""
        return SERVICES.get(self.service, self.service)

    @property
    def subject(self) -> str:
        """What the call was about, for a sentence."""
        return self.resource if self.resource != "*" else f"what {self.operation} asks for"
