"""Commands as a shell takes them: quoted, and one option a line with its continuation."""

import shlex


def command(words: str, *options: tuple[str, ...] | str) -> str:
    """``words`` as they stand, then each option with its values on a line of its own."""
    lines = [words, *(_option(option) for option in options if option)]
    return " \\\n  ".join(lines)


def _option(option: tuple[str, ...] | str) -> str:
    if isinstance(option, str):
        return option
    name, *values = option
    return " ".join([name, *(shlex.quote(value) for value in values)])


def in_order(*commands: str) -> str:
    """Several commands, one after the other."""
    return "\n".join(one for one in commands if one)
