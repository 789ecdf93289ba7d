"""Java properties, read as Java reads them."""

import pytest

from brokers.aws.properties import parse


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("\n\n  \n", {}),
        ("a=b", {"a": "b"}),
        ("a:b", {"a": "b"}),
        ("a b", {"a": "b"}),
        ("  a  =  b c ", {"a": "b c "}),
        ("a=b=c:d", {"a": "b=c:d"}),
        ("a", {"a": ""}),
        ("#a=b\n!c=d\n  # e=f\ng=h", {"g": "h"}),
        ("a=1\na=2", {"a": "2"}),
        ("a=1\r\nb=2\rc=3", {"a": "1", "b": "2", "c": "3"}),
        ("a=1,\\\n   2,\\\n\t3", {"a": "1,2,3"}),
        ("a=\\\n#b", {"a": "#b"}),
        ("a=ends\\\\\nb=2", {"a": "ends\\", "b": "2"}),
        ("a\\=b\\:c\\ d=e", {"a=b:c d": "e"}),
        ("a=\\u0066alse\\t!", {"a": "false\t!"}),
        ("a=b\\", {"a": "b"}),
    ],
)
def test_parse(text: str, found: dict[str, str]) -> None:
    assert parse(text) == found
