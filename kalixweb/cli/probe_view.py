"""How a connection test looks in a terminal: one block a broker, one line a stage."""

import shutil
import sys
import textwrap
from collections.abc import Mapping

import click

from brokers.engine import owners
from brokers.engine.document import (
    Document,
    FaultSeen,
    NodeSeen,
    OpinionSeen,
    RightSeen,
    StageSeen,
)
from brokers.engine.report import certificates
from brokers.engine.report.tested_configuration import ReportedTarget, command_to_run_inside

_MARKS = {
    "passed": ("✓", "green"),
    "warned": ("!", "yellow"),
    "failed": ("✗", "red"),
    "running": ("…", "cyan"),
    "skipped": ("·", None),
    "waiting": ("·", None),
}
_VERDICTS = {
    "passed": ("Works", "green"),
    "warned": ("Works, with a warning", "yellow"),
    "degraded": ("Works in part", "yellow"),
    "failed": ("Does not work", "red"),
}
_STAGE_WIDTH = 15
_INDENT = " " * 6


class View:
    """Prints a run; on a terminal each stage appears as it happens, redrawn in place.

    ``live`` says whether ``show`` draws. ``asked`` is what the run tests: a silent network gets
    the command to run elsewhere.
    """

    def __init__(self, tested: ReportedTarget | None = None) -> None:
        self.live = sys.stdout.isatty()
        self._tested = tested
        self._drawn = 0
        self._last = ""

    def show(self, document: Document) -> None:
        """The state so far; only drawn where it can be redrawn, and where it fits."""
        if not self.live or document.verdict is not None:
            return
        lines = _body(document)
        columns, rows = shutil.get_terminal_size()
        height = sum(max(1, -(-len(click.unstyle(line)) // columns)) for line in lines)
        if height >= rows:
            return
        text = "\n".join(lines)
        if text != self._last:
            self._clear()
            click.echo(text)
            self._drawn, self._last = height, text

    def say(self, sentence: str) -> None:
        """Something on standard error, above what is drawn."""
        drawn = self._drawn
        self._clear()
        click.echo(sentence, err=True)
        if drawn:
            click.echo(self._last)
            self._drawn = drawn

    def finish(self, document: Document, *, stopped: bool = False) -> None:
        """The whole run, the verdict last: it is what a person looks for at the prompt."""
        self._clear()
        lines = [*_body(document), *_certificates(document), *_verdict(document, stopped=stopped)]
        command = command_to_run_inside(document, self._tested)
        if command:
            lines += ["", "  To look from inside the cluster's network:", f"  {command}"]
        if document.second_opinion:
            lines += _opinion(document.second_opinion)
        click.echo("\n".join(lines))

    def _clear(self) -> None:
        if self._drawn:
            click.echo(f"\033[{self._drawn}F\033[J", nl=False)
            self._drawn = 0


def _body(document: Document) -> list[str]:
    lines: list[str] = []
    for fault in document.faults:
        lines += _fault(fault, indent="  ")
    racks = document.racks
    for node in document.nodes:
        lines += ["", *_node(node, racks)]
    if document.rights:
        lines += ["", click.style("Rights", bold=True)]
        for right in document.rights:
            lines += _right(right)
    return lines


def _certificates(document: Document) -> list[str]:
    """The chains beside the given CA, where tls is what did not go well."""
    stages = (node.stage("tls") for node in document.nodes)
    if not any(stage and stage.faults for stage in stages):
        return []
    lines = ["", click.style("Certificates", bold=True)]
    for title, chain in certificates.chains(document):
        lines.append(f"  {title}")
        for line in chain:
            lines += [click.style(part, dim=True) for part in _wrapped(line, "    ")]
    return lines


def _node(node: NodeSeen, racks: Mapping[int | None, str]) -> list[str]:
    about = "bootstrap" if node.origin == "bootstrap" else "advertised"
    if node.broker_id in racks:
        about = f"rack {racks[node.broker_id]}, {about}"
    if node.broker_id is not None:
        about = f"broker {node.broker_id}, {about}"
    lines = [f"{click.style(node.name, bold=True)}  {click.style(about, dim=True)}"]
    for stage in node.stages:
        lines.append(_stage(stage))
        for fault in stage.faults:
            lines += _fault(fault, indent=_INDENT)
    return lines


def _stage(stage: StageSeen) -> str:
    mark, colour = _MARKS.get(stage.state, _MARKS["waiting"])
    took = f"{stage.ms:8.1f} ms" if stage.ms is not None else " " * 11
    quiet = stage.state in {"skipped", "waiting"}
    name = click.style(f"{stage.stage:<{_STAGE_WIDTH}}", dim=quiet or None)
    words = stage.state if quiet else _facts_in_words(stage)
    line = f"  {click.style(mark, fg=colour)} {name} {took}  {click.style(words, dim=True)}"
    return line.rstrip()


def _facts_in_words(stage: StageSeen) -> str:
    """What of a stage's facts is worth a glance."""
    facts = stage.facts
    words = {
        "resolve": _joined(facts.get("addresses")),
        "connect": _word(facts.get("address")),
        "tls": " ".join(filter(None, (_word(facts.get("version")), _word(facts.get("cipher"))))),
        "kafka": _counted(facts.get("requests"), "requests offered"),
        "sasl-mechanism": _joined(facts.get("offered")),
        "sasl-login": _word(facts.get("user")),
        "metadata": f"cluster {facts['cluster']}" if facts.get("cluster") else "",
    }
    return words.get(stage.stage, "")


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def _joined(value: object) -> str:
    return ", ".join(str(item) for item in value[:4]) if isinstance(value, list) else ""


def _counted(value: object, what: str) -> str:
    return f"{value} {what}" if isinstance(value, int) else ""


def _right(right: RightSeen) -> list[str]:
    rights = {"describe": right.describe, "read": right.read, "write": right.write}
    words = [f"{what} {'yes' if may else 'no'}" for what, may in rights.items() if may is not None]
    failed = any(fault.state == "failed" for fault in right.faults)
    mark, colour = _MARKS["failed" if failed else "warned" if right.faults else "passed"]
    name = f"{right.kind} {right.name}"
    lines = [f"  {click.style(mark, fg=colour)} {name:<30} {', '.join(words)}".rstrip()]
    for fault in right.faults:
        lines += _fault(fault, indent=_INDENT)
    return lines


def _fault(fault: FaultSeen, *, indent: str) -> list[str]:
    colour = "red" if fault.state == "failed" else "yellow"
    code = click.style(fault.code, fg=colour)
    lines = _wrapped(fault.sentence, indent)
    return [*lines, f"{indent}{code}"]


def _verdict(document: Document, *, stopped: bool) -> list[str]:
    verdict = document.verdict
    if verdict is None:
        return []
    word, colour = _VERDICTS[verdict.state]
    if stopped:
        word = "Stopped"
    took = "" if document.took_ms is None else f"{document.took_ms:.0f} ms"
    title = click.style(word, fg=colour, bold=True)
    lines = ["", f"{title}  {click.style(took, dim=True)}"]
    lines += _wrapped(verdict.sentence, "  ")
    if verdict.action:
        lines += ["", *_wrapped(f"What to do: {verdict.action}", "  ")]
    if verdict.owner:
        lines.append(f"  Whose job it is: {owners.wording_of(verdict.owner).person}")
    return lines


def _opinion(opinion: OpinionSeen) -> list[str]:
    word, colour = {
        True: ("agrees", "green"),
        False: ("DISAGREES", "red"),
        None: ("no comparison", None),
    }[opinion.agrees]
    took = "" if opinion.took_ms is None else f"{opinion.took_ms:.0f} ms"
    title = f"{click.style('Second opinion', bold=True)}  {click.style(word, fg=colour, bold=True)}"
    lines = ["", f"{title}  {click.style(took, dim=True)}".rstrip()]
    return [*lines, *_wrapped(f"{opinion.client}: {opinion.text}", "  ")]


def _wrapped(text: str, indent: str) -> list[str]:
    width = max(40, min(100, shutil.get_terminal_size().columns))
    return textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
