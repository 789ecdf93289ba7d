"""Whether tests may reach this machine itself, when nobody says so."""

import os
import subprocess
import sys

import pytest

_ASK = "from kalixweb.settings import product; print(product.KALIXWEB_TARGETS_LOOPBACK)"


@pytest.mark.parametrize(
    ("given", "allowed"),
    [
        ({}, "True"),
        ({"KALIXWEB_LISTEN": "[::1]:8420"}, "True"),
        ({"KALIXWEB_LISTEN": "0.0.0.0:8420"}, "False"),
        ({"KALIXWEB_URL": "https://kalixweb.example.test"}, "False"),
        (
            {"KALIXWEB_URL": "https://kalixweb.example.test", "KALIXWEB_TARGETS_LOOPBACK": "1"},
            "True",
        ),
    ],
)
def test_it_is_allowed_only_where_users_sit_at_the_machine(
    given: dict[str, str], allowed: str
) -> None:
    rest = {name: text for name, text in os.environ.items() if not name.startswith("KALIXWEB_")}
    asked = [sys.executable, "-c", _ASK]
    answer = subprocess.run(asked, env=rest | given, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == allowed
