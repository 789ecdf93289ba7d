"""A call that IAM did not allow: which action, to whom, and what lifts it."""

import re
from typing import NamedTuple

from brokers.aws.arn import parts
from brokers.aws.call_context import CallContext
from brokers.aws.error_response import ErrorResponse
from brokers.aws.failures import AwsFailure

# As every service words it; the ARN of who asked comes first where it is told.
_NAMED = re.compile(
    r"(?:User: (?P<who>\S+) )?is not authorized to perform:? (?P<action>[a-z0-9-]+:\w+)"
    r"(?: on resource: (?P<resource>\S+))?(?: (?P<because>(?:because|with) .+))?",
    re.DOTALL,
)
# In other words of AWS the action still stands as it is written in a policy.
_ACTION = re.compile(r"(?<![\w:/-])(?:kafka|kafka-cluster|secretsmanager|kms|ec2|sts):[A-Z]\w+")
_CODES = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError"}
_FORBIDDEN = {"ForbiddenException", "NotAuthorized", "NotAuthorizedException"}
# The topic API asks for kafka-cluster actions too: a denial that names none may be either.
_AMBIGUOUS = {"ListTopics", "DescribeTopic", "DescribeTopicPartitions", "AssumeRole"}
# These have no type of resource: a statement that names one never matches.
_ON_EVERYTHING = {
    "kafka:DescribeClusterOperationV2",
    "kafka:GetBootstrapBrokers",
    "kafka:ListClustersV2",
}
_DECRYPT = "Access to KMS is not allowed"


class _Denial(NamedTuple):
    """What AWS says of a denial; "" or None for what it leaves out."""

    action: str
    who: str | None = None
    resource: str = ""
    because: str = ""


def denial_of(error: ErrorResponse, context: CallContext) -> AwsFailure | None:
    """The failure when AWS denied the call; None when the error is of another kind."""
    named = _NAMED.search(error.message)
    if context.operation.startswith("AssumeRole") and (named or error.code in _CODES):
        return _role_refused(error, context, named["action"] if named else None)
    if named:
        denial = _Denial(
            named["action"], named["who"], named["resource"] or "", named["because"] or ""
        )
        return _denied(error, context, denial)
    if error.code in _CODES and _DECRYPT in error.message:
        return _no_decryption(error)
    if error.code in _CODES | _FORBIDDEN and (action := _ACTION.search(error.message)):
        return _denied(error, context, _Denial(action[0], because=error.message))
    if error.code in _CODES and context.operation not in _AMBIGUOUS:
        return _denied(error, context, _Denial(context.action))
    if error.code in _CODES | _FORBIDDEN:
        return _forbidden(error, context)
    return None


def _denied(error: ErrorResponse, context: CallContext, denial: _Denial) -> AwsFailure:
    barrier = _barrier(denial.because)
    return AwsFailure(
        "denied",
        f"AWS does not allow {denial.action}{f' to {denial.who}' if denial.who else ''}{barrier}.",
        _lift(denial, context),
        code=error.code,
        missing_action=denial.action,
        is_lifted_by_allow=not barrier,
    )


def _barrier(because: str) -> str:
    for words, barrier in _BARRIERS.items():
        if words in because:
            return f": {barrier}"
    return ""


# What stands in the way when no Allow in the identity's own policy lifts it.
_BARRIERS = {
    "explicit deny in a service control policy": "a service control policy forbids it",
    "explicit deny in a resource control policy": "a resource control policy forbids it",
    "explicit deny": "a policy denies it explicitly",
    "no service control policy": "no service control policy of the organisation allows it",
    "no permissions boundary": "its permissions boundary does not allow it",
    "no session policy": "the policy of its session does not allow it",
    "no VPC endpoint policy": "the policy of the VPC endpoint does not allow it",
}


def _lift(denial: _Denial, context: CallContext) -> str:
    action = denial.action
    if "explicit deny" in denial.because:
        return f"Have the statement that denies {action} changed: no Allow can lift it."
    if _barrier(denial.because):
        return f"Have {action} allowed there: an Allow in its own policy is not enough."
    if action in _ON_EVERYTHING:
        return (
            f'Allow {action} with Resource "*": a policy that names the cluster\'s ARN does not '
            "grant it."
        )
    if action.startswith("ec2:"):
        return f'Allow {action} with Resource "*": EC2 grants reading for nothing narrower.'
    resource = _resource(denial, context)
    if action.startswith("kms:"):
        return f"Allow {action} on {resource}, and see that the key's own policy lets IAM."
    return f"Allow {action} on {resource}."


def _resource(denial: _Denial, context: CallContext) -> str:
    """What the statement has to name: as AWS told it, else what the call was about."""
    found = next(
        (one for one in (denial.resource, context.resource) if parts(one)), context.resource
    )
    if denial.action.startswith("kafka-cluster:DescribeTopic"):
        cluster, _, name = found.partition(":cluster/")
        return f"{cluster}:topic/{name}/*" if name else found
    if denial.action.startswith("secretsmanager:") and not parts(found):
        return _secret(found, denial.who, context.region)
    return found


def _secret(name: str, who: str | None, region: str) -> str:
    """The ARN of a secret that was asked for by its name, which is one of who asks."""
    asking = parts(who or "")
    if asking is None:
        return f"the secret {name}"
    owner = f"arn:{asking.partition}:secretsmanager:{region}:{asking.account}"
    return f"{owner}:secret:{name}-??????"


def _no_decryption(error: ErrorResponse) -> AwsFailure:
    return AwsFailure(
        "denied",
        "AWS does not let these credentials decrypt the secret: kms:Decrypt is missing on its key.",
        "Allow kms:Decrypt on the key of the secret, in the policy of who asks or of the key.",
        code=error.code,
    )


def _forbidden(error: ErrorResponse, context: CallContext) -> AwsFailure:
    return AwsFailure(
        "denied",
        f"{context.service_name} forbids {context.operation} and does not name the permission "
        "that is missing.",
        "Compare the policy of these credentials with the one that is needed for "
        f"{context.action}.",
        code=error.code,
    )


def _role_refused(error: ErrorResponse, context: CallContext, action: str | None) -> AwsFailure:
    is_hosts = context.resource == "*"
    role = "of this host's AWS settings" if is_hosts else context.resource
    names = "who asks" if is_hosts else "who asks and this project's external id"
    return AwsFailure(
        "role_refused",
        f"AWS does not allow {action or context.action} for the role {role}.",
        "Three things must fit, and AWS does not say which one does not: the role exists, its "
        f"trust policy names {names}, and who asks may {context.action} on it.",
        code=error.code,
        missing_action=action,
    )
