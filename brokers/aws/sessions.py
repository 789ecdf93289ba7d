"""boto3 sessions of a sign-in, and what they must never take from the host."""

import os
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import boto3
import botocore.session
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError
from botocore.loaders import Loader, create_loader

from brokers.aws.failures import AwsFailure
from brokers.aws.responses import MISREAD, NotOfAws
from brokers.aws.sign_in import AccessKey, HostChain
from kalixweb import __version__
from kalixweb.core.secret_value import SecretValue

CONNECT_SECONDS = 2.0
READ_SECONDS = 5.0
# Retries are ours: botocore's wait up to 20 s each, cannot be stopped, and three are too few.
CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=READ_SECONDS,
    retries={"total_max_attempts": 1, "mode": "standard"},
    max_pool_connections=16,
    user_agent_extra=f"kalixweb/{__version__}",
)


def open_session(
    base: HostChain | AccessKey, region: str, handlers: Mapping[str, Callable[..., None]]
) -> boto3.Session:
    """A session whose clients call ``handlers`` at botocore's events of those names.

    Raises AwsFailure for a key that cannot be one, and BotoCoreError.
    """
    # A profile of the host has no say in a sign-in that is not the host's.
    hidden = {} if isinstance(base, HostChain) else {"profile": (None, None, None, None)}
    below = botocore.session.Session(session_vars=hidden)
    below.register_component("data_loader", _models())
    for event, handler in handlers.items():
        below.register(event, handler)
    if isinstance(base, HostChain):
        session = boto3.Session(region_name=region, botocore_session=below)
        # Else each client would look for them again, and wait for the metadata of a machine.
        if session.get_credentials() is None:
            raise NoCredentialsError
        return session
    return boto3.Session(
        aws_access_key_id=_fit(base.key_id.encode()),
        aws_secret_access_key=_fit(base.secret.reveal()),
        aws_session_token=_fit(base.session_token.reveal()) if base.session_token else None,
        region_name=region,
        botocore_session=below,
    )


def _fit(part: bytes) -> str:
    """A part of an access key as text, if it can stand in the header of a request."""
    if not part or not all(0x21 <= byte <= 0x7E for byte in part):
        raise AwsFailure(
            "refused_credentials",
            "The access key has characters that no access key has, such as a space or a line end.",
            "Store key id and secret access key again, as IAM showed them.",
        )
    return part.decode("ascii")


def secrets_of(session: boto3.Session) -> list[SecretValue]:
    """What of this session's credentials must not be shown, as far as it could fetch them."""
    try:
        credentials = session.get_credentials()
        frozen = credentials.get_frozen_credentials() if credentials else None
    except (BotoCoreError, ClientError, RuntimeError, NotOfAws, *MISREAD):
        return []
    if frozen is None:
        return []
    found = (frozen.access_key, frozen.secret_key, frozen.token)
    return [SecretValue(one) for one in found if one]


def host_region() -> str | None:
    """The Region that the host is set to, by AWS_REGION, AWS_DEFAULT_REGION or its profile."""
    if named := os.environ.get("AWS_REGION"):
        return named
    try:
        region: Any = botocore.session.Session().get_config_variable("region")
    except BotoCoreError:
        return None
    return region or None


@cache
def _models() -> Loader:
    """One loader for all sessions: the models of the services are read from disk once."""
    return create_loader()
