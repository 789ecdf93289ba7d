"""Every recorded action is registered by its app, and every registered one is recorded."""

import ast
from collections.abc import Iterator
from pathlib import Path

from kalixweb.audit.events import ACTIONS

ROOT = Path(__file__).resolve().parent.parent.parent
RECORDERS = {"record", "record_alone", "record_coalesced"}
COMMON = {"chain", "object_kind", "object_id", "object_label", "outcome", "per"}


def sources() -> Iterator[ast.Module]:
    for package in ("kalixweb", "brokers", "secrets_app"):
        for path in (ROOT / package).rglob("*.py"):
            if "migrations" not in path.parts and path.name not in {
                "actions.py",
                "audit_actions.py",
            }:
                yield ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[ast.Call]:
    for module in sources():
        for node in ast.walk(module):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else None
                name = node.func.id if isinstance(node.func, ast.Name) else name
                if name in RECORDERS:
                    yield node


def spoken_actions() -> set[str]:
    """Every text in the code that is an action's name, however it reaches the recorder."""
    return {
        node.value
        for module in sources()
        for node in ast.walk(module)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in ACTIONS
    }


def test_actions_and_details_that_are_written_out_are_in_the_table() -> None:
    seen = 0
    for call in calls():
        actions = [
            arg.value
            for arg in call.args
            if isinstance(arg, ast.Constant) and isinstance(arg.value, str) and "." in arg.value
        ]
        for action in actions:
            seen += 1
            assert action in ACTIONS, action
            details = {word.arg for word in call.keywords if word.arg} - COMMON
            allowed = set(ACTIONS[action].details)
            assert details <= allowed, (action, details - allowed)
    assert seen > 10


def test_no_action_of_the_table_is_only_for_show() -> None:
    assert set(ACTIONS) - spoken_actions() == set()
