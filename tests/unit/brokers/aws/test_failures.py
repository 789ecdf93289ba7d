"""Every error of AWS and of botocore has its own sentence and says what to do."""

from typing import Any

import pytest
from botocore import exceptions as raised
from botocore.parsers import ResponseParserError

from brokers.aws import known_errors, service_errors, transport_errors
from brokers.aws.arn import ClusterArn
from brokers.aws.call_context import CallContext
from brokers.aws.client import Aws
from brokers.aws.failures import AwsFailure
from brokers.aws.responses import NotOfAws, Unreadable
from brokers.aws.sign_in import AccessKey, HostChain
from kalixweb.core.redaction import Redactor
from kalixweb.core.secret_value import SecretValue
from tests.fakes.aws import Account, FakeAws, Raw
from tests.fakes.aws.account import KEY_ID
from tests.fakes.pki import authority, leaf
from tests.fakes.tls import Listener, closing, server_context, tls
from tests.unit.brokers.aws.conftest import failure_of

CLUSTER = "arn:aws:kafka:eu-central-1:123456789012:cluster/orders/u-7"
CALLED = CallContext("kafka", "DescribeClusterV2", "eu-central-1", CLUSTER, "kafka.example")
NOT_AUTHORIZED = "You are not authorized to perform this operation."
USER = "User: arn:aws:iam::123456789012:user/kalixweb is not authorized to perform:"


def answered(
    code: str, message: str = "", status: int = 400, called: CallContext = CALLED, **headers: str
) -> AwsFailure:
    response = {
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status, "HTTPHeaders": headers},
    }
    return service_errors.failure_of(response, called, Redactor())


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        ("AccessDeniedException", 403, "denied"),
        ("ForbiddenException", 403, "denied"),
        ("UnauthorizedException", 401, "refused_credentials"),
        ("UnrecognizedClientException", 403, "refused_credentials"),
        ("InvalidClientTokenId", 403, "refused_credentials"),
        ("InvalidSignatureException", 403, "refused_credentials"),
        ("SignatureDoesNotMatch", 403, "refused_credentials"),
        ("AuthFailure", 401, "refused_credentials"),
        ("ExpiredToken", 403, "expired"),
        ("ExpiredTokenException", 403, "expired"),
        ("RequestExpired", 400, "expired"),
        ("RequestTimeTooSkewed", 403, "clock_skew"),
        ("ThrottlingException", 400, "throttled"),
        ("Throttling", 400, "throttled"),
        ("TooManyRequestsException", 429, "throttled"),
        ("RequestLimitExceeded", 503, "throttled"),
        ("OptInRequired", 403, "wrong_region"),
        ("RegionDisabledException", 403, "wrong_region"),
        ("NotFoundException", 404, "not_found"),
        ("ResourceNotFoundException", 400, "not_found"),
        ("InvalidSubnetID.NotFound", 400, "not_found"),
        ("BadRequestException", 400, "bad_request"),
        ("InvalidParameterException", 400, "bad_request"),
        ("InvalidArnException", 400, "bad_request"),
        ("ConflictException", 409, "conflict"),
        ("InternalServerErrorException", 500, "aws_down"),
        ("InternalServiceError", 400, "aws_down"),
        ("ServiceUnavailableException", 503, "aws_down"),
        ("DependencyTimeoutException", 400, "aws_down"),
        ("KMSInternalException", 400, "aws_down"),
        ("403", 403, "proxy"),
        ("407", 407, "proxy"),
        ("SomethingNewException", 400, "unknown"),
    ],
)
def test_each_code_has_its_kind_and_says_what_to_do(code: str, status: int, kind: str) -> None:
    failure = answered(code, "words of AWS", status)
    assert failure.kind == kind
    assert failure.code == code
    for text in (failure.sentence, failure.action):
        assert text[0].isupper() or text.startswith("kafka")
        assert len(text) > 20
    assert failure.to_dict() == {
        "kind": kind,
        "sentence": failure.sentence,
        "action": failure.action,
        "missing_action": failure.missing_action,
    }


