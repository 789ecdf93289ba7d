"""How commands speak: a table for people, JSON for programs, one sentence for what went wrong.

Exit status: 0 done, 1 the answer is no, 2 used wrongly, 3 could not be carried out.
"""

import json
import sys
from collections.abc import Callable, Sequence
from typing import IO, Any, NoReturn

import click

EXIT_NO = 1
EXIT_WRONG = 2
EXIT_NOT_DONE = 3


class CannotBeDone(click.ClickException):
    """Something outside the command stands in the way; exit 3."""

    exit_code = EXIT_NOT_DONE

    def show(self, file: IO[Any] | None = None) -> None:
        click.echo(self.message, file=file or sys.stderr)


class UsedWrongly(CannotBeDone):
    """The command was called in a way that cannot be meant; exit 2."""

    exit_code = EXIT_WRONG


def output_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds ``-o json`` as ``as_json: bool``."""

    def to_flag(_context: click.Context, _option: click.Parameter, value: str) -> bool:
        return value == "json"

    return click.option(
        "-o",
        "--output",
        "as_json",
        type=click.Choice(["table", "json"]),
        default="table",
        callback=to_flag,
        help="table for people, json for programs",
    )(function)


def print_json(value: object) -> None:
    """One JSON document on standard output."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=str))


def print_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Left-aligned columns, two spaces apart; nothing but the head when there is no row."""
    cells = [[str(cell) if cell is not None else "" for cell in row] for row in rows]
    lines = [[word.upper() for word in head], *cells]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        click.echo("  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip())


def answer_no(sentence: str) -> NoReturn:
    """The question was answered, and the answer is no; exit 1."""
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(EXIT_NO)
