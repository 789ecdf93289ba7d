"""The practice Kafka itself: what `up`, `down` and `status` do to a real broker."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from kalixweb.cli.practice import practice as command
from kalixweb.practice import server
from tests.contract.client import ask
from tests.fakes.practice import free_port_base
from tests.requirements import require


def _run(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_up_again_finds_the_one_that_runs(practice: server.Practice) -> None:
    assert server.start(practice.folder) == practice
    with pytest.raises(server.RunsElsewhere, match=str(practice.port_base)):
        server.start(practice.folder, practice.port_base + 50)


def test_status_prints_what_a_newcomer_types(practice: server.Practice) -> None:
    table = _run("status", "--folder", str(practice.folder))
    document = json.loads(_run("status", "--folder", str(practice.folder), "-o", "json"))

    good = practice.listeners["good"]
    for typed in (good.server, good.user, good.password, good.auth, str(good.ca_path)):
        assert typed in table
    names = [one["name"] for one in document["listeners"]]
    assert names == list(practice.listeners)
    assert document["pid"] == practice.pid


def test_its_files_are_for_the_owner_alone(practice: server.Practice) -> None:
    open_to_others = [
        path.name
        for path in [practice.folder, *practice.folder.glob("*"), *practice.folder.glob("pki/*")]
        if path.stat().st_mode & 0o077
    ]

    assert open_to_others == []


def test_ca_and_cluster_survive_down_and_up(tmp_path: Path) -> None:
    require("kafka")
    base, folder = free_port_base(), tmp_path / "practice"
    arguments = ["--folder", str(folder)]
    try:
        first = json.loads(_run("up", *arguments, "--port-base", str(base), "-o", "json"))
        ca = Path(first["ca"]).read_bytes()
        cluster = (folder / "data" / "meta.properties").read_bytes()
        assert "has stopped" in _run("down", *arguments)
        assert server.running(folder) is None

        again = server.start(folder, base)

        assert again.ca_path.read_bytes() == ca
        assert (folder / "data" / "meta.properties").read_bytes() == cluster
        good = again.listeners["good"]
        says = ask(good.server, auth=good.auth, user=good.user, password=good.password, ca_pem=ca)
        assert says.reaches_all
    finally:
        server.stop(folder)


def test_a_start_that_fails_leaves_nothing_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    require("kafka")
    started: list[server.Process] = []
    spawn = server.node.spawn

    def fail(*_arguments: object) -> None:
        raise KeyboardInterrupt

    def note(*arguments: object) -> server.Process:
        started.append(spawn(*arguments))  # type: ignore[arg-type]
        return started[0]

    monkeypatch.setattr(server.node, "spawn", note)
    monkeypatch.setattr(server.node, "wait_started", fail)
    with pytest.raises(KeyboardInterrupt):
        server.start(tmp_path, free_port_base())

    assert not started[0].alive()
    assert server.running(tmp_path) is None
