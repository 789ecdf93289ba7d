"""What the practice Kafka says when the machine lacks something: one sentence, exit 3."""

import socket
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kalixweb.cli.practice import practice
from kalixweb.practice import jars, topics
from tests.fakes.practice import free_port_base


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing on it, and a cache with no jars."""
    path = tmp_path / "bin"
    path.mkdir()
    monkeypatch.setenv("PATH", str(path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return path


def _tool(path: Path, name: str, script: str) -> None:
    (path / name).write_text(f"#!{sys.executable}\n{script}\n")
    (path / name).chmod(0o755)


def _java(path: Path, version: str) -> None:
    _tool(path, "java", f"import sys; sys.stderr.write('openjdk version \"{version}\"')")


def _up(tmp_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(practice, ["up", "--folder", str(tmp_path / "practice"), *arguments])


def test_no_java(tools: Path, tmp_path: Path) -> None:
    result = _up(tmp_path)

    assert result.exit_code == 3
    assert result.stderr == (
        "The practice Kafka needs Java 17 or newer, and none was found. "
        "Install a JRE, or set JAVA_HOME.\n"
    )


@pytest.mark.parametrize(("version", "seen"), [("11.0.2", "11"), ("1.8.0_292", "8")])
def test_java_too_old(tools: Path, tmp_path: Path, version: str, seen: str) -> None:
    _java(tools, version)

    result = _up(tmp_path)

    assert result.exit_code == 3
    assert f"is Java {seen}." in result.stderr


def test_java_home_comes_before_the_path(
    tools: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _java(tools, "11.0.2")
    home = tmp_path / "jdk" / "bin"
    home.mkdir(parents=True)
    _java(home, "21.0.1")
    monkeypatch.setenv("JAVA_HOME", str(tmp_path / "jdk"))

    assert jars.java() == str(home / "java")


def test_no_maven(tools: Path, tmp_path: Path) -> None:
    _java(tools, "17.0.1")

    result = _up(tmp_path)

    assert result.exit_code == 3
    assert "mvn was not found" in result.stderr


def test_maven_fails_and_leaves_no_half_cache(tools: Path, tmp_path: Path) -> None:
    _java(tools, "17.0.1")
    _tool(
        tools,
        "mvn",
        "import os, sys; os.mkdir('libs'); open('libs/half.jar', 'w').close()\n"
        "print('[ERROR] Could not transfer artifact'); sys.exit(1)",
    )

    result = _up(tmp_path)

    assert result.exit_code == 3
    assert "could not fetch Apache Kafka 4.4.0: Could not transfer artifact" in result.stderr
    assert list(jars.cache_folder().iterdir()) == []


def test_jars_are_fetched_once(tools: Path) -> None:
    said: list[str] = []
    _tool(tools, "mvn", "import os; os.mkdir('libs'); open('libs/kafka.jar', 'w').close()")
    jars.fetch(said.append)
    (tools / "mvn").unlink()
    jars.fetch(said.append)

    assert len(said) == 1
    assert Path(jars.class_path()).parent.joinpath("kafka.jar").is_file()


def test_no_client_to_make_topics_with(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics.importlib.util, "find_spec", lambda _name: None)

    result = _up(tmp_path)

    assert result.exit_code == 3
    assert "pip install 'kalixweb[second-opinion]'" in result.stderr


def test_a_taken_port_is_named(tools: Path, tmp_path: Path) -> None:
    _java(tools, "17.0.1")
    (jars.cache_folder() / "libs").mkdir(parents=True)
    base = free_port_base()
    with socket.create_server(("127.0.0.1", base + 3)):
        result = _up(tmp_path, "--port-base", str(base))

    assert result.exit_code == 3
    assert f"Port {base + 3} of 127.0.0.1 is taken" in result.stderr


def test_down_and_status_when_nothing_runs(tmp_path: Path) -> None:
    folder = ["--folder", str(tmp_path / "nowhere")]

    down = CliRunner().invoke(practice, ["down", *folder])
    status = CliRunner().invoke(practice, ["status", *folder])

    assert (down.exit_code, down.stdout) == (0, "The practice Kafka was not running.\n")
    assert status.exit_code == 1
    assert "kalixweb practice up" in status.stderr