def test_no_two_kinds_share_a_sentence() -> None:
    codes = ["AccessDeniedException", "UnrecognizedClientException", "SignatureDoesNotMatch"]
    codes += ["ExpiredToken", "RequestTimeTooSkewed", "Throttling", "OptInRequired", "403"]
    codes += ["NotFoundException", "BadRequestException", "ConflictException", "InternalError"]
    sentences = [answered(code).sentence for code in codes]
    assert len(set(sentences)) == len(codes)


@pytest.mark.parametrize(
    ("service", "code", "message", "missing"),
    [
        ("kafka", "AccessDeniedException", f"{USER} kafka:DescribeClusterV2 on resource: *",
         "kafka:DescribeClusterV2"),
        ("kafka", "ForbiddenException", f"{USER} kafka:DescribeClusterV2",
         "kafka:DescribeClusterV2"),
        ("kafka", "403", f"{USER} kafka:DescribeClusterV2", "kafka:DescribeClusterV2"),
        ("kafka", "AccessDeniedException", f"{USER} kafka-cluster:Connect on resource: x",
         "kafka-cluster:Connect"),
        ("ec2", "UnauthorizedOperation", (f"{NOT_AUTHORIZED} {USER} ec2:DescribeSubnets because no "
         "identity-based policy allows the ec2:DescribeSubnets action"), "ec2:DescribeSubnets"),
        ("kafka", "AccessDeniedException", "", "kafka:DescribeClusterV2"),
        ("kafka", "AccessDeniedException", f"Denied: [kafka-cluster:DescribeTopic] on {CLUSTER}",
         "kafka-cluster:DescribeTopic"),
        ("kafka", "ForbiddenException", f"No access to {CLUSTER}", None),
        ("kafka", "ForbiddenException", "", None),
        ("kafka", "ThrottlingException", "Rate exceeded", None),
        ("kafka", "ExpiredTokenException", "expired", None),
        ("kafka", "UnrecognizedClientException", "invalid", None),
        ("secretsmanager", "AccessDeniedException", "Access to KMS is not allowed", None),
    ],
)  # fmt: skip
def test_the_missing_action_is_the_one_that_aws_denied(
    service: Any, code: str, message: str, missing: str | None
) -> None:
    called = CallContext(service, "DescribeClusterV2", "eu-central-1")
    failure = answered(code, message, 403, called)
    assert failure.missing_action == missing
    assert missing is None or missing in failure.sentence


def test_a_denied_topic_that_names_no_action_may_be_either_of_two() -> None:
    called = CallContext("kafka", "DescribeTopic", "eu-central-1")
    failure = answered("AccessDeniedException", "", 403, called)
    assert (failure.kind, failure.missing_action) == ("denied", None)


def test_bootstrap_brokers_are_granted_for_everything_only() -> None:
    called = CallContext("kafka", "GetBootstrapBrokers", "eu-central-1", CLUSTER)
    failure = answered("AccessDeniedException", f"{USER} kafka:GetBootstrapBrokers", 403, called)
    assert 'Resource "*"' in failure.action
    assert CLUSTER not in failure.action


@pytest.mark.parametrize("operation", ["DescribeClusterOperationV2", "ListClustersV2"])
def test_what_has_no_resource_type_is_allowed_on_everything(operation: str) -> None:
    called = CallContext("kafka", operation, "eu-central-1", "arn:aws:kafka:eu-central-1:1:x/y")
    failure = answered("AccessDeniedException", f"{USER} kafka:{operation}", 403, called)
    assert failure.action.startswith(f'Allow kafka:{operation} with Resource "*"')


TOPIC = "arn:aws:kafka:eu-central-1:123456789012:topic/orders/u-7/audit"
SECRET = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:AmazonMSK_bob-??????"


