"""The tool that takes a detection away: it sees a test that misses it, and none that does not."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.removed.__main__ import missed_by
from tests.removed.plugin import NOTICED

ROOT = Path(__file__).parents[2]
INPUT = ROOT / "tests" / "unit" / "brokers" / "engine" / "test_input.py"


@pytest.mark.parametrize(("code", "noticed"), [("input.scheme", True), ("tls.expired", False)])
def test_only_tests_that_look_at_the_code_miss_it(code: str, noticed: bool) -> None:
    said = missed_by(code, files={code: [INPUT]})
    assert said.startswith(NOTICED) == noticed, said


def test_an_unknown_code_is_refused() -> None:
    argv = [sys.executable, "-m", "tests.removed", "tls.of_yore"]
    ran = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "no such code: tls.of_yore" in ran.stderr
