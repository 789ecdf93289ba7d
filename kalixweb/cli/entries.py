"""Values that come to a command: as a literal, from a file, or from standard input."""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import click

from kalixweb.cli.output import UsedWrongly
from kalixweb.core.secret_value import SecretValue

_ENDS = {b"\n": "newline", b"\r": "newline", b" ": "space", b"\t": "tab"}
_WHITE_SPACE = b" \t\r\n"
_PLACEHOLDER = re.compile(r"\s*<[^<>]*>\s*")


def read_entries(
    literals: Iterable[str], files: Iterable[str]
) -> Iterator[tuple[str, SecretValue]]:
    """Name and value of each ``KEY=VALUE`` and ``KEY=FILE``; a bad one is never repeated."""
    for literal in literals:
        key, equals, value = literal.partition("=")
        if not equals:
            raise UsedWrongly("--literal wants KEY=VALUE, such as --literal pwd=-")
        if _PLACEHOLDER.fullmatch(value):
            raise UsedWrongly(
                f"The value of {key} stands in angle brackets, as a placeholder does. Put the real "
                f"value in its place; if that is what it is, give it by --literal {key}=-"
            )
        yield key, _from_input(key) if value == "-" else SecretValue(value)
    for given in files:
        key, equals, path = given.partition("=")
        if not equals:
            raise UsedWrongly("--from-file wants KEY=FILE, such as --from-file pwd=password.txt")
        yield key, SecretValue(read_file(Path(path)))


def _from_input(key: str) -> SecretValue:
    if sys.stdin.isatty():
        return SecretValue(click.prompt(f"Value of {key}", hide_input=True, err=True))
    return SecretValue(sys.stdin.buffer.read())


def read_file(path: Path) -> bytes:
    """The bytes of a file that was named on the command line."""
    try:
        return path.read_bytes()
    except OSError as unreadable:
        raise UsedWrongly(f"{path} cannot be read: {unreadable.strerror}.") from unreadable


def pointed_out(entries: Mapping[str, SecretValue], *, trim: bool) -> dict[str, SecretValue]:
    """The entries; one that ends in white space is said to do so, or trimmed when asked for."""
    kept = {}
    for key, value in entries.items():
        end = _ENDS.get(value.reveal()[-1:])
        if end and not trim:
            click.echo(
                f"The value of {key} ends with a {end}, which is now part of it. "
                "To leave it out, run this again with --trim.",
                err=True,
            )
        kept[key] = SecretValue(value.reveal().rstrip(_WHITE_SPACE)) if trim else value
    return kept
