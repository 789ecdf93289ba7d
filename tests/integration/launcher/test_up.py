"""``kalixweb up`` as an operator meets it: started, stopped, killed, started twice."""

import os
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.fakes import pki
from tests.running import RunningInstance
from tests.servers import free_port


@pytest.fixture(scope="module")
def up() -> Iterator[RunningInstance]:
    with RunningInstance() as instance:
        yield instance


def _gone(pid: int, *, within: float) -> bool:
    end = time.monotonic() + within
    while time.monotonic() < end:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except OSError:
            return True
        if state == "Z":
            return True
        time.sleep(0.02)
    return False


class TestUp:
    def test_prints_the_address_and_the_setup_link(self, up: RunningInstance) -> None:
        said = "".join(up.lines)
        assert f"running at {up.url}" in said
        assert up.setup_link is not None
        assert up.setup_link.startswith(up.url)

    def test_says_that_the_keys_were_never_backed_up(self, up: RunningInstance) -> None:
        assert "kalixweb backup keys FILE" in "".join(up.lines)

    def test_keeps_the_data_folder_private(self, up: RunningInstance) -> None:
        for folder in (up.data, *(path for path in up.data.iterdir() if path.is_dir())):
            assert folder.stat().st_mode & 0o077 == 0, folder

    def test_refuses_a_second_launcher_on_the_same_folder(self, up: RunningInstance) -> None:
        second = up.command("up", "--listen", f"127.0.0.1:{free_port()}")
        assert second.returncode == 3
        assert "already running" in second.stderr
        assert str(up.process.pid) in second.stderr

    def test_refuses_a_taken_port(self, up: RunningInstance, tmp_path: Path) -> None:
        argv = [sys.executable, "-m", "kalixweb.cli", "up", "--data", str(tmp_path)]
        argv += ["--listen", f"127.0.0.1:{up.port}"]
        other = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
        assert other.returncode == 3
        assert f"Port {up.port}" in other.stderr

    @pytest.mark.parametrize("name", ["worker", "web", "queue"])
    def test_starts_a_killed_child_again(self, up: RunningInstance, name: str) -> None:
        pid = up.children()[name]
        os.kill(pid, signal.SIGKILL)
        up.wait_for_line(f"The {name} ended")
        end = time.monotonic() + 15
        while up.children().get(name) in {None, pid} and time.monotonic() < end:
            time.sleep(0.05)
        assert up.children()[name] != pid


class TestEnd:
    def test_ctrl_c_stops_everything_within_two_seconds(self) -> None:
        with RunningInstance() as instance:
            children = instance.children()
            assert set(children) == {"web", "worker", "queue"}
            assert instance.stop() < 2.5
            assert all(_gone(pid, within=0.1) for pid in children.values())

    def test_a_killed_launcher_leaves_nothing_running(self) -> None:
        with RunningInstance() as instance:
            children = instance.children()
            instance.stop(signal.SIGKILL)
            assert all(_gone(pid, within=5) for pid in children.values())
            instance.start()
            assert set(instance.children()) == {"web", "worker", "queue"}


def test_listening_for_others_needs_tls_or_a_proxy(tmp_path: Path) -> None:
    argv = [sys.executable, "-m", "kalixweb.cli", "up", "--data", str(tmp_path)]
    argv += ["--listen", "0.0.0.0:8420"]
    refused = subprocess.run(argv, capture_output=True, text=True, timeout=30, check=False)
    assert refused.returncode == 2
    assert "--tls-cert" in refused.stderr


def test_a_data_folder_with_a_long_path(tmp_path: Path) -> None:
    long = tmp_path / ("x" * 200)
    with RunningInstance(data=long) as instance:
        assert instance.children()["queue"]


@pytest.mark.parametrize(
    ("words", "env", "said", "status"),
    [
        (["--tls-cert", __file__], {}, "HTTPS needs both", 2),
        ([], {"KALIXWEB_WORKER_THREADS": "many"}, "KALIXWEB_WORKER_THREADS must be a whole", 3),
        ([], {"KALIXWEB_TRUSTED_PROXIES": "proxy"}, "KALIXWEB_TRUSTED_PROXIES must name", 3),
    ],
)
def test_what_cannot_be_meant_is_one_sentence(
    tmp_path: Path, words: list[str], env: dict[str, str], said: str, status: int
) -> None:
    argv = [sys.executable, "-m", "kalixweb.cli", "up", "--data", str(tmp_path), *words]
    argv += ["--listen", f"127.0.0.1:{free_port()}"]
    clean = {name: text for name, text in os.environ.items() if not name.startswith("KALIXWEB_")}
    refused = subprocess.run(
        argv, env=clean | env, capture_output=True, text=True, timeout=60, check=False
    )
    assert refused.returncode == status, refused.stderr
    assert said in refused.stderr
    assert len(refused.stderr.strip().splitlines()) == 1


def test_with_tls_files_everything_is_https(tmp_path: Path) -> None:
    leaf = pki.leaf(pki.authority())
    (tmp_path / "cert.pem").write_bytes(leaf.pem)
    (tmp_path / "key.pem").write_bytes(leaf.key_pem)
    port = free_port()
    argv = [sys.executable, "-m", "kalixweb.cli", "up", "--data", str(tmp_path / "data")]
    argv += ["--tls-cert", str(tmp_path / "cert.pem"), "--tls-key", str(tmp_path / "key.pem")]
    clean = {name: text for name, text in os.environ.items() if not name.startswith("KALIXWEB_")}
    with subprocess.Popen(
        [*argv, "--listen", f"127.0.0.1:{port}"],
        env=clean,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as up:
        try:
            assert up.stdout is not None
            said = [up.stdout.readline() for _ in range(4)]
            assert f"running at https://127.0.0.1:{port}\n" in said[0]
            assert f"https://127.0.0.1:{port}/setup/" in said[3]
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                answer = requests.get(
                    f"https://127.0.0.1:{port}/account/login/", verify=False, timeout=20
                )
        finally:
            up.send_signal(signal.SIGINT)
            rest = up.stdout.read() if up.stdout else ""
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Strict-Transport-Security" in answer.headers
    assert rest == "Stop it with Ctrl-C.\n"
