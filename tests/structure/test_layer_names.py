"""A lower layer neither imports nor names a higher one: what it needs of it is registered.

Imports are import-linter's matter. Here the words are read: names, texts, comments, docstrings.
"""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KAFKA = {"aws", "msk", "kafka", "broker", "brokers", "connection", "connections", "librdkafka"}
# What each layer has above it. Of secrets only codes are searched for (below): the word itself is
# cryptography's too.
ABOVE = {"secrets_app": KAFKA} | {
    f"kalixweb/{layer}": KAFKA | {"secrets_app"}
    for layer in ("projects", "jobs", "accounts", "audit", "keys", "core")
}
EXAMPLE = "an example that a user of this product reads: it is about Kafka"
CLIENT = "what a client library is known to do with a chain of certificates"
ALLOWED = {
    ("secrets_app/certificates/pem.py", "brokers"): CLIENT,
    ("secrets_app/certificates/validation.py", "librdkafka"): CLIENT,
    ("secrets_app/views/chain.py", "librdkafka"): CLIENT,
    ("secrets_app/forms/single.py", "kafka"): EXAMPLE,
    ("secrets_app/services/allowed_hosts.py", "kafka"): EXAMPLE,
    ("secrets_app/services/naming.py", "kafka"): EXAMPLE,
}
CODE = re.compile(r"^(secret|connection|run|msk|aws_\w+|msk_\w+)\.[a-z_]+$")
PAGES_ABOVE = {"secrets_app": "brokers:"} | dict.fromkeys(
    ("projects", "audit", "account", "accounts", "components", "mfa", "usersessions"),
    "brokers:|secrets:",
)


def _tokens(path: Path) -> Iterator[tuple[int, int, str]]:
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type in {tokenize.NAME, tokenize.STRING, tokenize.COMMENT}:
            yield token.type, token.start[0], token.string


def _found(layer: str) -> Iterator[str]:
    for path in sorted((ROOT / layer).rglob("*.py")):
        if "migrations" in path.parts:
            continue
        name = path.relative_to(ROOT).as_posix()
        text = path.read_text(encoding="utf-8")
        of_database = "django.db" in text or "sqlite3" in text  # their connections
        for kind, line, token in _tokens(path):
            words = set(re.findall(r"[a-z]+", token.lower())) | {token}
            named = words & ABOVE[layer]
            if kind == tokenize.NAME and of_database:
                named -= {"connection", "connections"}
            for word in named:
                if (name, word) not in ALLOWED:
                    yield f"{name}:{line}: {word}"


@pytest.mark.parametrize("layer", ABOVE)
def test_it_names_nothing_above(layer: str) -> None:
    assert list(_found(layer)) == []


def _codes(layer: str) -> Iterator[str]:
    for path in sorted((ROOT / layer).rglob("*.py")):
        for kind, line, token in _tokens(path):
            if kind == tokenize.STRING and CODE.match(token.strip("\"'")):
                yield f"{path.name}:{line}: {token}"


@pytest.mark.parametrize("layer", [layer for layer in ABOVE if layer != "secrets_app"])
def test_it_has_no_code_of_the_apps_above(layer: str) -> None:
    assert list(_codes(layer)) == []


@pytest.mark.parametrize("folder", PAGES_ABOVE)
def test_its_templates_lead_to_no_page_above(folder: str) -> None:
    pages = (ROOT / "templates" / folder).rglob("*.html")
    led = re.compile(f"['\"]({PAGES_ABOVE[folder]})")
    assert [page.name for page in pages if led.search(page.read_text(encoding="utf-8"))] == []


def test_a_word_a_code_and_a_link_would_be_found(tmp_path: Path) -> None:
    source = tmp_path / "source.py"
    source.write_text('owner = "brokers"  # of Kafka\nright = "connection.edit"\n')
    words = {
        word for _, _, token in _tokens(source) for word in re.findall("[a-z]+", token.lower())
    }
    assert words & KAFKA == {"brokers", "kafka", "connection"}
    assert CODE.match("connection.edit")
    assert re.search("['\"](brokers:|secrets:)", "{% url 'brokers:overview' %}")
