"""How AWS says no, in the words of each service."""

from dataclasses import dataclass, field

PROXY_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head><body>"
    "<h1>Access denied</h1><p>Your organisation's policy does not allow this site. "
    "User: squid is not authorized to perform: CONNECT</p></body></html>\n"
)


class Refused(Exception):
    """An error answer: its code, its message and its HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


@dataclass(frozen=True)
class Raw:
    """An answer that is sent as it is, whatever the service would have said."""

    body: str | bytes
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


def denied(service: str, action: str, who: str, resource: str, because: str) -> Refused:
    """The wording and the code of the service whose action was not allowed."""
    sentence = f"User: {who} is not authorized to perform: {action}"
    if service == "ec2":
        message = f"You are not authorized to perform this operation. {sentence} {because}"
        return Refused("UnauthorizedOperation", message, 403)
    message = f"{sentence} on resource: {resource} {because}"
    if service == "sts":
        return Refused("AccessDenied", message, 403)
    return Refused("AccessDeniedException", message, 403 if service == "kafka" else 400)


def no_policy(action: str) -> str:
    """The reason that AWS gives when nothing allows an action."""
    kind = "resource-based" if action.startswith("kms:") else "identity-based"
    return f"because no {kind} policy allows the {action} action"


def unknown_key(service: str) -> Refused:
    message = "The security token included in the request is invalid."
    if service == "ec2":
        message = "AWS was not able to validate the provided access credentials"
        return Refused("AuthFailure", message, 401)
    if service == "sts":
        return Refused("InvalidClientTokenId", message, 403)
    return Refused("UnrecognizedClientException", message, 403 if service == "kafka" else 400)


def expired(service: str) -> Refused:
    message = "The security token included in the request is expired"
    if service == "ec2":
        return Refused("RequestExpired", "Request has expired.", 400)
    if service == "sts":
        return Refused("ExpiredToken", message, 403)
    return Refused("ExpiredTokenException", message, 403 if service == "kafka" else 400)


def wrong_secret_key(service: str) -> Refused:
    message = (
        "The request signature we calculated does not match the signature you provided. Check "
        "your AWS Secret Access Key and signing method. Consult the service documentation for "
        "details."
    )
    if service == "ec2":
        return Refused("AuthFailure", message, 401)
    if service == "sts":
        return Refused("SignatureDoesNotMatch", message, 403)
    return Refused("InvalidSignatureException", message, 403 if service == "kafka" else 400)


def skewed(service: str, sent: str, now: str) -> Refused:
    """The request was signed by a clock that is far from ours."""
    if service == "ec2":
        return Refused("RequestExpired", f"Request has expired. Timestamp date is {sent}", 400)
    word = "expired" if sent < now else "not yet current"
    than = "earlier" if sent < now else "later"
    message = f"Signature {word}: {sent} is now {than} than {now} ({now} {'-+'[sent > now]} 5 min.)"
    code = "SignatureDoesNotMatch" if service == "sts" else "InvalidSignatureException"
    return Refused(code, message, 403 if service in {"sts", "kafka"} else 400)


def throttled(service: str) -> Refused:
    if service == "ec2":
        return Refused("RequestLimitExceeded", "Request limit exceeded.", 503)
    if service == "sts":
        return Refused("Throttling", "Rate exceeded", 400)
    if service == "kafka":
        return Refused("TooManyRequestsException", "Rate exceeded", 429)
    return Refused("ThrottlingException", "Rate exceeded", 400)


def down(service: str) -> Refused:
    if service == "ec2":
        return Refused("InternalError", "An internal error has occurred", 500)
    code = "ServiceUnavailableException" if service == "kafka" else "InternalFailure"
    return Refused(code, "The service is unavailable.", 503)
