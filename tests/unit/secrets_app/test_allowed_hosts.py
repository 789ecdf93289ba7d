"""Patterns of hosts: which are refused and how they are kept."""

import pytest

from secrets_app.services.allowed_hosts import check_patterns
from secrets_app.services.naming import NotAccepted


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