@pytest.mark.parametrize(
    ("message", "about", "resource"),
    [
        (f"{USER} kafka-cluster:DescribeTopic on resource: {TOPIC}", CLUSTER, TOPIC),
        ("Denied: [kafka-cluster:DescribeTopic]", CLUSTER, TOPIC.replace("audit", "*")),
        (f"{USER} kafka-cluster:Connect on resource: *", CLUSTER, CLUSTER),
        (f"{USER} secretsmanager:DescribeSecret on resource: AmazonMSK_bob", "AmazonMSK_bob",
         SECRET),
        (f"{USER} secretsmanager:DescribeSecret on resource: {SECRET}", "AmazonMSK_bob", SECRET),
        ("Denied: [secretsmanager:DescribeSecret]", "AmazonMSK_bob", "the secret AmazonMSK_bob"),
        (f"{USER} kms:DescribeKey on resource: arn:aws:kms:eu-central-1:1:key/a", "alias/msk",
         "arn:aws:kms:eu-central-1:1:key/a"),
    ],
)  # fmt: skip
def test_the_resource_to_allow_is_the_one_that_aws_denied(
    message: str, about: str, resource: str
) -> None:
    called = CallContext("kafka", "DescribeTopic", "eu-central-1", about)
    failure = answered("AccessDeniedException", message, 403, called)
    assert failure.action.rstrip(".").split(" on ")[1].split(", and")[0] == resource


@pytest.mark.parametrize(
    ("because", "word"),
    [
        ("with an explicit deny in a service control policy", "service control policy forbids"),
        ("with an explicit deny in an identity-based policy", "denies it explicitly"),
        ("because no permissions boundary allows the kafka:X action", "permissions boundary"),
        ("because no VPC endpoint policy allows the kafka:X action", "VPC endpoint"),
        ("because no session policy allows the kafka:X action", "session"),
    ],
)
def test_a_barrier_above_the_policy_is_named(because: str, word: str) -> None:
    message = f"{USER} kafka:DescribeClusterV2 on resource: {CLUSTER} {because}"
    failure = answered("AccessDeniedException", message, 403)
    assert word in failure.sentence
    assert not failure.action.startswith("Allow")
    assert not failure.is_lifted_by_allow


def test_the_clock_is_told_by_the_answer() -> None:
    message = "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z"
    failure = answered("InvalidSignatureException", message, 403)
    assert failure.kind == "clock_skew"
    far = answered("AuthFailure", "", 401, date="Thu, 01 Jan 2015 00:00:00 GMT")
    assert far.kind == "clock_skew"
    assert "ahead of" in far.sentence


def test_a_region_that_the_address_does_not_serve() -> None:
    message = "Credential should be scoped to a valid region, not 'eu-central-1'. "
    failure = answered("SignatureDoesNotMatch", message, 403)
    assert failure.kind == "wrong_region"


ROWS = [
    (("When creating a cluster, the only valid value for the Type parameter in PublicAccess is "
     "DISABLED."), "being created"),
    (("The allow.everyone.if.no.acl.found configuration setting must be set to false when public "
     "access is turned on."), "allow.everyone.if.no.acl.found=false"),
    (("To enable public access, ensure that the access control methods for the cluster include at "
     "least one of the following client authentication mechanisms: SASL/SCRAM, SASL/IAM, TLS. Also "
     "ensure that unauthenticated access control is turned off."), "no unauthenticated access"),
    ("When creating a cluster, all vpcConnectivity auth schemes must be disabled.", "Multi-VPC"),
    (("The provided secret arn cannot be used with Amazon MSK. Secret names must have the prefix "
     "'AmazonMSK_'"), "AmazonMSK_"),
    ("Amazon MSK wasn't able to access the provided secret.", "could not read the secret"),
    (("Cannot access secret manager value arn:x. Please ensure the role can perform the "
     "'secretsmanager:GetSecretValue' action"), "Lambda"),
    ("This operation cannot be performed on serverless clusters.", "serverless"),
    ("The cluster is not in ACTIVE state.", "not ACTIVE"),
]  # fmt: skip


@pytest.mark.parametrize(("message", "word"), ROWS)
def test_known_texts_of_msk_are_explained(message: str, word: str) -> None:
    explained = known_errors.explain(message)
    assert explained
    assert word in explained.sentence
    assert answered("BadRequestException", message).sentence == explained.sentence


