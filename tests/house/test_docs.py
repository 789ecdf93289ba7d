"""The documentation names what the code has: settings and commands."""

import re
from pathlib import Path

import pytest

from kalixweb.cli.main import COMMANDS

ROOT = Path(__file__).resolve().parents[2]

READ_BY_BOTO3 = {
    "AWS_CA_BUNDLE",
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_KAFKA",
    "HTTPS_PROXY",
    "NO_PROXY",
}


def _settings_read() -> set[str]:
    text = "".join(path.read_text() for path in (ROOT / "kalixweb" / "settings").glob("*.py"))
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', text))


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    assert {name for name in _settings_read() if f"`{name}`" not in page} == set()


def test_no_setting_is_documented_that_does_not_exist() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    named = set(re.findall(r"`([A-Z]+_[A-Z_]+)`", page)) - {"NAME_FILE"}
    assert named - _settings_read() - READ_BY_BOTO3 == set()


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_command_is_documented(command: str) -> None:
    page = (ROOT / "docs" / "reference" / "cli.md").read_text()
    assert f"kalixweb {command}" in page
