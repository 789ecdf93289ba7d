"""The practice broker outlives its command, and nobody else's process is ever stopped."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kalixweb.practice import process
from kalixweb.practice.process import Process

_SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]
_STUBBORN = "import signal,time; signal.signal(15, signal.SIG_IGN); print('up', flush=True)"


def _wait_for(log: Path, text: str = "up") -> None:
    end = time.monotonic() + 20
    while text not in log.read_text():
        assert time.monotonic() < end
        time.sleep(0.02)


def test_it_is_found_again_by_another_command_and_stopped(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from kalixweb.practice import process;"
        "here = pathlib.Path(sys.argv[1]);"
        "process.start([sys.executable, '-c', 'import time; time.sleep(60)'],"
        " folder=here, log=here / 'log').write(here / 'pid.json')"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)

    found = Process.read(tmp_path / "pid.json")

    assert found is not None
    assert found.alive()
    found.stop()
    assert not found.alive()
    assert Process.read(tmp_path / "pid.json") is None


def test_a_process_that_ignores_the_request_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _STUBBORN + "; time.sleep(60)"]
    stubborn = process.start(command, folder=tmp_path, log=tmp_path / "log")
    _wait_for(tmp_path / "log")

    stubborn.stop(patience=0.1)

    assert not stubborn.alive()


def test_a_stranger_with_the_same_pid_is_left_alone(tmp_path: Path) -> None:
    stranger = process.start(_SLEEPER, folder=tmp_path, log=tmp_path / "log")
    try:
        kept = {"pid": stranger.pid, "started": "another boot 12345"}
        (tmp_path / "pid.json").write_text(json.dumps(kept))

        assert Process.read(tmp_path / "pid.json") is None
        Process(**kept).stop()
        assert stranger.alive()
    finally:
        stranger.stop()


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"pid": "x", "started": "y"}'])
def test_a_spoilt_pid_file_means_that_nothing_runs(tmp_path: Path, content: str) -> None:
    (tmp_path / "pid.json").write_text(content)

    assert Process.read(tmp_path / "pid.json") is None


def test_its_files_are_for_the_owner_alone(tmp_path: Path) -> None:
    log, made = tmp_path / "log", tmp_path / "made"
    writer = [sys.executable, "-c", "open('made', 'w').close(); print('up', flush=True)"]
    started = process.start(writer, folder=tmp_path, log=log)
    _wait_for(log)
    started.write(tmp_path / "pid.json")
    started.stop()

    for path in (log, made, tmp_path / "pid.json"):
        assert path.stat().st_mode & 0o777 == 0o600