def test_the_name_of_a_cluster_is_none_of_these_texts() -> None:
    arn = CLUSTER.replace("orders", "serverless-orders")
    failure = answered("NotFoundException", f"The cluster {arn} does not exist.", 404)
    assert failure.kind == "not_found"
    assert "IAM" not in failure.sentence


def test_other_texts_are_not() -> None:
    assert known_errors.explain("One or more of the parameters are not valid.") is None


def with_cause(kind: type[raised.BotoCoreError], error: object = "") -> raised.BotoCoreError:
    return kind(endpoint_url="https://x", proxy_url="http://p", error=error, request=None)


@pytest.mark.parametrize(
    ("error", "kind", "word"),
    [
        (raised.NoCredentialsError(), "no_credentials", "no AWS credentials"),
        (raised.PartialCredentialsError(provider="env", cred_var="x"), "no_credentials", "half"),
        (
            raised.CredentialRetrievalError(provider="x", error_msg="pw"),
            "no_credentials",
            "fetched",
        ),
        (raised.MetadataRetrievalError(error_msg="x"), "no_credentials", "fetched"),
        (raised.RefreshWithMFAUnsupportedError(), "no_credentials", "fetched"),
        (raised.ProfileNotFound(profile="x"), "no_credentials", "AWS_PROFILE"),
        (raised.ConfigParseError(path="/x", error="e"), "no_credentials", "configuration"),
        (raised.InvalidConfigError(error_msg="x"), "no_credentials", "configuration"),
        (raised.UnauthorizedSSOTokenError(), "expired", "sign-in"),
        (raised.SSOTokenLoadError(error_msg="x"), "expired", "sign-in"),
        (raised.TokenRetrievalError(provider="x", error_msg="y"), "expired", "sign-in"),
        (raised.NoRegionError(), "wrong_region", "no Region"),
        (raised.InvalidRegionError(region_name="x y"), "wrong_region", "no Region"),
        (with_cause(raised.EndpointConnectionError), "unreachable", "could not be reached"),
        (with_cause(raised.ConnectTimeoutError), "timeout", "No connection"),
        (with_cause(raised.ReadTimeoutError), "timeout", "did not answer"),
        (with_cause(raised.ConnectionClosedError), "unreachable", "was closed"),
        (with_cause(raised.HTTPClientError), "unreachable", "was closed"),
        (with_cause(raised.HTTPClientError, FileNotFoundError()), "tls", "AWS_CA_BUNDLE"),
        (with_cause(raised.SSLError, "CERTIFICATE_VERIFY_FAILED"), "tls", "certificate"),
        (with_cause(raised.SSLError, "WRONG_VERSION_NUMBER"), "tls", "TLS to MSK failed"),
        (with_cause(raised.ProxyConnectionError), "proxy", "proxy"),
        (raised.ParamValidationError(report="x"), "bad_request", "not asked"),
        (ResponseParserError("x"), "malformed", "not one that MSK gives"),
        (Unreadable(), "malformed", "not one that MSK gives"),
        (NotOfAws(403), "proxy", "is not AWS"),
        (NotOfAws(302), "proxy", "is not AWS"),
        (NotOfAws(502), "aws_down", "status 502"),
        (raised.DataNotFoundError(data_path="x"), "unknown", "DataNotFoundError"),
    ],
)
def test_each_failure_of_botocore_has_its_words(error: Exception, kind: str, word: str) -> None:
    failure = transport_errors.failure_of(error, CALLED)
    assert failure.kind == kind
    assert word in failure.sentence
    assert failure.missing_action is None
    assert failure.action


