"""Pure packages: importing one brings neither Django nor Celery along."""

import os
import subprocess
import sys

import pytest

PURE = [
    "brokers.engine.kafka",
    "brokers.aws.client",
    "brokers.aws.readiness",
    "brokers.engine.runner",
    "brokers.connections.services.configuration",
    "secrets_app.certificates",
    "kalixweb.practice.server",
    "kalixweb.launcher.up",
    "kalixweb.keys.keyring",
    "kalixweb.keys.envelope",
    "kalixweb.keys.providers",
    "kalixweb.keys.bootstrap",
    "kalixweb.keys.key_backup",
    "kalixweb.core.redaction",
    "kalixweb.core.secret_value",
    "kalixweb.core.paths",
    "kalixweb.cli.broker",
    "kalixweb.cli.msk",
    "kalixweb.cli.probe",
    "kalixweb.cli.practice",
    "kalixweb.cli.up",
]


@pytest.mark.parametrize("module", PURE)
def test_knows_neither_django_nor_celery(module: str) -> None:
    code = (
        f"import {module}, sys; print(sorted(m for m in ('django', 'celery') if m in sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_a_web_process_starts_without_boto3() -> None:
    code = (
        "import django, sys; django.setup(); import brokers.tasks\n"
        "from django.urls import get_resolver; get_resolver().url_patterns\n"
        "print(sorted(m for m in ('boto3', 'botocore') if m in sys.modules))"
    )
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    said = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert said.stdout.strip() == "[]"
