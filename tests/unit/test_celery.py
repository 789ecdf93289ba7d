"""A worker starts only once keys and audit trail were looked at, whatever goes wrong meanwhile."""

import pytest
from django.db import OperationalError

from kalixweb import celery
from kalixweb.audit import start
from kalixweb.keys.lifecycle import KeysUnusable


class Looks:
    """Stands in for the look at keys and trail: raises what it was given, one after the other."""

    def __init__(self, *outcomes: Exception | None) -> None:
        self.outcomes = list(outcomes)

    def __call__(self) -> None:
        if outcome := self.outcomes.pop(0):
            raise outcome


@pytest.mark.parametrize(
    ("failure", "said"),
    [(KeysUnusable("The keyring is missing."), "keyring"), (ValueError("x"), "ValueError")],
)
def test_nothing_unforeseen_lets_a_worker_start(
    monkeypatch: pytest.MonkeyPatch, failure: Exception, said: str
) -> None:
    monkeypatch.setattr(start, "verify_start", Looks(failure))
    with pytest.raises(SystemExit, match=said):
        celery._refuse_unsafe_start()


def test_a_database_that_is_away_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    looks = Looks(OperationalError("away"), OperationalError("away"), None)
    monkeypatch.setattr(start, "verify_start", looks)
    monkeypatch.setattr(celery, "_LOOK_AGAIN_SECONDS", 0.0)
    celery._refuse_unsafe_start()
    assert looks.outcomes == []
