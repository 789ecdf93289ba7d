"""Which projects have the host's AWS credentials when nobody says so, and when somebody does."""

import os
import subprocess
import sys

import pytest

_ASK = "from kalixweb.settings import product; print(product.KALIXWEB_AWS_HOST_PROJECTS)"
_POSTGRES = {"DATABASE_URL": "postgresql://db.example.test/kalixweb"}


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({}, "None"),
        (_POSTGRES, "[]"),
        ({"KALIXWEB_AWS_HOST_PROJECTS": "payments, search"}, "['payments', 'search']"),
        (_POSTGRES | {"KALIXWEB_AWS_HOST_PROJECTS": "payments"}, "['payments']"),
        ({"KALIXWEB_AWS_HOST_PROJECTS": "-"}, "['-']"),
    ],
)
def test_only_an_embedded_instance_names_one_by_itself(given: dict[str, str], named: str) -> None:
    ours = ("KALIXWEB_", "DATABASE_URL")
    rest = {name: text for name, text in os.environ.items() if not name.startswith(ours)}
    asked = [sys.executable, "-c", _ASK]
    answer = subprocess.run(asked, env=rest | given, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == named