@pytest.mark.parametrize(
    "action",
    ["kafka:DescribeClusterV2", "kafka:GetBootstrapBrokers", "secretsmanager:DescribeSecret",
     "kms:DescribeKey", "ec2:DescribeSubnets", "sts:GetCallerIdentity"],
)  # fmt: skip
@pytest.mark.parametrize("what", ["deny", "throttle", "expire", "refuse", "proxy", "skew", "down"])
def test_over_http_only_a_denial_names_an_action(
    aws: Aws,
    account: Account,
    arn: ClusterArn,
    monkeypatch: pytest.MonkeyPatch,
    action: str,
    what: str,
) -> None:
    monkeypatch.setattr("brokers.aws.client._SECONDS", 0.2)
    kinds = {
        "deny": lambda: account.deny(action),
        "throttle": lambda: account.throttle(1.0),
        "expire": account.expire,
        "refuse": account.refuse_keys,
        "proxy": account.proxy_page,
        "skew": lambda: account.skew(-1000),
        "down": account.down,
    }
    kinds[what]()
    failure = failure_of(lambda: ask(aws, action, arn))
    wanted = {"deny": "denied", "throttle": "throttled", "expire": "expired", "proxy": "proxy"}
    wanted |= {"refuse": "refused_credentials", "skew": "clock_skew", "down": "aws_down"}
    assert failure.kind == wanted[what]
    assert failure.missing_action == (action if what == "deny" else None)


def ask(aws: Aws, action: str, arn: ClusterArn) -> None:
    calls: dict[str, tuple[Any, str, dict[str, Any]]] = {
        "kafka:DescribeClusterV2": ("kafka", "describe_cluster_v2", {"ClusterArn": str(arn)}),
        "kafka:GetBootstrapBrokers": ("kafka", "get_bootstrap_brokers", {"ClusterArn": str(arn)}),
        "secretsmanager:DescribeSecret": (
            "secretsmanager", "describe_secret", {"SecretId": "AmazonMSK_alice"}
        ),
        "kms:DescribeKey": ("kms", "describe_key", {"KeyId": "alias/msk"}),
        "ec2:DescribeSubnets": ("ec2", "describe_subnets", {}),
        "sts:GetCallerIdentity": ("sts", "get_caller_identity", {}),
    }  # fmt: skip
    service, operation, params = calls[action]
    aws.call(service, operation, **params)


DENIED = "User: squid is not authorized to perform: kms:DescribeKey"


@pytest.mark.parametrize("service", ["kms", "sts"])
@pytest.mark.parametrize(
    "body",
    [
        f"<html><body>{DENIED}</body></html>",
        f"<!-- squid -->\n<!DOCTYPE html><HTML>{DENIED}</HTML>",
        f"Forbidden: {DENIED}",
        "\xff\xfe",
        "[1]",
    ],
)
def test_what_a_proxy_says_is_no_denial(
    aws: Aws, account: Account, arn: ClusterArn, service: str, body: str
) -> None:
    action = {"kms": "kms:DescribeKey", "sts": "sts:GetCallerIdentity"}[service]
    account.answer(action, Raw(body, 403, "text/plain"))
    failure = failure_of(lambda: ask(aws, action, arn))
    assert (failure.kind, failure.missing_action) == ("proxy", None)
    assert aws.calls == 1


SAID = "User: arn:x is not authorized to perform: kafka:DescribeClusterV2 on resource: *"


@pytest.mark.parametrize(
    ("body", "headers", "kind", "missing"),
    [
        ('{"code": "AccessDenied", "message": "blocked"}', {}, "proxy", None),
        ('{"Code": "AccessDenied", "Message": "blocked"}', {}, "proxy", None),
        ('{"code": "AccessDenied"}', {"x-amzn-RequestId": "1"}, "denied", "DescribeClusterV2"),
        ("{}", {"x-amzn-ErrorType": "AccessDenied"}, "denied", "DescribeClusterV2"),
        ('{"__type": "x#AccessDenied"}', {}, "denied", "DescribeClusterV2"),
        (f'{{"Code": "AccessDenied", "Message": "{SAID}"}}', {}, "denied", "DescribeClusterV2"),
        (f'{{"message": "{SAID}"}}', {}, "denied", "DescribeClusterV2"),
        ('{"Code": "AccessDeniedException", "Message": ""}', {}, "denied", "DescribeClusterV2"),
    ],
)
def test_a_denial_is_aws_s_by_its_header_its_shape_or_its_words(
    aws: Aws,
    account: Account,
    arn: ClusterArn,
    body: str,
    headers: dict[str, str],
    kind: str,
    missing: str | None,
) -> None:
    action = "kafka:DescribeClusterV2"
    account.answer(action, Raw(body, 403, headers=headers))
    failure = failure_of(lambda: ask(aws, action, arn))
    assert (failure.kind, failure.missing_action) == (kind, missing and f"kafka:{missing}")


