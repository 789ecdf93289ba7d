"""The last look at a stage's result before it leaves the engine: short, printable, no password."""

from collections.abc import Sequence
from dataclasses import replace

from brokers.probe.results import Json, StageResult
from kalixweb.core.redaction import clean
from kalixweb.core.secret_value import SecretValue

_RAW_LIMIT = 512


def tidied(result: StageResult, secrets: Sequence[SecretValue]) -> StageResult:
    """``raw`` and every fact, cut and cleaned.

    Texts of a conversation lost the secrets when they were read; the certificates of a server
    that has seen a login lose them here. Our own facts keep theirs: the user may be the password.
    """
    removed = secrets if result.stage == "tls" else ()
    facts = {name: _tidied(value, removed) for name, value in result.facts.items()}
    raw = None if result.raw is None else clean(result.raw, secrets=secrets, limit=_RAW_LIMIT)
    faults = result.faults
    if removed:
        faults = tuple(
            replace(fault, sentence=clean(fault.sentence, secrets=removed, limit=None))
            for fault in faults
        )
    return replace(result, facts=facts, raw=raw, faults=faults)


def _tidied(value: Json, secrets: Sequence[SecretValue]) -> Json:
    if isinstance(value, str):
        return clean(value, secrets=secrets)
    if isinstance(value, list):
        return [_tidied(item, secrets) for item in value]
    if isinstance(value, dict):
        return {name: _tidied(item, secrets) for name, item in value.items()}
    return value
