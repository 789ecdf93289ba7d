"""A run as something to hand on: text, Markdown or JSON, made from its document alone.

No report holds what the document does not, so none holds a secret. The raw words of libraries and
servers are left out unless asked for; host names and addresses can be anonymised.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from brokers.engine import document
from brokers.engine.report import contents, markdown, plain
from brokers.engine.report.anonymiser import Anonymiser
from brokers.engine.report.tested_configuration import ReportedTarget


@dataclass(frozen=True, slots=True)
class Wishes:
    """``hosts``: keep host names and addresses; ``raw``: add the raw words of both sides."""

    hosts: bool = True
    raw: bool = False


EVERYTHING_BUT_RAW = Wishes()


def as_text(
    whole: Mapping[str, Any],
    tested: ReportedTarget | None = None,
    wishes: Wishes = EVERYTHING_BUT_RAW,
) -> str:
    """For a message to whoever has to fix it."""
    return plain.written(_contents(whole, tested, wishes))


def as_markdown(
    whole: Mapping[str, Any],
    tested: ReportedTarget | None = None,
    wishes: Wishes = EVERYTHING_BUT_RAW,
) -> str:
    """For an issue or a chat; what a server said cannot become markup."""
    return markdown.written(_contents(whole, tested, wishes))


def as_json(whole: Mapping[str, Any], wishes: Wishes = EVERYTHING_BUT_RAW) -> str:
    """The document itself, as far as it is wished for."""
    return json.dumps(_wished(whole, wishes)[0], indent=2, ensure_ascii=False) + "\n"


def _contents(
    whole: Mapping[str, Any], tested: ReportedTarget | None, wishes: Wishes
) -> tuple[contents.Section, ...]:
    wished, anonymiser = _wished(whole, wishes, tested)
    if anonymiser and tested:
        tested = tested.with_servers(tuple(anonymiser.text(server) for server in tested.servers))
    return contents.sections(document.read(wished), tested)


def _wished(
    whole: Mapping[str, Any], wishes: Wishes, tested: ReportedTarget | None = None
) -> tuple[Mapping[str, Any], Anonymiser | None]:
    wished = whole if wishes.raw else _without_raw(whole)
    if wishes.hosts:
        return wished, None
    anonymiser = Anonymiser(wished, tested.servers if tested else ())
    return anonymiser.document(wished), anonymiser


def _without_raw(whole: Mapping[str, Any]) -> dict[str, Any]:
    nodes = [
        {**node, "stages": [{**stage, "raw": None} for stage in node.get("stages") or []]}
        for node in whole.get("nodes") or []
    ]
    return {**whole, "nodes": nodes}
