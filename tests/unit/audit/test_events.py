"""Details are an allow-list: what the table does not name is never written."""

from uuid import UUID

import pytest

from kalixweb.audit.events import ACTIONS, DetailRefused, UnknownAction, check_details
from kalixweb.core.secret_value import SecretValue


def test_details_become_plain_json() -> None:
    details = check_details(
        "secret.allowed_hosts_changed", {"hosts_after": {"b", "a"}, "version": 3, "reason": None}
    )
    assert details == {"hosts_after": ["a", "b"], "version": 3, "reason": None}
    assert check_details("secret.used", {"run": UUID(int=1)}) == {"run": str(UUID(int=1))}


def test_an_unknown_action_is_refused() -> None:
    with pytest.raises(UnknownAction, match=r"secret\.eaten"):
        check_details("secret.eaten", {})


def test_an_unknown_detail_is_refused_without_its_value() -> None:
    with pytest.raises(DetailRefused) as refused:
        check_details("secret.created", {"value": "hunter2"})
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("version", "3"),
        ("version", True),
        ("version", 1.5),
        ("type", SecretValue("hunter2")),
        ("type", b"generic"),
        ("type", "x" * 1025),
        ("entries", "pwd"),
        ("entries", [SecretValue("hunter2")]),
        ("entries", ["x"] * 1025),
    ],
)
def test_a_detail_of_another_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(DetailRefused) as refused:
        check_details("secret.created", {name: value})
    assert "hunter2" not in str(refused.value)


def test_actions_are_named_as_facts() -> None:
    assert all(action.count(".") == 1 and action == action.lower() for action in ACTIONS)
