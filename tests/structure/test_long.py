"""What ``make test-long`` runs is there, and ``make help`` names it."""

import subprocess
from importlib.util import find_spec

import pytest

from tests import long


def test_each_part_can_be_run() -> None:
    assert set(long.MODULES) <= set(long.parts())
    for words in long.MODULES.values():
        found = find_spec(words[0])
        assert found is not None, words[0]
        whole = f"{words[0]}.__main__" if found.submodule_search_locations else words[0]
        assert find_spec(whole) is not None, whole


def test_a_part_that_is_not_content_shows(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    commands = {"good": ["-c", "print('held')"], "bad": ["-c", "raise SystemExit(1)"]}
    monkeypatch.setattr(long, "parts", lambda: commands)
    assert long.main(["good"]) == 0
    assert long.main([]) == 1
    assert "Not content: bad." in capfd.readouterr().out
    assert long.main(["of-yore"]) == 2


def test_make_names_it() -> None:
    said = subprocess.run(
        ["make", "help"], cwd=long.ROOT, capture_output=True, text=True, check=True
    ).stdout
    (line,) = [line for line in said.splitlines() if line.startswith("test-long")]
    assert "too long" in line
    dry = subprocess.run(
        ["make", "--dry-run", "test-long"], cwd=long.ROOT, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert "-m tests.long" in dry.stdout
