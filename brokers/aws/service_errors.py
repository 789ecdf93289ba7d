"""What AWS says when it says no, and what that means for whoever asked."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from brokers.aws import known_errors
from brokers.aws.access_denied import denial_of
from brokers.aws.call_context import Called
from brokers.aws.error_response import Refusal, read
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


def failure_of(response: Mapping[str, Any], called: Called, redactor: Redactor) -> AwsFailure:
    """The failure that an error answer means. ``response`` is a ClientError's."""
    refusal = read(response)
    for judge in _JUDGES:
        if failure := judge(refusal, called):
            return failure
    return _unknown(refusal, called, redactor)


def _throttled(refusal: Refusal, called: Called) -> AwsFailure | None:
    if not _THROTTLED.search(refusal.code) and refusal.status != 429:
        return None
    return AwsFailure(
        "throttled",
        f"AWS answered {called.operation} with “too many requests”, again and again.",
        "Wait a minute and try again: other programs in this account ask MSK as well.",
        code=refusal.code,
    )


def _skewed(refusal: Refusal, _called: Called) -> AwsFailure | None:
    is_late = "Signature expired" in refusal.message or "not yet current" in refusal.message
    is_apart = refusal.ahead is not None and abs(refusal.ahead) > _SKEW
    is_suspect = refusal.code in _SIGNATURES | _EXPIRED | {"AuthFailure"}
    if refusal.code != "RequestTimeTooSkewed" and not (is_suspect and (is_late or is_apart)):
        return None
    return AwsFailure(
        "clock_skew",
        f"The clock of this machine is {_apart(refusal.ahead)}, so AWS does not take what it "
        "signs.",
        "Set the clock: turn on time synchronisation (timedatectl set-ntp true).",
        code=refusal.code,
    )


def _apart(ahead: float | None) -> str:
    if ahead is None or abs(ahead) < 60:
        return "not that of AWS"
    minutes = round(abs(ahead) / 60)
    return f"{minutes} minute{'s' * (minutes != 1)} {'behind' if ahead > 0 else 'ahead of'} AWS's"


def _expired(refusal: Refusal, _called: Called) -> AwsFailure | None:
    if refusal.code not in _EXPIRED:
        return None
    return AwsFailure(
        "expired",
        "These AWS credentials have expired.",
        "Sign in anew (aws sso login), or store an access key that does not expire.",
        code=refusal.code,
    )


def _wrong_region(refusal: Refusal, called: Called) -> AwsFailure | None:
    if "should be scoped to a valid region" in refusal.message:
        sentence = f"The address that was asked does not serve the Region {called.region}."
        action = "Compare the Region with AWS_ENDPOINT_URL and the proxy of this machine."
    elif refusal.code in _NOT_OPEN:
        sentence = f"This AWS account has no access to {called.to} in {called.region}."
        action = "Turn the Region on in the account's settings, or choose another Region."
    else:
        return None
    return AwsFailure("wrong_region", sentence, action, code=refusal.code)


def _credentials(refusal: Refusal, called: Called) -> AwsFailure | None:
    if refusal.code not in _REFUSED:
        return None
    if refusal.code in _SIGNATURES or "signature" in refusal.message:
        sentence = "AWS knows the access key id, but the secret access key does not belong to it."
        action = "Store both again as IAM showed them, without a space or a line end."
    else:
        sentence = "AWS does not know these credentials."
        action = (
            "Look in IAM whether the access key is there and active, and whether the Region "
            f"{called.region} is turned on in that account."
        )
    return AwsFailure("refused_credentials", sentence, action, code=refusal.code)


def _by_a_proxy(refusal: Refusal, called: Called) -> AwsFailure | None:
    """A status without any code of AWS comes from something in between."""
    if refusal.is_signed or not refusal.code.isdigit() or refusal.status >= 500:
        return None
    return AwsFailure(
        "proxy",
        f"Something that is not AWS answered {called.operation} with status {refusal.status}.",
        f"Let it pass {called.host}.",
        code=refusal.code,
    )


_JUDGES: tuple[Callable[[Refusal, Called], AwsFailure | None], ...] = (
    denial_of,
    _throttled,
    _skewed,
    _expired,
    _wrong_region,
    _credentials,
    _by_a_proxy,
    known_errors.failure_of,
)


def _unknown(refusal: Refusal, called: Called, redactor: Redactor) -> AwsFailure:
    said = redactor.clean(refusal.message).rstrip(". ")
    words = f": {said}." if said and refusal.code not in _SIGNATURES else "."
    return AwsFailure(
        "unknown",
        f"{called.to} answered {called.operation} with {refusal.code or refusal.status}{words}",
        "Look that error up in the documentation of the service, and try again.",
        code=refusal.code,
    )
