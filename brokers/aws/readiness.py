"""Checks one cluster: a document that grows while the calls to AWS come back."""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from brokers.aws import evaluation, fix_order, gather
from brokers.aws.check import Check, Finding, unsure
from brokers.aws.check_request import AclEvidence, CheckRequest
from brokers.aws.checks import CHECKS
from brokers.aws.client import Aws
from brokers.aws.cluster_facts import Facts, at
from brokers.aws.wording import printable, uncut

__all__ = ["SCHEMA", "AclEvidence", "CheckRequest", "Document", "public", "run"]

SCHEMA = 1
Document = dict[str, Any]

_PUBLIC_FIELDS = ("id", "state", "sentence", "action", "after", "missing_action")
_STOPPED = unsure("", "The check was stopped before this was known.", "Check again.")


def run(
    aws: Aws, request: CheckRequest, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Document]:
    """Each document is the whole so far; only the last one has no check that is ``waiting``.

    With ``request.only`` there is that one check in it, and no more calls than it needs.
    """
    started = time.monotonic()
    facts = Facts(request)
    checks = [check for check in CHECKS.values() if request.only in {None, check.id}]
    findings: dict[str, Finding] = {}

    def document() -> Document:
        took = round((time.monotonic() - started) * 1000)
        return _document(facts, checks, findings) | {"calls": aws.calls, "took_ms": took}

    yield document()
    names = [name for check in checks for name in check.facts]
    for _ in gather.run(aws, facts, names, cancelled):
        for check in checks:
            if check.id not in findings and facts.knows(check.facts):
                findings[check.id] = evaluation.evaluate(check, facts)
        if len(findings) < len(checks):
            yield document()
    for check in checks:
        findings.setdefault(check.id, _STOPPED)
    yield document()


def public(document: Document) -> Document:
    """What programs may rely on."""
    rows = [row | {"action": whole_action(row)} for row in document["checks"]]
    checks = [{name: row[name] for name in _PUBLIC_FIELDS} for row in rows]
    names = ("schema", "cluster", "checks", "calls", "took_ms")
    return {name: document[name] for name in names} | {"checks": checks}


def whole_action(row: Document) -> str:
    """What to do, with the statement of IAM that it speaks of."""
    action: str = row["action"]
    statement = row["statement"]
    return f"{action} The statement to add: {statement}" if statement else action


def _document(facts: Facts, checks: list[Check], findings: dict[str, Finding]) -> Document:
    return {
        "schema": SCHEMA,
        "cluster": _cluster(facts),
        "checks": [_row(check, findings.get(check.id), facts) for check in checks],
        "steps": fix_order.steps(findings),
        "associated": [uncut(arn) for arn in facts.maybe("secrets").get("SecretArnList") or ()],
        "secret_key": _uncut(facts.maybe("secret").get("KmsKeyId")),
        "is_read": facts.is_something_read,
    }


def _cluster(facts: Facts) -> dict[str, str | None]:
    info = at(facts.maybe("cluster"), "ClusterInfo")
    return {
        "arn": str(facts.request.arn),
        "name": _printable(at(info, "ClusterName")),
        "type": _printable(at(info, "ClusterType")),
        "state": _printable(at(info, "State")),
        "version": _printable(facts.maybe_provisioned("CurrentBrokerSoftwareInfo", "KafkaVersion")),
    }


def _printable(value: object) -> str | None:
    return None if value is None else printable(value)


def _uncut(value: object) -> str | None:
    return uncut(value) if isinstance(value, str) else None


def _row(check: Check, finding: Finding | None, facts: Facts) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": check.id,
        "state": "waiting",
        "sentence": "",
        "action": "",
        "after": list(check.waits_for),
        "missing_action": None,
        "title": check.title,
        "seen": "",
        "why": check.why,
        "how": None,
        "statement": None,
        "wait": check.wait,
    }
    if finding is None:
        return row
    fix = evaluation.fix_of(check, finding, facts)
    return row | {
        "state": finding.state,
        "sentence": finding.sentence,
        "action": finding.action,
        "missing_action": finding.missing_action,
        "seen": finding.seen,
        "statement": finding.statement,
        "how": asdict(fix) if fix else None,
    }
