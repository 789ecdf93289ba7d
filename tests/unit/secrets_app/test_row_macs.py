"""The bytes of ``kd.row.v1`` stay: rows that are stored were signed with them."""

from typing import Any
from uuid import UUID

import pytest

from brokers.connections.services import secret_references
from brokers.models import Connection
from kalixweb.keys import key_cache
from secrets_app.models import Secret
from secrets_app.services import row_macs

PROJECT = UUID(int=1)


@pytest.fixture(autouse=True)
def _known_key(monkeypatch: pytest.MonkeyPatch) -> None:
    key = key_cache.OpenKey(7, PROJECT, "row_mac", bytes(range(32)))
    monkeypatch.setattr(key_cache, "active", lambda purpose, project: key)
    monkeypatch.setattr(key_cache, "by_kid", lambda kid: key)


def connection(**changes: Any) -> Connection:
    row = Connection(
        id=UUID(int=2),
        project_id=PROJECT,
        servers=["b-2.example:9096", "b-1.example:9096"],
        auth="scram-sha-512",
        user="ålice",
        password_secret_id=UUID(int=3),
    )
    for name, value in changes.items():
        setattr(row, name, value)
    secret_references.sign(row)
    return row


@pytest.mark.parametrize(
    ("ca", "expected"),
    [
        (None, "a1ff2c4354b0d84e0107a77080948591e472a7d360a505d57d05451416da0870"),
        (UUID(int=4), "b5cd839b6517b0c029338353163f2bdadaac0b28942b33959c6d4b100de3bb99"),
    ],
)
def test_the_known_answer_of_a_connection(ca: Any, expected: str) -> None:
    row = connection(ca_secret_id=ca)
    assert (row.row_mac_kid, row.row_mac.hex()) == (7, expected)
    assert secret_references.unaltered(row)


def test_what_tells_only_people_something_is_not_covered() -> None:
    same = connection(name="other", labels=["x"], description="d", contact="c", platform="msk")
    assert same.row_mac == connection().row_mac


def test_the_known_answer_of_a_secret() -> None:
    secret = Secret(
        id=UUID(int=5),
        project_id=PROJECT,
        type="generic",
        name="orders-kafka",
        current_version=3,
        allowed_hosts=["b-2.example", "b-1.example"],
    )
    row_macs.sign_secret(secret)
    assert secret.row_mac.hex() == (
        "4e1d5a5d58ce6ad2841fefc964130c17cfe3c3278b50d5151ecde39278d623ea"
    )
