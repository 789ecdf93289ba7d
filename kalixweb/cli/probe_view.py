"""How a connection test looks in a terminal: one block a broker, one line a stage."""

import shutil
import sys
import textwrap

import click

from brokers.probe.results import (
    Fault,
    Json,
    NodeResult,
    RightsResult,
    RunResult,
    StageResult,
)

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
_MENDED_BY = {
    "you": "you",
    "cluster_owner": "the cluster's owner",
    "network": "whoever runs the network",
    "operator": "whoever runs this machine",
}
_STAGE_WIDTH = 15
_INDENT = " " * 6


class View:
    """Prints a run; on a terminal each stage appears as it happens, redrawn in place."""

    def __init__(self) -> None:
        self._live = sys.stdout.isatty()
        self._drawn = 0
        self._last = ""

    def show(self, result: RunResult) -> None:
        """The state so far; only drawn where it can be redrawn, and where it fits."""
        if not self._live or result.verdict is not None:
            return
        lines = _body(result)
        columns, rows = shutil.get_terminal_size()
        height = sum(max(1, -(-len(click.unstyle(line)) // columns)) for line in lines)
        if height >= rows:
            return
        text = "\n".join(lines)
        if text != self._last:
            self._clear()
            click.echo(text)
            self._drawn, self._last = height, text

    def finish(self, result: RunResult) -> None:
        self._clear()
        click.echo("\n".join([*_body(result), *_verdict(result)]))

    def _clear(self) -> None:
        if self._drawn:
            click.echo(f"\033[{self._drawn}F\033[J", nl=False)
            self._drawn = 0


def _body(result: RunResult) -> list[str]:
    lines: list[str] = []
    for fault in result.faults:
        lines += _fault(fault, indent="  ")
    for node in result.nodes:
        lines += ["", *_node(node)]
    if result.rights:
        lines += ["", click.style("Rights", bold=True)]
        for right in result.rights:
            lines += _right(right)
    return lines


def _node(node: NodeResult) -> list[str]:
    about = "bootstrap" if node.origin == "bootstrap" else "advertised"
    if node.broker_id is not None:
        about = f"broker {node.broker_id}, {about}"
    lines = [f"{click.style(node.name, bold=True)}  {click.style(about, dim=True)}"]
    for stage in node.stages:
        lines.append(_stage(stage))
        for fault in stage.faults:
            lines += _fault(fault, indent=_INDENT)
    return lines


def _stage(stage: StageResult) -> str:
    mark, colour = _MARKS[stage.state]
    took = f"{stage.ms:8.1f} ms" if stage.ms is not None else " " * 11
    quiet = stage.state in {"skipped", "waiting"}
    name = click.style(f"{stage.stage:<{_STAGE_WIDTH}}", dim=quiet or None)
    words = stage.state if quiet else _told(stage)
    line = f"  {click.style(mark, fg=colour)} {name} {took}  {click.style(words, dim=True)}"
    return line.rstrip()


def _told(stage: StageResult) -> str:
    """What of a stage's facts is worth a glance."""
    facts = stage.facts
    told = {
        "resolve": _joined(facts.get("addresses")),
        "connect": _word(facts.get("address")),
        "tls": " ".join(filter(None, (_word(facts.get("version")), _word(facts.get("cipher"))))),
        "kafka": _counted(facts.get("requests"), "requests offered"),
        "sasl-mechanism": _joined(facts.get("offered")),
        "sasl-login": _word(facts.get("user")),
        "metadata": f"cluster {facts['cluster']}" if facts.get("cluster") else "",
    }
    return told.get(stage.stage, "")


def _word(value: Json) -> str:
    return value if isinstance(value, str) else ""


def _joined(value: Json) -> str:
    return ", ".join(str(item) for item in value[:4]) if isinstance(value, list) else ""


def _counted(value: Json, what: str) -> str:
    return f"{value} {what}" if isinstance(value, int) else ""


def _right(right: RightsResult) -> list[str]:
    rights = {"describe": right.describe, "read": right.read, "write": right.write}
    words = [f"{what} {'yes' if may else 'no'}" for what, may in rights.items() if may is not None]
    failed = any(fault.fails for fault in right.faults)
    mark, colour = _MARKS["failed" if failed else "warned" if right.faults else "passed"]
    name = f"{right.kind} {right.name}"
    lines = [f"  {click.style(mark, fg=colour)} {name:<30} {', '.join(words)}".rstrip()]
    for fault in right.faults:
        lines += _fault(fault, indent=_INDENT)
    return lines


def _fault(fault: Fault, *, indent: str) -> list[str]:
    colour = "red" if fault.fails else "yellow"
    code = click.style(fault.code, fg=colour)
    lines = _wrapped(fault.sentence, indent)
    return [*lines, f"{indent}{code}"]


def _verdict(result: RunResult) -> list[str]:
    verdict = result.verdict
    if verdict is None:
        return []
    word, colour = _VERDICTS[verdict.state]
    if result.stopped:
        word = "Stopped"
    title = click.style(word, fg=colour, bold=True)
    lines = ["", f"{title}  {click.style(f'{result.took_ms:.0f} ms', dim=True)}"]
    lines += _wrapped(verdict.sentence, "  ")
    if verdict.action:
        lines += ["", *_wrapped(f"What to do: {verdict.action}", "  ")]
    if verdict.mended_by:
        lines.append(f"  Whose job it is: {_MENDED_BY[verdict.mended_by]}")
    return lines


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
