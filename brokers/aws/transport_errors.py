"""What botocore raises when a call never came to an answer."""

from collections.abc import Callable
from socket import gaierror
from typing import TypeAlias

from botocore import exceptions as raised
from botocore.session import get_session
from urllib3.exceptions import LocationParseError, NameResolutionError

from brokers.aws.call_context import CallContext
from brokers.aws.failures import AwsFailure, Kind
from brokers.aws.host_credentials import CONFIGURATION, CREDENTIALS, SIGNED_OUT
from brokers.aws.responses import MISREAD, NotOfAws, Unreadable
from brokers.aws.sessions import CONNECT_SECONDS, READ_SECONDS

Words: TypeAlias = tuple[Kind, str, str]


def failure_of(error: Exception, context: CallContext) -> AwsFailure:
    """The failure that an exception means. Texts of the exception itself are not passed on."""
    if isinstance(error, NotOfAws):
        return AwsFailure(*_not_of_aws(error, context))
    for kinds, failure in CREDENTIALS:
        if isinstance(error, kinds):
            return AwsFailure(*failure)
    for kinds, words in _TABLE:
        if isinstance(error, kinds):
            return AwsFailure(*words(error, context))
    return AwsFailure(
        "unknown",
        f"{context.operation} could not be asked: botocore raised {type(error).__name__}.",
        "Look that name up in the documentation of botocore, and try again.",
    )


def no_client(error: Exception, context: CallContext) -> AwsFailure:
    """No client could be made; a ValueError means that the address in a setting is none."""
    if isinstance(error, raised.BotoCoreError):
        failure = failure_of(error, context)
        return AwsFailure(*CONFIGURATION) if failure.kind == "unknown" else failure
    return AwsFailure(
        "unreachable",
        f"The address that the settings name for {context.service_name} is no http:// or https:// "
        "address.",
        "Look at AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_… and endpoint_url in the AWS profile.",
    )


def stale(error: RuntimeError) -> AwsFailure:
    """botocore renewed the host's credentials and found them expired; else the error is a bug."""
    if "credentials" not in str(error).lower():
        raise error
    return AwsFailure(*SIGNED_OUT)


def incomplete(context: CallContext) -> AwsFailure:
    """An answer without a field that this call always has."""
    return AwsFailure(*_misread(Unreadable(), context))


def endless(context: CallContext) -> AwsFailure:
    """A list whose pages never come to an end."""
    return AwsFailure(
        "malformed",
        f"The pages of {context.operation} do not come to an end.",
        "Try again; if it stays, something between this machine and AWS repeats its answers.",
    )


def _not_of_aws(answer: NotOfAws, context: CallContext) -> Words:
    if answer.status >= 500:
        return (
            "aws_down",
            f"{context.service_name}, or a proxy before it, answered with status {answer.status}.",
            "Try again in some minutes; if it stays, ask who runs the proxy of this network.",
        )
    if answer.status == 429:
        sentence = f"A proxy before {context.service_name} answered with “too many requests”."
        return "throttled", sentence, "Wait a minute and try again."
    sentence = (
        f"Something that is not AWS answered {context.operation} with status {answer.status}: a "
        "proxy or a sign-in page stands between this machine and AWS."
    )
    return "proxy", sentence, f"Let it pass {context.host}, or set HTTPS_PROXY to one that does."


def _misread(_error: Exception, context: CallContext) -> Words:
    return (
        "malformed",
        f"The answer to {context.operation} is not one that {context.service_name} gives.",
        "Try again; if it stays, something between this machine and AWS changes its answers.",
    )


def _not_asked(_error: Exception, context: CallContext) -> Words:
    return (
        "bad_request",
        f"{context.operation} was not asked: AWS takes no such value for it.",
        "Compare ARN, names and Region with what the AWS console shows.",
    )


def _region(_error: Exception, context: CallContext) -> Words:
    return (
        "wrong_region",
        f"There is no Region {context.region} in which {context.service_name} could be asked.",
        "Compare the Region with the one in the cluster's ARN.",
    )


def _unreachable(error: Exception, context: CallContext) -> Words:
    if _is_unknown_name(error) and not _is_known(context):
        return _region(error, context)
    if _is_unknown_name(error):
        return (
            "unreachable",
            f"The name {context.host} could not be resolved on this machine.",
            "See that its DNS works and knows names outside, or set HTTPS_PROXY.",
        )
    return (
        "unreachable",
        f"{context.service_name} in {context.region} could not be reached from this machine.",
        f"Let it reach {context.host} on port {context.port}, or set HTTPS_PROXY.",
    )


