"""What is known of a fault stands in its row: no other place knows a code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from brokers.engine.faults import TABLE

ROOT = Path(__file__).parents[2]
ENGINE = "brokers/engine/"
ROWS = f"{ENGINE}faults/"
# Where the evidence of a family is found. The last words of a path, a folder with its slash.
EVIDENCE = {
    "input": ("stages/rights.py", "input.py", "bootstrap_servers.py"),
    "resolve": ("stages/resolve.py", "node_comparison.py"),
    "connect": ("stages/connect.py",),
    "tls": ("stages/tls.py", "tls/", "progress.py", "input.py"),
    "kafka": ("stages/", "tls/diagnosis.py"),
    "sasl": ("stages/sasl_mechanism.py", "stages/sasl_login.py"),
    "metadata": ("stages/metadata.py", "node_comparison.py"),
    "listener": ("listener.py", "stages/metadata.py"),
    "rights": ("stages/rights.py",),
    "run": ("progress.py", "node.py", "runner.py"),
}
# It provokes faults, and says of each of its listeners which.
PRACTICE = "kalixweb/practice/listeners.py"
# An action of the audit trail is spelt like the fault, and is none.
CODES = TABLE.keys() - {"run.stopped"}


def codes_in_python(source: str) -> Iterator[str]:
    """Codes that stand as texts of their own; what a docstring says is for people."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Constant) and node.value in CODES:
            yield str(node.value)


def codes_in_text(source: str) -> Iterator[str]:
    """Codes as whole words of a template or a script."""
    yield from (word for word in re.findall(r"[\w.]+", source) if word in CODES)


def is_evidence(path: str, code: str) -> bool:
    family = code.split(".", maxsplit=1)[0]
    return path.startswith(tuple(ENGINE + place for place in EVIDENCE[family]))


def breaches(path: str, source: str) -> list[str]:
    """Codes that this file has no business to know."""
    if path.startswith(ROWS) or path == PRACTICE:
        return []
    found = codes_in_python(source) if path.endswith(".py") else codes_in_text(source)
    return sorted({code for code in found if not is_evidence(path, code)})


def test_no_code_stands_anywhere_but_in_its_row_and_where_its_evidence_is_found() -> None:
    found = {}
    for folder in ("brokers", "kalixweb", "secrets_app", "templates", "static"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html", ".js", ".css"}:
                name = path.relative_to(ROOT).as_posix()
                if known := breaches(name, path.read_text(encoding="utf-8")):
                    found[name] = known
    assert found == {}


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("brokers/views/page.py", 'if fault.code == "tls.expired": pass'),
        ("brokers/views/page.py", 'FIXES = {"tls.expired": "renew"}'),
        ("brokers/engine/verdict.py", 'CAUSES = frozenset(("tls.expired",))'),
        ("brokers/engine/stages/connect.py", 'made("tls.expired")'),
        ("templates/brokers/run.html", '{% if fault.code == "tls.expired" %}now{% endif %}'),
        ("static/js/run.js", "if (code === 'tls.expired') {}"),
    ],
)
def test_a_place_that_knows_a_code_is_noticed(path: str, source: str) -> None:
    assert breaches(path, source) == ["tls.expired"]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("brokers/engine/tls/validation.py", 'yield case.fault("tls.expired")'),
        ("brokers/engine/faults/input.py", 'explains=("tls.expired",)'),
        ("brokers/views/page.py", '"""As it is with ``tls.expired``."""'),
        ("brokers/runs/services/runs.py", 'record("run.stopped")'),
    ],
)
def test_rows_evidence_docstrings_and_the_audit_trail_may_name_it(path: str, source: str) -> None:
    assert breaches(path, source) == []


def test_a_row_stands_in_the_file_of_its_family_once() -> None:
    rows = [
        (path.name, ast.literal_eval(call.args[0]))
        for path in sorted((ROOT / ROWS).glob("*.py"))
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "Row"
    ]
    assert sorted(code for _, code in rows) == sorted(TABLE)
