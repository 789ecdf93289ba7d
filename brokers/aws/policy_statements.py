"""The statement of an IAM policy that allows one action, and no more than it."""

import json

from brokers.aws import user_secret
from brokers.aws.cluster_facts import Facts
from brokers.aws.policy import least_policy


def allowing(action: str, facts: Facts) -> str:
    """In JSON on one line, with the resources of this cluster and this user."""
    statement = {"Effect": "Allow", "Action": action, "Resource": _resource(action, facts)}
    return json.dumps(statement)


def _resource(action: str, facts: Facts) -> str | list[str]:
    """As the least policy has it; ``*`` for an action that no check is known to need."""
    if action.startswith("secretsmanager:"):
        return _secret(facts)
    key = facts.maybe("secret").get("KmsKeyId")
    policy = least_policy(
        facts.request.arn,
        key_arn=key if isinstance(key, str) else None,
        topics=facts.request.topics or ("*",),
    )
    resources = next((one.resources for one in policy if action in one.actions), ("*",))
    return resources[0] if len(resources) == 1 else list(resources)


def _secret(facts: Facts) -> str:
    """The user's own secret; its ARN ends in six characters that only AWS knows."""
    found = facts.maybe("secret").get("ARN") or user_secret.associated(facts)
    return found or facts.request.arn.of(
        "secretsmanager", f"secret:{user_secret.name(facts)}-??????"
    )
