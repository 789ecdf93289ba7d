"""How kalixweb signs in to AWS. None of these shows a key when it is printed."""

from dataclasses import dataclass, field
from typing import TypeAlias

from kalixweb.core.secret_value import SecretValue


@dataclass(frozen=True)
class HostChain:
    """What the host has: environment, profile, or the role of the machine."""


@dataclass(frozen=True, eq=False)
class AccessKey:
    """An access key of its own; with a session token it is a temporary one."""

    key_id: str = field(repr=False)
    secret: SecretValue
    session_token: SecretValue | None = None


@dataclass(frozen=True, eq=False)
class AssumedRole:
    """A role that is assumed with the credentials of ``base``, never without an external id."""

    role_arn: str
    external_id: str
    base: HostChain | AccessKey


SignIn: TypeAlias = HostChain | AccessKey | AssumedRole
