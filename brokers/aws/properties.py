"""Java properties, the form in which MSK keeps the configuration of its brokers."""

import re

_LINE_END = re.compile(r"\r\n|\r|\n")
_PAIR = re.compile(r"((?:\\.|[^\\=:\s])*)\s*[=:]?\s*(.*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def parse(text: str) -> dict[str, str]:
    """As ``java.util.Properties.load``: the last line of a key wins."""
    found = {}
    for line in _logical_lines(text):
        if pair := _PAIR.fullmatch(line):
            found[_unescaped(pair[1])] = _unescaped(pair[2])
    return found


def _logical_lines(text: str) -> list[str]:
    """Without blanks and comments; a line that ends in an odd number of backslashes goes on."""
    lines: list[str] = []
    goes_on = False
    for natural in _LINE_END.split(text):
        line = natural.lstrip(" \t\f")
        if not goes_on and (not line or line[0] in "#!"):
            continue
        backslashes = len(line) - len(line.rstrip("\\"))
        went_on, goes_on = goes_on, backslashes % 2 == 1
        line = line[:-1] if goes_on else line
        if went_on:
            lines[-1] += line
        else:
            lines.append(line)
    return lines


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    code = match[1]
    if len(code) == 5:
        return chr(int(code[1:], 16))
    return _LETTERS.get(code, code)
