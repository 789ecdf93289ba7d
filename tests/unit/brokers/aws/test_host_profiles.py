"""What the host's own AWS settings may come to, before a call of ours is signed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from brokers.aws.arn import ClusterArn
from brokers.aws.client import Aws, assume
from brokers.aws.sign_in import AssumedRole, HostChain
from kalixweb.cli.main import main
from tests.fakes.aws import Account, Raw
from tests.fakes.aws.account import KEY_ID, SECRET_KEY
from tests.unit.brokers.aws.conftest import failure_of

ROLE = "arn:aws:iam::123456789012:role/of-the-host"
Write = Callable[[str], None]


@pytest.fixture
def profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the lines of the one profile that the host signs in with."""
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    file, token = tmp_path / "config", tmp_path / "token"
    token.write_text("a.b.c")

    def write(lines: str) -> None:
        keys = f"aws_access_key_id={KEY_ID}\naws_secret_access_key={SECRET_KEY}"
        lines = lines.replace("TOKEN", str(token))
        file.write_text(f"[profile source]\n{keys}\n[profile it]\nregion=eu-central-1\n{lines}\n")
        monkeypatch.setenv("AWS_CONFIG_FILE", str(file))
        monkeypatch.setenv("AWS_PROFILE", "it")

    return write


ASSUMED = f"role_arn={ROLE}\nsource_profile=source"
WEB = f"role_arn={ROLE}\nweb_identity_token_file=TOKEN"


def refusal(code: str, message: str, status: int = 403) -> Raw:
    error = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Raw(f"<ErrorResponse>{error}</ErrorResponse>", status, "text/xml")


@pytest.mark.parametrize(
    ("lines", "action", "code", "message", "kind"),
    [
        (ASSUMED, "sts:AssumeRole", "AccessDenied",
         f"User: arn:x is not authorized to perform: sts:AssumeRole on resource: {ROLE}",
         "role_refused"),
        (WEB, "sts:AssumeRoleWithWebIdentity", "AccessDenied",
         "Not authorized to perform sts:AssumeRoleWithWebIdentity", "role_refused"),
        (ASSUMED, "sts:AssumeRole", "ExpiredToken", "It is expired", "expired"),
        (ASSUMED, "sts:AssumeRole", "InvalidClientTokenId", "It is invalid", "refused_credentials"),
    ],
)  # fmt: skip
def test_a_role_of_the_host_that_aws_refuses(
    account: Account,
    arn: ClusterArn,
    profile: Write,
    lines: str,
    action: str,
    code: str,
    message: str,
    kind: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    profile(lines)
    account.answer(action, refusal(code, message))
    aws = Aws(HostChain(), account.region)
    failure = failure_of(lambda: aws.call("kafka", "describe_cluster_v2", ClusterArn=str(arn)))
    assert failure.kind == kind
    told = f"{failure.sentence} {failure.action}"
    assert "kafka" not in told
    assert "external id" not in told
    assert "Traceback" not in caplog.text
    result = CliRunner().invoke(main, ["msk", "brokers", str(arn)])
    assert (result.exit_code, result.stdout) == (3, "")
    assert result.stderr.count("\n") == 1


def test_a_throttled_role_of_the_host_is_tried_again(
    account: Account, arn: ClusterArn, profile: Write
) -> None:
    profile(ASSUMED)
    account.roles[ROLE] = "any"
    account.answer("sts:AssumeRole", refusal("Throttling", "Rate exceeded", 400), times=1)
    account.answer("sts:AssumeRole", refusal("AccessDenied", "no"))
    aws = Aws(HostChain(), account.region)
    failure = failure_of(lambda: aws.call("kafka", "describe_cluster_v2", ClusterArn=str(arn)))
    assert failure.kind == "role_refused"


@pytest.mark.parametrize(
    ("name", "value"),
    [("AWS_METADATA_SERVICE_TIMEOUT", "soon"), ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "a few")],
)
def test_a_setting_that_is_no_number(
    account: Account, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    aws = Aws(HostChain(), account.region)
    assert failure_of(lambda: aws.call("sts", "get_caller_identity")).kind == "no_credentials"


@pytest.mark.parametrize("command", ["/bin/echo nonsense", "/bin/echo []", "/not/there"])
def test_a_command_that_prints_no_credentials(
    account: Account, profile: Write, command: str
) -> None:
    profile(f"credential_process={command}")
    aws = Aws(HostChain(), account.region)
    failure = failure_of(lambda: aws.call("sts", "get_caller_identity"))
    assert failure.kind == "no_credentials"
    assert aws.calls == 0


@pytest.mark.parametrize("left", ["AccessKeyId", "SessionToken", ""])
def test_a_role_without_a_whole_key(aws: Aws, account: Account, left: str) -> None:
    inner = f"<{left}>x</{left}>" if left else ""
    body = f"<Credentials>{inner}</Credentials>"
    answer = f"<R><AssumeRoleResult>{body}</AssumeRoleResult></R>"
    account.answer("sts:AssumeRole", Raw(answer, content_type="text/xml"))
    role = AssumedRole(ROLE, "kalixweb-1", HostChain())
    assert failure_of(lambda: assume(role, aws)).kind == "malformed"
