"""``kalixweb probe``: what it prints, and how it ends."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kalixweb.cli.main import main
from tests.unit.brokers.engine.conftest import PASSWORD, House, Start


@pytest.fixture
def ca(house: House, tmp_path: Path) -> Path:
    file = tmp_path / "ca.pem"
    file.write_bytes(house.root.pem)
    return file


def command(*arguments: str, password: str = PASSWORD, user: str = "alice") -> Result:
    words = ["probe", *arguments, "--user", user, "--password-file", "-"]
    return CliRunner().invoke(main, words, input=password)


def test_table(start: Start, ca: Path) -> None:
    broker = start()
    result = command(broker.address, "--ca-cert", str(ca))
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert f"{broker.address}  broker 1, bootstrap" in lines
    stages = [line.split()[1] for line in lines if line.startswith("  ✓")]
    assert stages == [
        "resolve", "connect", "tls", "kafka", "sasl-mechanism", "sasl-login", "metadata",
    ]  # fmt: skip
    assert f"  {broker.address} answers, and the login as “alice” works." in lines


def test_a_line_end_after_the_password_is_cut_off_but_only_one(start: Start, ca: Path) -> None:
    broker = start()
    words = (broker.address, "--ca-cert", str(ca))
    assert command(*words, password=PASSWORD + "\n").exit_code == 0
    assert command(*words, password=PASSWORD + "\r\n").exit_code == 0
    assert command(*words, password=PASSWORD + "\n\n").exit_code == 1


def test_json_of_a_refused_login(start: Start, ca: Path) -> None:
    broker = start()
    result = command(broker.address, "--ca-cert", str(ca), "-o", "json", password="nonsense")
    assert result.exit_code == 1
    document = json.loads(result.stdout)
    assert document["schema"] == 1
    assert document["verdict"]["fault"] == "sasl.wrong_password"
    assert document["verdict"]["node"] == broker.address
    assert "nonsense" not in result.output


def test_sentence_action_and_code_of_a_fault_are_shown(ca: Path) -> None:
    result = command("127.0.0.1:1", "--ca-cert", str(ca))
    assert result.exit_code == 1
    words = " ".join(result.output.split())
    assert "127.0.0.1:1 refused the connection" in words
    assert "connect.refused" in words
    assert "What to do: Compare host and port" in words
    assert "Whose job it is: you" in words


def test_a_bundle_that_is_too_long_is_refused_before_any_connection(start: Start, ca: Path) -> None:
    broker = start()
    ca.write_bytes(ca.read_bytes() * 200)
    result = command(broker.address, "--ca-cert", str(ca), "-o", "json")
    assert result.exit_code == 2
    verdict = json.loads(result.stdout)["verdict"]
    assert verdict["fault"] == "input.bad_ca"
    assert f"{-(-ca.stat().st_size // 1024)} KiB long" in verdict["sentence"]
    assert broker.steps == []


def test_used_wrongly(ca: Path, tmp_path: Path) -> None:
    assert command("https://kafka:9096").exit_code == 2
    assert command("kafka", "-o", "json").exit_code == 2
    assert command("127.0.0.1:1", password="").exit_code == 2
    missing = command("127.0.0.1:1", "--ca-cert", str(tmp_path / "none.pem"))
    assert missing.exit_code == 2
    assert "cannot be read: No such file or directory" in missing.output
    assert CliRunner().invoke(main, ["probe"]).exit_code == 2
