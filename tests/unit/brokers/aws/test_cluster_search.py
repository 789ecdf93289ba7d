"""Clusters, their bootstrap strings, and who asks, over real HTTP."""

import pytest

from brokers.aws import bootstrap_brokers, clusters, identity
from brokers.aws.arn import ClusterArn
from brokers.aws.bootstrap_brokers import PRIVATE_SCRAM, PUBLIC_SCRAM
from brokers.aws.client import Aws
from tests.fakes.aws import Account, Raw
from tests.fakes.aws.building import provisioned, serverless, strings
from tests.unit.brokers.aws.conftest import failure_of


def test_who_we_are(aws: Aws) -> None:
    who = identity.who_am_i(aws)
    assert (who.account, who.arn) == ("123456789012", "arn:aws:iam::123456789012:user/kalixweb")
    assert who.clock_sentence is None


@pytest.mark.parametrize(("seconds", "side"), [(150, "behind"), (-150, "ahead of")])
def test_a_clock_that_drifts_is_told_before_aws_refuses(
    aws: Aws, account: Account, seconds: int, side: str
) -> None:
    account.skew(seconds)
    sentence = identity.who_am_i(aws).clock_sentence
    assert sentence
    assert f"seconds {side} AWS's" in sentence


def test_a_cluster_as_a_row(aws: Aws, arn: ClusterArn) -> None:
    found = clusters.list_clusters(aws)
    assert found.complete
    (row,) = found.clusters
    assert (row.arn, row.name, row.state) == (str(arn), "orders", "ACTIVE")
    assert (row.type, row.version, row.brokers) == ("PROVISIONED", "3.8.x", 3)
    assert (row.public, row.auths, row.why_not) == (True, ("scram", "iam"), None)


def test_what_cannot_serve_says_why_and_comes_last(aws: Aws, account: Account) -> None:
    serverless(account, "a-serverless")
    provisioned(account, "b-iam-only")
    auth = account.cluster("b-iam-only")["Provisioned"]["ClientAuthentication"]
    auth["Sasl"]["Scram"]["Enabled"] = False
    provisioned(account, "c-bare")
    del account.cluster("c-bare")["Provisioned"]["ClientAuthentication"]
    del account.cluster("c-bare")["Provisioned"]["BrokerNodeGroupInfo"]["ConnectivityInfo"]
    rows = clusters.list_clusters(aws).clusters
    assert [row.name for row in rows] == ["orders", "a-serverless", "b-iam-only", "c-bare"]
    assert rows[1].why_not
    assert rows[1].why_not.startswith("Serverless")
    assert rows[1].public is None
    assert rows[2].why_not
    assert "IAM only" in rows[2].why_not
    assert rows[3].why_not == "SASL/SCRAM is off. Turn it on to use user name and password."
    assert rows[3].public is False


@pytest.mark.parametrize("throttled", [0.0, 0.3])
def test_five_hundred_clusters_in_ten_calls(aws: Aws, account: Account, throttled: float) -> None:
    for number in range(499):
        provisioned(account, f"c{number:03d}")
    account.throttle(throttled)
    found = clusters.list_clusters(aws)
    assert found.complete
    assert len(found.clusters) == 500
    assert aws.calls <= (5 if not throttled else 10)


def test_a_list_that_breaks_off_says_so(aws: Aws, account: Account) -> None:
    for number in range(5):
        provisioned(account, f"c{number}")
    account.page_size(2)
    first = aws.call("kafka", "list_clusters_v2")
    assert len(first["ClusterInfoList"]) == 2
    broken = clusters.list_clusters(BreaksOff(aws, account))  # type: ignore[arg-type]
    assert not broken.complete
    assert broken.failure
    assert broken.failure.kind == "denied"
    assert len(broken.clusters) == 2


class BreaksOff:
    """Denies every page but the first."""

    def __init__(self, aws: Aws, account: Account) -> None:
        self.aws, self.account = aws, account

    def pages(self, *asked: object, **params: object) -> object:
        for number, item in enumerate(self.aws.pages(*asked, **params)):  # type: ignore[arg-type]
            if number == 1:
                self.account.deny("kafka:ListClustersV2")
            yield item


@pytest.mark.parametrize("row", ["{}", "null"])
def test_a_cluster_without_its_arn_is_malformed(aws: Aws, account: Account, row: str) -> None:
    account.answer("kafka:ListClustersV2", Raw(f'{{"clusterInfoList": [{row}]}}'))
    assert failure_of(lambda: clusters.list_clusters(aws)).kind == "malformed"


def test_a_region_without_clusters(account: Account) -> None:
    from brokers.aws.sign_in import HostChain

    found = clusters.list_clusters(Aws(HostChain(), "us-east-1"))
    assert (found.clusters, found.complete) == ((), True)


def test_public_scram_is_chosen_then_private_then_nothing(
    aws: Aws, arn: ClusterArn, account: Account
) -> None:
    held = account.strings[str(arn)]
    assert bootstrap_brokers.fetch(aws, arn).chosen == PUBLIC_SCRAM
    del held[PUBLIC_SCRAM]
    found = bootstrap_brokers.fetch(aws, arn)
    assert found.chosen == PRIVATE_SCRAM
    assert found.servers == tuple(held[PRIVATE_SCRAM].split(","))
    del held[PRIVATE_SCRAM]
    found = bootstrap_brokers.fetch(aws, arn)
    assert (found.chosen, found.servers) == (None, ())
    assert [one.usable for one in found.strings] == [False, False]


def test_every_string_of_the_model_is_known_and_says_what_it_is_for(aws: Aws) -> None:
    shape = aws.client("kafka").meta.service_model.operation_model("GetBootstrapBrokers")
    fields = set(shape.output_shape.members)
    found = bootstrap_brokers.read(dict.fromkeys(fields, "b-1.example:9096"))
    assert {one.field for one in found.strings} == fields
    assert all(one.serves and one.note.endswith(".") for one in found.strings)
    assert {one.field for one in found.strings if one.usable} == {f for f in fields if "Scram" in f}


def test_a_list_of_servers_is_recognised_in_any_order(arn: ClusterArn, account: Account) -> None:
    found = bootstrap_brokers.read(account.strings[str(arn)])
    iam = strings(account, "orders", 3, "BootstrapBrokerStringPublicSaslIam")
    servers = bootstrap_brokers.servers_of(
        iam["BootstrapBrokerStringPublicSaslIam"].upper() + " ,\n"
    )
    known = found.kind_of(reversed(servers))
    assert known
    assert known.serves == "public, IAM"
    assert found.kind_of(servers[:2]) is None


def test_a_cluster_that_is_not_there(aws: Aws, arn: ClusterArn, account: Account) -> None:
    account.clusters.clear()
    failure = failure_of(lambda: bootstrap_brokers.fetch(aws, arn))
    assert failure.kind == "bad_request"
    assert str(arn) in failure.sentence
