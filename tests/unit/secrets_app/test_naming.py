"""Names of secrets and entries, and the sentence for each that cannot be."""

import pytest

from kalixweb.core.secret_value import SecretValue
from secrets_app.services import naming
from secrets_app.services.naming import NotAccepted


@pytest.mark.parametrize("name", ["a", "0", "orders-kafka", "x" * 63, "a--b"])
def test_names_that_can_be(name: str) -> None:
    naming.check_name(name)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Orders Prod", "contains a capital letter and a space. Use small letters"),
        ("a/b", "contains a slash"),
        ("AmazonMSK_orders", "contains a capital letter and an underscore"),
        ("a.b", "contains a dot"),
        ("naïve", "contains “ï”"),
        ("a\x00b", "contains a control character"),
        ("a\n", "contains white space"),
        ("orders-", "begins or ends with a hyphen"),
        ("x" * 64, "has 64 characters; 63 is the most"),
        ("", "A secret needs a name"),
    ],
)
def test_names_that_cannot_be(name: str, sentence: str) -> None:
    with pytest.raises(NotAccepted, match=sentence) as refused:
        naming.check_name(name)
    assert refused.value.field == "name"


def test_a_name_is_suggested() -> None:
    assert naming.suggestion("Orders Prod!") == "orders-prod"
    assert naming.suggestion("🔑") == "orders-kafka"
    naming.check_name(naming.suggestion("-" * 5 + "X" * 80))


@pytest.mark.parametrize("name", ["pwd", "ca.crt", "A_b-C.1", "x" * 253])
def test_entries_that_can_be(name: str) -> None:
    naming.check_entry(name, SecretValue("x"))


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "a b", "a=b", "ä", "x" * 254])
def test_entries_that_cannot_be(name: str) -> None:
    with pytest.raises(NotAccepted):
        naming.check_entry(name, SecretValue("x"))


def test_an_empty_value_cannot_be() -> None:
    with pytest.raises(NotAccepted, match="pwd is empty"):
        naming.check_entry("pwd", SecretValue(""))


def test_sizes() -> None:
    naming.check_sizes([naming.LARGEST_SECRET])
    with pytest.raises(NotAccepted, match="1,048,577 bytes together"):
        naming.check_sizes([naming.LARGEST_SECRET, 1])
    with pytest.raises(NotAccepted, match="501 entries are too many"):
        naming.check_sizes([1] * 501)
    with pytest.raises(NotAccepted, match="at least one"):
        naming.check_sizes([])