def _is_known(context: CallContext) -> bool:
    """Whether botocore has heard of the Region."""
    session = get_session()
    return any(
        context.region in session.get_available_regions(context.service, partition)
        for partition in session.get_available_partitions()
    )


def _is_unknown_name(error: Exception) -> bool:
    return isinstance(_cause(error), gaierror | NameResolutionError)


def _cause(error: Exception) -> object:
    """What botocore wrapped; it is not in the text of the exception."""
    kwargs = error.kwargs if isinstance(error, raised.BotoCoreError) else {}
    return kwargs.get("error")


def _hung_up(_error: Exception, context: CallContext) -> Words:
    return (
        "unreachable",
        (
            f"The connection to {context.service_name} was closed before {context.operation} was "
            "answered."
        ),
        f"Try again; if it stays, see which firewall or proxy cuts connections to {context.host}.",
    )


def _not_sent(error: Exception, context: CallContext) -> Words:
    """What a setting made impossible; anything else is a connection that ended too early."""
    cause = _cause(error)
    if isinstance(cause, FileNotFoundError | PermissionError):
        sentence = "The file with CA certificates that AWS_CA_BUNDLE names cannot be read."
        return "tls", sentence, "Look at AWS_CA_BUNDLE, and ca_bundle in the AWS profile."
    if isinstance(cause, LocationParseError):
        sentence = "What the settings name as a proxy is no address."
        return "proxy", sentence, "Look at HTTPS_PROXY: it reads http://HOST:PORT."
    return _hung_up(error, context)


def _silent(_error: Exception, context: CallContext) -> Words:
    return (
        "timeout",
        f"{context.service_name} did not answer {context.operation} in {READ_SECONDS:.0f} seconds.",
        "Try again; AWS tells of outages on its Health Dashboard.",
    )


def _not_connected(_error: Exception, context: CallContext) -> Words:
    return (
        "timeout",
        f"No connection to {context.service_name} came about in {CONNECT_SECONDS:.0f} seconds.",
        f"Let this machine reach {context.host} on port {context.port}, or set HTTPS_PROXY.",
    )


def _tls(error: Exception, context: CallContext) -> Words:
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        sentence = (
            f"The certificate that was shown for {context.service_name} is not one of AWS: a "
            "proxy that "
            "opens TLS stands in between, or this machine's clock or CA store is wrong."
        )
        return "tls", sentence, "Set AWS_CA_BUNDLE to the file with the proxy's CA certificate."
    return (
        "tls",
        f"TLS to {context.service_name} failed: what answers there does not speak it as AWS does.",
        "Look at HTTPS_PROXY and AWS_ENDPOINT_URL: is http:// meant where https:// stands?",
    )


def _proxy(_error: Exception, context: CallContext) -> Words:
    return (
        "proxy",
        (
            f"The proxy of this machine did not let {context.operation} through to "
            f"{context.service_name}."
        ),
        f"Look at HTTPS_PROXY, its user and password, and let it pass {context.host}.",
    )


_TABLE: tuple[
    tuple[tuple[type[Exception], ...], Callable[[Exception, CallContext], Words]], ...
] = (
    ((raised.ProxyConnectionError, raised.InvalidProxiesConfigError), _proxy),
    ((raised.SSLError,), _tls),
    ((raised.ConnectTimeoutError,), _not_connected),
    ((raised.ReadTimeoutError,), _silent),
    ((raised.EndpointConnectionError,), _unreachable),
    (
        (
            raised.BaseEndpointResolverError,
            raised.EndpointProviderError,
            raised.InvalidRegionError,
            raised.UnknownRegionError,
            raised.ServiceNotInRegionError,
        ),
        _region,
    ),
    ((raised.ParamValidationError, raised.ValidationError), _not_asked),
    (
        (
            raised.ConnectionClosedError,
            raised.ConnectionError,
            raised.IncompleteReadError,
            raised.ResponseStreamingError,
        ),
        _hung_up,
    ),
    ((raised.HTTPClientError,), _not_sent),
    ((raised.ChecksumError, *MISREAD), _misread),
)
