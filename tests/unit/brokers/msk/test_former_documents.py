"""Readiness documents that were stored before are shown as before."""

import pytest

from brokers.aws.checks import CHECKS
from brokers.msk.views.checks import rows
from brokers.msk.views.readiness_wording import waiting

STATEMENT = '{"Effect": "Allow", "Action": "kms:DescribeKey", "Resource": "*"}'
CHECK = dict.fromkeys(("title", "seen", "sentence", "why", "wait"), "") | {
    "id": "key_usable",
    "state": "could_not_tell",
    "after": [],
    "how": None,
    "missing_action": "kms:DescribeKey",
}


@pytest.mark.parametrize(
    "told",
    [
        {"action": f"Allow it. The statement to add: {STATEMENT}", "policy": STATEMENT},
        {"action": "Allow it.", "statement": STATEMENT},
        {"action": "Allow it.", "statement": STATEMENT, "policy": None},
    ],
)
def test_the_statement_stands_apart_from_what_to_do(told: dict[str, str | None]) -> None:
    (row,) = rows({"checks": [CHECK | told]}, None)
    assert (row.action, row.statement) == ("Allow it.", STATEMENT)


def test_a_check_that_is_gone_is_shown_as_it_was_stored() -> None:
    (row,) = rows({"checks": [CHECK | {"id": "of_yore", "action": "Do it.", "policy": None}]}, None)
    assert (row.action, row.statement, row.is_dangerous) == ("Do it.", "", False)


def test_the_waiting_is_told_by_the_checks_and_not_by_their_sentences() -> None:
    assert waiting(["scram_on", "user_associated"]) == "up to 1 hour 10 minutes of waiting in all"
    assert waiting(["firewall", "of_yore"]) == ""
    assert CHECKS["firewall"].wait_minutes == 0
