"""Cuts and cleans a stage's result before it leaves the engine: short, printable, no password."""

from dataclasses import replace

from brokers.engine.results import Json, StageResult
from kalixweb.core.redaction import Redactor

_NO_SECRETS = Redactor()


def sanitised(result: StageResult, redactor: Redactor) -> StageResult:
    """``raw`` and every fact, cut and cleaned.

    Texts of a Kafka server lost the secrets when they were read; the certificates of a server
    that has seen a login lose them here. Our own facts keep theirs: the user may be the password.
    """
    foreign = result.stage == "tls"
    remover = redactor if foreign else _NO_SECRETS
    facts = {name: _sanitised(value, remover) for name, value in result.facts.items()}
    raw = None if result.raw is None else redactor.clean(result.raw)
    faults = result.faults
    if foreign:
        faults = tuple(
            replace(fault, sentence=redactor.clean(fault.sentence, limit=None)) for fault in faults
        )
    return replace(result, facts=facts, raw=raw, faults=faults)


def _sanitised(value: Json, redactor: Redactor) -> Json:
    if isinstance(value, str):
        return redactor.clean(value)
    if isinstance(value, list):
        return [_sanitised(item, redactor) for item in value]
    if isinstance(value, dict):
        return {name: _sanitised(item, redactor) for name, item in value.items()}
    return value
