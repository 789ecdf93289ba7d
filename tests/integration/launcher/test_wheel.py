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


def test_templates_and_static_files_travel_along(installed: Path) -> None:
    code = (
        "from kalixweb.core.shipped import shipped_folder as f; import kalixweb;"
        "print(kalixweb.__file__); print((f('templates')/'base.html').is_file(), (f('static')/'css').is_dir())"
    )
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    python = installed / "venv" / "bin" / "python"
    said = subprocess.run(
        [python, "-c", code], cwd=installed, env=env, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    assert str(installed) in said[0]
    assert said[1] == "True True"


def test_up_prepares_a_data_folder_in_an_empty_place(installed: Path, tmp_path: Path) -> None:
    python = installed / "venv" / "bin" / "python"
    clean = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("KALIXWEB", "PYTHON"))
    }
    env = {**clean, "KALIXWEB_DATA": str(tmp_path / "data")}
    prepare = "from kalixweb.launcher.folder import prepare_folder; from kalixweb.core.places import data_folder; prepare_folder(data_folder()); from kalixweb.cli.prepare import main; main()"
    done = subprocess.run(
        [python, "-c", prepare], cwd=tmp_path, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "setup_link" in done.stdout
    assert (tmp_path / "data" / "static" / "css").is_dir()
