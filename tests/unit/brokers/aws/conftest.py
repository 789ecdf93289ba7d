"""An account of the fake AWS, and the door to it over real HTTP."""

from collections.abc import Callable, Iterator

import pytest

from brokers.aws.arn import ClusterArn
from brokers.aws.client import Aws
from brokers.aws.failures import AwsFailure
from brokers.aws.sign_in import HostChain
from tests.fakes.aws import Account, FakeAws, healthy_account


@pytest.fixture
def account() -> Account:
    return healthy_account()


@pytest.fixture(autouse=True)
def fake(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeAws]:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with FakeAws(account) as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


@pytest.fixture
def aws(fake: FakeAws) -> Aws:
    return Aws(HostChain(), fake.account.region)


@pytest.fixture
def arn(account: Account) -> ClusterArn:
    return ClusterArn.parse(account.cluster("orders")["ClusterArn"])


def failure_of(call: Callable[[], object]) -> AwsFailure:
    """The failure that a call ends in."""
    with pytest.raises(AwsFailure) as failed:
        call()
    return failed.value
