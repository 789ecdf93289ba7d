"""Patterns of hosts: what they cover and which are refused."""

import pytest

from secrets_app.services.allowed_hosts import (
    check_patterns,
    host_allowed,
    host_of,
    patterns_for,
)
from secrets_app.services.naming import NotAccepted


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("kafka.example", True),
        ("KAFKA.example.", True),
        ("b-1.brokers.example", True),
        ("a.b.brokers.example", True),
        ("brokers.example", False),
        ("evilbrokers.example", False),
        ("kafka.example.evil", False),
        ("x.kafka.example", False),
        ("", False),
    ],
)
def test_what_a_pattern_covers(host: str, allowed: bool) -> None:
    assert host_allowed(host, ["kafka.example", "*.brokers.example"]) is allowed


@pytest.mark.parametrize(
    ("server", "host"),
    [
        ("Kafka.Example.:9093", "kafka.example"),
        ("10.0.0.1:9093", "10.0.0.1"),
        ("[2001:db8::1]:9093", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("kafka.example", "kafka.example"),
    ],
)
def test_the_host_of_a_server(server: str, host: str) -> None:
    assert host_of(server) == host


@pytest.mark.parametrize(
    "pattern",
    [
        "*",
        "*.",
        "*.com",
        "*.*.example",
        "k*.example",
        "kafka.example:9093",
        "https://kafka.example",
        "a b.example",
        "x" * 64 + ".example",
        "kafka..example",
    ],
)
def test_patterns_that_are_refused(pattern: str) -> None:
    with pytest.raises(NotAccepted, match="is no host"):
        check_patterns([pattern])


def test_patterns_are_kept_sorted_and_once() -> None:
    kept = check_patterns(["B.example", " a.example. ", "b.example", "", "::1", "*.c.example"])
    assert kept == ["*.c.example", "::1", "a.example", "b.example"]


def test_a_hundred_patterns_are_the_most() -> None:
    check_patterns([f"b-{i}.example" for i in range(100)])
    with pytest.raises(NotAccepted, match="101 patterns are too many"):
        check_patterns([f"b-{i}.example" for i in range(101)])


@pytest.mark.parametrize("name", ["b-1", "b-1-public", "b-1.scram", "b-2.iam", "b-3.tls"])
def test_a_first_save_allows_every_broker_of_an_msk_cluster(name: str) -> None:
    cluster = "orders.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
    assert patterns_for([f"{name}.{cluster}:9096"]) == [f"*.{cluster}"]


def test_an_msk_cluster_that_is_called_like_a_login_is_one_cluster() -> None:
    cluster = "scram.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
    assert patterns_for([f"b-1.{cluster}:9096"]) == [f"*.{cluster}"]
