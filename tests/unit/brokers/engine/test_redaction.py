"""Texts from outside: short, printable, without the password in any spelling."""

import base64
from urllib.parse import quote

import pytest

from kalixweb.core.redaction import clean
from kalixweb.core.secret_value import SecretValue

SECRET = "pä ss/wörd+1"


@pytest.mark.parametrize("before", ["", "a", "ab", "\0alice\0"])
def test_base64_of_a_text_that_contains_it(before: str) -> None:
    text = base64.b64encode((before + SECRET + "tail").encode()).decode()
    cleaned = clean(f"auth={text}", secrets=[SecretValue(SECRET)])
    assert "[removed]" in cleaned
    for piece in (text, text[8:16]):
        assert piece not in cleaned


def test_as_it_is_and_percent_encoded() -> None:
    text = f"{SECRET} {quote(SECRET)} {quote(SECRET, safe='')}"
    cleaned = clean(text, secrets=[SecretValue(SECRET)])
    assert cleaned == "[removed] [removed] [removed]"


def test_controls_bidi_and_length() -> None:
    assert clean("a\x1b[2Jb\u202ec\nd\u2066") == "a\ufffd[2Jb\ufffdc\ufffdd\ufffd"
    assert clean(b"\xff\xfe") == "\ufffd\ufffd"
    assert len(clean("x" * 10_000)) == 512
    assert clean("plain — ünï") == "plain — ünï"


def test_a_secret_at_the_cut_is_removed_before_it_is_cut() -> None:
    text = "x" * 505 + "topsecret"
    assert "topse" not in clean(text, secrets=[SecretValue("topsecret")])
