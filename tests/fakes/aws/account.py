"""What one AWS account holds, in the shape in which boto3 gives it back."""

import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.fakes.aws.scripting import Script

Record = dict[str, Any]
KEY_ID = "AKIAFAKEFAKEFAKEFAKE"
SECRET_KEY = "fake/SecretKey+of/a/test/thatNobodyUses0"


@dataclass
class Held:
    """A secret of Secrets Manager: its description, its resource policy and its value."""

    described: Record
    policy: str | None = None
    value: str = "{}"


@dataclass(frozen=True)
class Request:
    """One HTTP request that reached the fake."""

    service: str
    operation: str
    region: str
    key_id: str
    params: Record = field(repr=False)

    @property
    def action(self) -> str:
        return f"{self.service}:{self.operation}"


class Account(Script):
    """A scriptable account. Every mapping may be changed while the fake answers."""

    def __init__(self, number: str = "123456789012", region: str = "eu-central-1") -> None:
        super().__init__()
        self.number = number
        self.region = region
        self.partition = "aws"
        self.identity = f"arn:aws:iam::{number}:user/kalixweb"
        # Access key id → the ARN of whom it belongs to; more come with each assumed role.
        self.access_keys = {KEY_ID: self.identity}
        # Access key id → session token, for those that need one.
        self.session_tokens: dict[str, str] = {}
        self.expired_keys: set[str] = set()
        self.refused_keys: set[str] = set()
        # ARN of a role → the external id that its trust policy demands, or None.
        self.roles: dict[str, str | None] = {}
        self.clusters: dict[str, Record] = {}
        self.strings: dict[str, dict[str, str]] = {}
        self.configurations: dict[tuple[str, int], str] = {}
        self.scram: dict[str, list[str]] = {}
        self.operations: dict[str, Record] = {}
        self.nodes: dict[str, list[Record]] = {}
        self.topics: dict[str, dict[str, Record]] = {}
        self.secrets: dict[str, Held] = {}
        self.keys: dict[str, Record] = {}
        self.aliases: dict[str, str] = {}
        self.subnets: list[Record] = []
        self.route_tables: list[Record] = []
        self.security_groups: list[Record] = []
        self.network_acls: list[Record] = []
        self.requests: list[Request] = []
        self._requests_lock = threading.Lock()

    @property
    def now(self) -> datetime:
        return datetime.now(tz=UTC) + self.clock_ahead

    def arn(self, service: str, rest: str) -> str:
        return f"arn:{self.partition}:{service}:{self.region}:{self.number}:{rest}"

    def note(self, request: Request) -> None:
        with self._requests_lock:
            self.requests.append(request)

    def expire(self, *key_ids: str) -> None:
        """Answer as AWS does to a session whose time is over."""
        self.expired_keys |= set(key_ids or self.access_keys)

    def refuse_keys(self) -> None:
        """Answer as AWS does to a secret access key that is not the right one."""
        self.refused_keys |= set(self.access_keys)

    def cluster(self, name: str) -> Record:
        """The cluster of that name, to be changed."""
        return next(c for c in self.clusters.values() if c["ClusterName"] == name)
