"""What AWS says when it says no, and what that means for whoever asked."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from brokers.aws import known_errors
from brokers.aws.access_denied import denial_of
from brokers.aws.call_context import CallContext
from brokers.aws.error_response import ErrorResponse, read
from brokers.aws.failures import AwsFailure
from kalixweb.core.redaction import Redactor

# Signatures are taken within five minutes, older requests to EC2 within fifteen.
_SKEW = 240
_THROTTLED = re.compile(
    "Throttl|TooManyRequests|RequestLimitExceeded|LimitExceededException|SlowDown"
    "|PriorRequestNotComplete|BandwidthLimitExceeded|ProvisionedThroughputExceeded"
)
_EXPIRED = {"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"}
_REFUSED = {
    "AuthFailure",
    "IncompleteSignature",
    "IncompleteSignatureException",
    "InvalidAccessKeyId",
    "InvalidClientTokenId",
    "InvalidSignatureException",
    "InvalidToken",
    "MissingAuthenticationToken",
    "MissingAuthenticationTokenException",
    "SignatureDoesNotMatch",
    "UnauthorizedException",
    "UnrecognizedClientException",
}
_SIGNATURES = {"InvalidSignatureException", "SignatureDoesNotMatch", "RequestTimeTooSkewed"}
_NOT_OPEN = {"OptInRequired", "SubscriptionRequiredException", "RegionDisabledException"}


def failure_of(response: Mapping[str, Any], context: CallContext, redactor: Redactor) -> AwsFailure:
    """The failure that an error answer means. ``response`` is a ClientError's."""
    error = read(response)
    for read_as in _READERS:
        if failure := read_as(error, context):
            return failure
    return _unknown(error, context, redactor)


def _throttled(error: ErrorResponse, context: CallContext) -> AwsFailure | None:
    if not _THROTTLED.search(error.code) and error.status != 429:
        return None
    return AwsFailure(
        "throttled",
        f"AWS answered {context.operation} with “too many requests”, again and again.",
        "Wait a minute and try again: other programs in this account ask MSK as well.",
        code=error.code,
    )


def _skewed(error: ErrorResponse, _context: CallContext) -> AwsFailure | None:
    is_late = "Signature expired" in error.message or "not yet current" in error.message
    is_apart = error.ahead is not None and abs(error.ahead) > _SKEW
    is_suspect = error.code in _SIGNATURES | _EXPIRED | {"AuthFailure"}
    if error.code != "RequestTimeTooSkewed" and not (is_suspect and (is_late or is_apart)):
        return None
    return AwsFailure(
        "clock_skew",
        f"The clock of this machine is {_apart(error.ahead)}, so AWS does not take what it signs.",
        "Set the clock: turn on time synchronisation (timedatectl set-ntp true).",
        code=error.code,
    )


def _apart(ahead: float | None) -> str:
    if ahead is None or abs(ahead) < 60:
        return "not that of AWS"
    minutes = round(abs(ahead) / 60)
    return f"{minutes} minute{'s' * (minutes != 1)} {'behind' if ahead > 0 else 'ahead of'} AWS's"


def _expired(error: ErrorResponse, _context: CallContext) -> AwsFailure | None:
    if error.code not in _EXPIRED:
        return None
    return AwsFailure(
        "expired",
        "These AWS credentials have expired.",
        "Sign in anew (aws sso login), or store an access key that does not expire.",
        code=error.code,
    )


def _wrong_region(error: ErrorResponse, context: CallContext) -> AwsFailure | None:
    if "should be scoped to a valid region" in error.message:
        sentence = f"The address that was asked does not serve the Region {context.region}."
        action = "Compare the Region with AWS_ENDPOINT_URL and the proxy of this machine."
    elif error.code in _NOT_OPEN:
        sentence = f"This AWS account has no access to {context.service_name} in {context.region}."
        action = "Turn the Region on in the account's settings, or choose another Region."
    else:
        return None
    return AwsFailure("wrong_region", sentence, action, code=error.code)


def _credentials(error: ErrorResponse, context: CallContext) -> AwsFailure | None:
    if error.code not in _REFUSED:
        return None
    if error.code in _SIGNATURES or "signature" in error.message:
        sentence = "AWS knows the access key id, but the secret access key does not belong to it."
        action = "Store both again as IAM showed them, without a space or a line end."
    else:
        sentence = "AWS does not know these credentials."
        action = (
            "Look in IAM whether the access key is there and active, and whether the Region "
            f"{context.region} is turned on in that account."
        )
    return AwsFailure("refused_credentials", sentence, action, code=error.code)


def _by_a_proxy(error: ErrorResponse, context: CallContext) -> AwsFailure | None:
    """A status without any code of AWS comes from something in between."""
    if error.is_signed or not error.code.isdigit() or error.status >= 500:
        return None
    return AwsFailure(
        "proxy",
        f"Something that is not AWS answered {context.operation} with status {error.status}.",
        f"Let it pass {context.host}.",
        code=error.code,
    )


_READERS: tuple[Callable[[ErrorResponse, CallContext], AwsFailure | None], ...] = (
    denial_of,
    _throttled,
    _skewed,
    _expired,
    _wrong_region,
    _credentials,
    _by_a_proxy,
    known_errors.failure_of,
)


def _unknown(error: ErrorResponse, context: CallContext, redactor: Redactor) -> AwsFailure:
    message = redactor.clean(error.message).rstrip(". ")
    words = f": {message}." if message and error.code not in _SIGNATURES else "."
    return AwsFailure(
        "unknown",
        f"{context.service_name} answered {context.operation} with "
        f"{error.code or error.status}{words}",
        "Look that error up in the documentation of the service, and try again.",
        code=error.code,
    )
