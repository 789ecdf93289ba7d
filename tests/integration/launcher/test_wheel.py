"""The wheel, installed in an empty folder without the source tree beside it."""

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new environment that holds the wheel; the dependencies are borrowed from this one."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=False)
    site = next((folder / "venv" / "lib").glob("python*/site-packages"))
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "--target",
            str(site),
            str(wheel),
        ],
        check=True,
        capture_output=True,
    )
    # After the wheel's own folder on the path, and without this clone's editable install.
    (site / "borrowed.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return folder


_SHOW_FOLDERS = """
import kalixweb
from kalixweb.core.shipped_files import shipped_folder
print(kalixweb.__file__)
print((shipped_folder("templates") / "base.html").is_file())
print((shipped_folder("static") / "css").is_dir())
from brokers.engine.faults.page import pages
print(all(page.title for page in pages().values()))
"""

_PREPARE = """
from kalixweb.core.paths import data_folder
from kalixweb.launcher.folder import prepare_folder
prepare_folder(data_folder())
from kalixweb.cli.client import load_django
from kalixweb.operations import first_keys
made = first_keys.make_once()
load_django()
from kalixweb.operations import start_up
print(start_up.prepare(made_keys=made))
"""


def _run(installed: Path, code: str, cwd: Path, **env: str) -> str:
    ours = ("KALIXWEB", "PYTHON", "DATABASE_URL", "REDIS_URL", "DJANGO")
    clean = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    python = str(installed / "venv" / "bin" / "python")
    argv = [python, "-c", code]
    done = subprocess.run(
        argv, cwd=cwd, env={**clean, **env}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_templates_static_files_and_pages_of_faults_travel_along(
    installed: Path, tmp_path: Path
) -> None:
    package, templates, static, pages = _run(installed, _SHOW_FOLDERS, tmp_path).splitlines()
    assert str(installed) in package
    assert templates == static == pages == "True"


def test_prepares_a_data_folder_in_an_empty_place(installed: Path, tmp_path: Path) -> None:
    said = _run(installed, _PREPARE, tmp_path, KALIXWEB_DATA=str(tmp_path / "data"))
    assert "setup_link" in said
    assert (tmp_path / "data" / "static" / "css").is_dir()