@pytest.mark.parametrize("body", ["", "Service Unavailable", "<html>503</html>", "{}"])
@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize("action", ["kafka:DescribeClusterV2", "ec2:DescribeSubnets"])
def test_an_error_page_of_a_gateway_is_tried_again(
    aws: Aws, account: Account, arn: ClusterArn, action: str, status: int, body: str
) -> None:
    account.answer(action, Raw(body, status, "text/plain"), times=1)
    ask(aws, action, arn)
    assert aws.calls == 2


def test_a_proxy_that_opens_tls(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    context = server_context(leaf(authority("Proxy"), "localhost"))
    with Listener(tls(context)) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"https://localhost:{listener.port}")
        failure = failure_of(lambda: aws.call("sts", "get_caller_identity"))
    assert failure.kind == "tls"
    assert "AWS_CA_BUNDLE" in failure.action


def test_a_connection_that_is_closed_at_once(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    with Listener(closing) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://localhost:{listener.port}")
        failure = failure_of(lambda: aws.call("sts", "get_caller_identity"))
    assert failure.kind == "unreachable"


@pytest.mark.parametrize(
    ("name", "value", "word"),
    [
        ("AWS_ENDPOINT_URL", "nonsense", "AWS_ENDPOINT_URL"),
        ("AWS_ENDPOINT_URL", "ftp://127.0.0.1", "AWS_ENDPOINT_URL"),
        ("AWS_ENDPOINT_URL", "http://127.0.0.1:99999", "AWS_ENDPOINT_URL"),
        ("AWS_PROFILE", "not-there", "list-profiles"),
        ("AWS_DEFAULTS_MODE", "nonsense", "~/.aws/config"),
        ("HTTP_PROXY", "nonsense:x", "HTTPS_PROXY"),
    ],
)
def test_settings_that_cannot_be_used(
    aws: Aws, monkeypatch: pytest.MonkeyPatch, name: str, value: str, word: str
) -> None:
    monkeypatch.setenv(name, value)
    assert word in failure_of(lambda: aws.call("sts", "get_caller_identity")).action
    assert aws.calls == (1 if name == "HTTP_PROXY" else 0)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("AWS_ACCESS_KEY_ID", "no_credentials"), ("AWS_SECRET_ACCESS_KEY", "no_credentials")],
)
def test_half_a_key_of_the_host(
    fake: FakeAws, monkeypatch: pytest.MonkeyPatch, name: str, kind: str
) -> None:
    monkeypatch.delenv(name)
    aws = Aws(HostChain(), fake.account.region)
    assert failure_of(lambda: aws.call("sts", "get_caller_identity")).kind == kind


@pytest.mark.parametrize("secret", [b"", b"with space", b"line\n", b"\xff"])
def test_a_stored_key_that_cannot_be_one(fake: FakeAws, secret: bytes) -> None:
    aws = Aws(AccessKey(KEY_ID, SecretValue(secret)), fake.account.region)
    failure = failure_of(lambda: aws.call("sts", "get_caller_identity"))
    assert failure.kind == "refused_credentials"
    assert aws.calls == 0


def test_words_of_aws_are_passed_on_clean(aws: Aws, account: Account) -> None:
    said = '{"__type": "NewException", "message": "\\u202e went\\nwrong"}'
    account.answer("kms:DescribeKey", Raw(said, 400, "application/x-amz-json-1.1"))
    failure = failure_of(lambda: aws.call("kms", "describe_key", KeyId="1"))
    assert failure.kind == "unknown"
    assert "\u202e" not in failure.sentence
    assert "\n" not in failure.sentence
