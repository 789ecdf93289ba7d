"""``kalixweb audit``: prove that the trail is whole, and write it out."""

import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TextIO
from uuid import UUID

import click

from kalixweb.cli import client
from kalixweb.cli.output import CannotBeDone, answer_no, output_option, print_json

if TYPE_CHECKING:
    from kalixweb.audit.anchors import Anchor
    from kalixweb.audit.verify import Report

_MOST_SHOWN = 100

Period = tuple[datetime | None, datetime | None]


@click.group()
def audit() -> None:
    """The record of every change and every use of a secret."""


@audit.command("verify")
@click.option(
    "--anchors",
    "anchors_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="heads that left the database earlier; an embedded instance uses its own by itself",
)
@click.option("--project", "project_name", help="only this project's events, also a deleted one's")
@output_option
def verify(anchors_file: Path | None, project_name: str | None, as_json: bool) -> None:  # noqa: FBT001
    """Say whether events were altered, removed or cut off; exit 1 when they were."""
    client.local()
    from kalixweb.audit.anchors import embedded_file
    from kalixweb.audit.verify import verify as verify_chains

    chains = [_chain(project_name)] if project_name else None
    path = anchors_file or embedded_file()
    report = verify_chains(chains, _read_anchors(path))
    if as_json:
        _print_json(report)
    else:
        _print_text(report)
    if report.findings:
        answer_no(_verdict(report))


def _verdict(report: "Report") -> str:
    count = len(report.findings)
    sentence = f"The audit trail is not whole: {count} finding{'s' if count > 1 else ''}."
    if any(finding.kind == "cut_off" for finding in report.findings):
        sentence += (
            " If an older backup was restored, these events are what it cost: keep that file of "
            "anchors as the proof of it, and begin a new one."
        )
    return sentence


def _read_anchors(path: Path | None) -> "Iterable[tuple[int, Anchor]]":
    from kalixweb.audit import anchors

    if path is None or not path.exists():
        return
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            yield from anchors.read(file)
    except OSError as error:
        raise CannotBeDone(f"The anchors {path} cannot be read: {error.strerror}.") from error


def _chain(project_name: str) -> UUID:
    """The chain of a project by its name now, else by its last name, else by its id."""
    from kalixweb.audit import queries

    named = queries.events(None, object_kind="project").filter(object_label=project_name)
    newest = named.first()
    try:
        return UUID((newest.object_id or "") if newest else project_name)
    except ValueError:
        raise CannotBeDone(f"No event tells of a project “{project_name}”.") from None


def _print_json(report: "Report") -> None:
    print_json(
        {
            "schema": 1,
            "whole": not report.findings,
            "chains": report.chains,
            "events": report.events,
            "anchors": report.anchors,
            "findings": [
                {
                    "kind": finding.kind,
                    "chain": str(finding.chain) if finding.chain else None,
                    "seq": finding.seq,
                    "sentence": finding.sentence,
                }
                for finding in report.findings
            ],
        }
    )


def _print_text(report: "Report") -> None:
    for finding in report.findings[:_MOST_SHOWN]:
        where = f"chain {finding.chain}: " if finding.chain else ""
        click.echo(f"{where}{finding.sentence}")
    if len(report.findings) > _MOST_SHOWN:
        click.echo(f"… and {len(report.findings) - _MOST_SHOWN} more; all of them with -o json")
    click.echo(
        f"{report.events} events in {report.chains} chains, held against {report.anchors} anchors"
        + ("" if report.findings else ": whole.")
    )


@audit.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), required=False)
@click.option("--format", "form", type=click.Choice(["jsonl", "csv"]), default="jsonl")
@click.option("--project", "project_name", help="only this project's events, also a deleted one's")
@click.option("--since", type=click.DateTime(), help="from this moment on (UTC)")
@click.option("--until", type=click.DateTime(), help="before this moment (UTC)")
def export(
    file: Path | None,
    form: str,
    project_name: str | None,
    since: datetime | None,
    until: datetime | None,
) -> None:
    """Write events, oldest first, to FILE or standard output."""
    local = client.local()
    from kalixweb.audit import unit_of_work

    chain = _chain(project_name) if project_name else None
    since, until = (moment and moment.replace(tzinfo=UTC) for moment in (since, until))
    period = (since, until)
    unit_of_work.record_alone(
        local.actor,
        "audit.exported",
        chain=chain,
        object_kind="chain",
        object_id=chain,
        object_label=project_name or "all",
        format=form,
        filters={
            name: moment.isoformat()
            for name, moment in zip(("since", "until"), period, strict=True)
            if moment
        },
    )
    if file is None:
        _write(sys.stdout, chain, form, period)
        return
    try:
        with file.open("x", encoding="utf-8", newline="") as target:
            file.chmod(0o600)
            _write(target, chain, form, period)
    except OSError as error:
        raise CannotBeDone(f"{file} cannot be written: {error.strerror}.") from error


def _write(target: TextIO, chain: UUID | None, form: str, period: Period) -> None:
    from kalixweb.audit import export as exports
    from kalixweb.audit import queries

    found = queries.events([chain] if chain else None, since=period[0], until=period[1])
    events = found.order_by("time", "chain", "seq")
    target.writelines(exports.lines(events.iterator(chunk_size=2000), exports.as_format(form)))
