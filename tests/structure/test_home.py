"""Tests read nothing of the home of who runs them: neither they nor the processes they start."""

import os
import pwd
import subprocess
import sys
from pathlib import Path

from kalixweb.core import paths

ROOT = Path(__file__).parents[2]


def test_what_is_read_of_a_home_lies_in_a_folder_of_the_tests() -> None:
    own = Path(os.environ["TESTS_HOME"])
    theirs = Path(pwd.getpwuid(os.geteuid()).pw_dir)
    assert Path.home() == own != theirs
    assert paths.config_file().is_relative_to(own)
    asked = "from kalixweb.core import paths; print(paths.config_file(), paths.data_folder())"
    environment = {name: text for name, text in os.environ.items() if name != "KALIXWEB_DATA"}
    child = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    assert all(Path(path).is_relative_to(own) for path in child.stdout.split())


def test_what_somebody_has_set_for_themselves_changes_no_test(tmp_path: Path) -> None:
    """A run of its own, begun by somebody with a current project and a broken setting."""
    for config in (tmp_path / ".config", tmp_path / "config"):
        (config / "kalixweb").mkdir(parents=True)
        (config / "kalixweb" / "project").write_text("of-mine\n")
    theirs = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        "HOME": str(tmp_path),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "KALIXWEB_DATA": str(tmp_path / "data"),
        "KALIXWEB_TRUSTED_PROXIES": "no address",
        "AWS_PROFILE": "of-mine",
    }
    said = (
        "import os, tests.settings; from kalixweb.core import paths;"
        "print(paths.config_file().exists(), paths.data_folder(), os.environ.get('AWS_PROFILE'))"
    )
    child = subprocess.run(
        [sys.executable, "-c", said], cwd=ROOT, env=theirs, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert child.returncode == 0, child.stderr
    exists, data, profile = child.stdout.split()
    assert (exists, profile) == ("False", "None")
    assert not Path(data).is_relative_to(tmp_path)
