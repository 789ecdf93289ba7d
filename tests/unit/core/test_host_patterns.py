"""Patterns of hosts: what they cover."""

import pytest

from kalixweb.core.host_patterns import covers_host, covers_pattern, host_of


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
    assert covers_host(["kafka.example", "*.brokers.example"], host) is allowed


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
    ("one", "covered"),
    [
        ("kafka.example", True),
        ("*.brokers.example", True),
        ("*.west.brokers.example", True),
        ("*.example", False),
        ("*.kafka.example", False),
        ("*.evilbrokers.example", False),
    ],
)
def test_a_pattern_that_is_no_wider(one: str, covered: bool) -> None:
    assert covers_pattern(["kafka.example", "*.brokers.example"], one) is covered
