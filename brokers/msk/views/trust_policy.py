"""The trust policy that lets kalixweb assume a role, ready to paste."""

import re
from collections.abc import Iterable
from typing import Any

from brokers.aws import policy
from brokers.models import ROLE, AwsAccount
from brokers.msk.aws_queries import lookup
from kalixweb.projects.models import Project

OPEN_PRINCIPAL = "ARN-OF-KALIXWEB"
_SESSION = re.compile(r"arn:([\w-]+):sts::(\d+):assumed-role/([^/]+)/.*")


def context(
    project: Project, external_id: str | None, account: AwsAccount | None = None
) -> dict[str, Any]:
    """What the role of an account has to trust; empty while the project has no external id."""
    if external_id is None:
        return {}
    trusted = OPEN_PRINCIPAL
    if account is None or account.uses_host:
        trusted = principal(lookup.accounts(project))
    return {
        "external_id": external_id,
        "trust_policy": policy.trust_policy(trusted, external_id),
        "principal_known": trusted != OPEN_PRINCIPAL,
        "is_of_key": account is not None and not account.uses_host,
        "may_have_path": ":role/" in trusted,
    }


def principal(accounts: Iterable[AwsAccount]) -> str:
    """What kalixweb signs in as with the host's own credentials, where an account has seen it."""
    for account in accounts:
        if account.way != ROLE and account.uses_host and account.identity_arn:
            return _of_role(account.identity_arn)
    return OPEN_PRINCIPAL


def _of_role(identity: str) -> str:
    """A session of a role ends; the role itself, with a path that AWS does not tell, stays."""
    found = _SESSION.fullmatch(identity)
    return f"arn:{found[1]}:iam::{found[2]}:role/{found[3]}" if found else identity
