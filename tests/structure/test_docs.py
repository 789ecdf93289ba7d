"""The documentation names what the code has: settings and commands."""

import ipaddress
import re
import shlex
from pathlib import Path

import pytest

from brokers.engine.network.addresses import _REFUSED
from kalixweb.cli.main import COMMANDS
from kalixweb.projects.roles import descriptions
from tests.structure import data_model

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


def test_what_no_setting_lifts_is_documented() -> None:
    page = (ROOT / "docs" / "reference" / "settings.md").read_text()
    never = page.rpartition("Never lifted by any setting: ")[2]
    named = re.findall(r"(?:\d+\.){3}\d+(?:/\d+)?|[0-9a-f]*:[0-9a-f:]*(?:/\d+)?", never)
    refused = [network for network, _ in _REFUSED]
    assert sorted(map(str, map(ipaddress.ip_network, named))) == sorted(map(str, refused))


def test_the_web_server_of_the_guide_believes_no_proxy_of_its_own_accord() -> None:
    """Else gunicorn takes the scheme from whoever comes from this machine."""
    page = (ROOT / "docs" / "operate" / "deploy.md").read_text()
    (line,) = re.findall(r"`(gunicorn [^`]+)`", page)
    options = shlex.split(line)
    assert options[options.index("--forwarded-allow-ips") + 1] == ""


def test_nothing_promises_that_a_stored_value_is_shown() -> None:
    guide = (ROOT / "docs" / "guide" / "people.md").read_text()
    keeper = next(line for line in guide.splitlines() if line.startswith("| secret keeper "))
    for said in (keeper, descriptions()["secret_keeper"]):
        assert "reveal" not in said
        for part in ("sent to other hosts", "versions", "over from AWS"):
            assert part in said


def test_the_data_model_is_described_as_it_is() -> None:
    written = data_model.PAGE.read_text(encoding="utf-8")
    assert written == data_model.page(), "run: python -m tests.structure.data_model"


def _links(document: Path) -> set[str]:
    text = re.sub(r"```.*?```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = set(re.findall(r"\]\(([^)\s#]+)", text))
    return {target for target in targets if "://" not in target}


@pytest.mark.parametrize(
    "document",
    sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]),
    ids=lambda document: document.name,
)
def test_no_link_of_a_document_leads_nowhere(document: Path) -> None:
    assert {
        target for target in _links(document) if not (document.parent / target).exists()
    } == set()


@pytest.mark.parametrize("name", ["architecture", "glossary", "recipes", "trust"])
def test_developers_are_told_of_code_that_exists(name: str) -> None:
    """Paths in backticks, from the top or from ``brokers``."""
    text = (ROOT / "docs" / "develop" / f"{name}.md").read_text(encoding="utf-8")
    paths = set(re.findall(r"`((?:[a-z_]+/)+[a-z_]*(?:\.py|\.md|/)?)`", text))
    homes = (ROOT, ROOT / "brokers")
    assert paths
    assert {path for path in paths if not any((home / path).exists() for home in homes)} == set()
