"""``kalixweb doctor``: says in words what is wrong with this instance, and what to do about it."""

import click

from kalixweb.cli.client import load_django, refuse_other_users
from kalixweb.cli.output import EXIT_NO, output_option, print_json

_MARKS = {"ok": ("✓", "green"), "warned": ("!", "yellow"), "failed": ("✗", "red")}


@click.command()
@output_option
def doctor(as_json: bool) -> None:  # noqa: FBT001
    """Check data folder, keys, database, audit trail, queue, worker and clock."""
    refuse_other_users()
    load_django()
    from kalixweb.operations import health

    findings = list(health.findings())
    if as_json:
        print_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            mark, colour = _MARKS[finding.state]
            click.echo(f"{click.style(mark, fg=colour)} {finding.subject:<12} {finding.sentence}")
    if any(finding.state == "failed" for finding in findings):
        raise click.exceptions.Exit(EXIT_NO)
