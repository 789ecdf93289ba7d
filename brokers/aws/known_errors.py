"""Errors of MSK whose text is known, with the cause that the text does not tell."""

import re
from typing import NamedTuple

from brokers.aws.call_context import CallContext
from brokers.aws.error_response import ErrorResponse
from brokers.aws.failures import AwsFailure, Kind


class Explained(NamedTuple):
    """The cause behind an error of AWS, and what fixes it."""

    sentence: str
    action: str


# The name of a cluster may hold any word.
_ARN = re.compile(r"arn:\S+")
# Words of the message, in lower case → what they mean.
_TEXTS: dict[str, Explained] = {
    "the only valid value for the type parameter in publicaccess is disabled": Explained(
        "Public access cannot be turned on while a cluster is being created.",
        "Create the cluster without it, wait until it is ACTIVE, then turn public access on.",
    ),
    "allow.everyone.if.no.acl.found configuration setting must be set to false": Explained(
        "Public access needs a configuration with allow.everyone.if.no.acl.found=false.",
        "Make the ACLs first, then apply a revision with that line, then turn public access on.",
    ),
    "to enable public access, ensure that the access control methods": Explained(
        "Public access needs SASL/SCRAM, IAM or mutual TLS, and no unauthenticated access.",
        "Turn SASL/SCRAM on and unauthenticated access off, wait until ACTIVE, then try again.",
    ),
    "all vpcconnectivity auth schemes must be disabled": Explained(
        "Multi-VPC connectivity cannot be turned on while a cluster is being created.",
        "Create the cluster without it, wait until it is ACTIVE, then turn it on.",
    ),
    "secret names must have the prefix": Explained(
        "MSK takes only secrets whose name begins with AmazonMSK_.",
        "Make a new secret with that prefix: the name of a secret cannot be changed.",
    ),
    "wasn't able to access the provided secret": Explained(
        "MSK could not read the secret when it was associated.",
        "See that it has a customer managed key, lies in the cluster's account and Region and is "
        "not being deleted; if it was made just now, wait a minute and associate it again.",
    ),
    "cannot access secret manager value": Explained(
        "The role of the Lambda function may not read the SCRAM secret.",
        "Allow that role secretsmanager:GetSecretValue on it and kms:Decrypt on its key.",
    ),
    "marked for deletion": Explained(
        "The secret is scheduled for deletion, and nothing can be read of it any more.",
        "Restore it: aws secretsmanager restore-secret --secret-id NAME",
    ),
    "serverless": Explained(
        "The cluster is serverless: it knows IAM sign-in only, and neither SCRAM nor this call.",
        "Use a provisioned cluster for user name and password.",
    ),
    "not in active state": Explained(
        "The cluster is not ACTIVE: another change to it is still running.",
        "Wait until that operation has ended; MSK makes one change at a time.",
    ),
}
_DOWN = {
    "DependencyTimeoutException",
    "InternalError",
    "InternalFailure",
    "InternalServerErrorException",
    "InternalServiceError",
    "KMSInternalException",
    "RequestTimeout",
    "RequestTimeoutException",
    "ServiceUnavailable",
    "ServiceUnavailableException",
    "Unavailable",
}
_WRONG = {"BadRequestException", "InvalidArnException", "InvalidParameterException"}
_WRONG |= {"InvalidParameterValue", "InvalidRequestException", "ValidationException"}
_WRONG |= {"ValidationError", "MalformedPolicyDocument"}


def explain(message: str) -> Explained | None:
    """What a message of MSK means, also one that an operation or an association left behind."""
    words = _ARN.sub("", message).lower()
    return next((meant for text, meant in _TEXTS.items() if text in words), None)


def failure_of(error: ErrorResponse, context: CallContext) -> AwsFailure | None:
    """The failure for an error of MSK itself: not there, busy, wrong, or down."""
    kind = _kind_of(error)
    if kind is None:
        return None
    sentence, action = explain(error.message) or _BY_KIND[kind](context)
    return AwsFailure(kind, sentence, action, code=error.code)


def _kind_of(error: ErrorResponse) -> Kind | None:
    code = error.code
    if code in _DOWN or error.status >= 500:
        return "aws_down"
    if code.endswith(("NotFoundException", ".NotFound")) or error.status == 404:
        return "not_found"
    if code == "ConflictException" or error.status == 409:
        return "conflict"
    return "bad_request" if code in _WRONG else None


def _down(context: CallContext) -> Explained:
    return Explained(
        f"{context.service_name} in {context.region} is not able to answer {context.operation} at "
        "the moment.",
        "Try again in some minutes; AWS tells of outages on its Health Dashboard.",
    )


def _not_found(context: CallContext) -> Explained:
    return Explained(
        f"{context.service_name} does not know {context.subject} in {context.region}.",
        "See that it has not been deleted, and that it belongs to the account that was signed in.",
    )


def _busy(context: CallContext) -> Explained:
    return Explained(
        f"The cluster is busy with another change and cannot answer {context.operation} now.",
        "Wait until that operation has ended; MSK makes one change at a time.",
    )


def _wrong(context: CallContext) -> Explained:
    return Explained(
        f"{context.service_name} does not take {context.operation} for {context.subject}.",
        "See that it exists in this account and Region and is of the right kind.",
    )


_BY_KIND = {
    "aws_down": _down,
    "not_found": _not_found,
    "conflict": _busy,
    "bad_request": _wrong,
}
