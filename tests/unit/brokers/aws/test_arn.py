"""Reading the ARN of a cluster, and saying what another text is instead."""

import pytest

from brokers.aws.arn import ClusterArn, NotACluster

GOOD = (
    "arn:aws:kafka:eu-central-1:123456789012:cluster/orders/0a1b2c3d-0000-4000-8000-00000000000a-7"
)


@pytest.mark.parametrize(
    "text",
    [
        GOOD,
        GOOD.replace("arn:aws:", "arn:aws-cn:").replace("eu-central-1", "cn-north-1"),
        GOOD.replace("arn:aws:", "arn:aws-us-gov:").replace("eu-central-1", "us-gov-west-1"),
        GOOD.replace("-7", "-s1"),
    ],
)
def test_it_is_written_as_it_was_read(text: str) -> None:
    assert str(ClusterArn.parse(f"  {text}\n")) == text


def test_its_parts() -> None:
    arn = ClusterArn.parse(GOOD)
    assert (arn.partition, arn.region, arn.account) == ("aws", "eu-central-1", "123456789012")
    assert (arn.name, arn.uuid) == ("orders", "0a1b2c3d-0000-4000-8000-00000000000a-7")
    assert arn.of("kms", "key/*") == "arn:aws:kms:eu-central-1:123456789012:key/*"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is not an ARN"),
        ("orders", "“orders” is not an ARN"),
        ("arn:aws:kafka", "is not an ARN"),
        ("https://console.aws.amazon.com/msk/home", "is not an ARN"),
        ("arn:aws:secretsmanager:eu-central-1:123456789012:secret:AmazonMSK_a-1", "a secret"),
        ("arn:aws:kms:eu-central-1:123456789012:key/1", "a KMS key"),
        ("arn:aws:iam::123456789012:role/kalixweb", "an IAM identity"),
        ("arn:aws:s3:::bucket", "something of s3"),
        ("arn:aws:kafka:eu-central-1:123456789012:topic/orders/u/t", "a topic"),
        ("arn:aws:kafka:eu-central-1:123456789012:configuration/c/u", "an MSK configuration"),
        (GOOD.replace("eu-central-1", ""), "no Region"),
        (GOOD.replace("eu-central-1", "eu-central-1a.evil.example"), "no Region"),
        (GOOD.replace("123456789012", "12345"), "12 digits"),
        (GOOD.rpartition("/")[0], "cluster/NAME/UUID"),
        (GOOD + "/topic", "cluster/NAME/UUID"),
    ],
)
def test_what_another_text_is(text: str, word: str) -> None:
    with pytest.raises(NotACluster) as refused:
        ClusterArn.parse(text)
    sentence = str(refused.value)
    assert word in sentence
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert ". " not in sentence


def test_a_long_text_is_cut_and_what_cannot_be_printed_left_out() -> None:
    with pytest.raises(NotACluster) as refused:
        ClusterArn.parse("x\x1b[31m\n" * 100)
    assert len(str(refused.value)) < 200
    assert "\x1b" not in str(refused.value)
