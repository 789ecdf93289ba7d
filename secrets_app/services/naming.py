"""What a secret and its entries may be called, and how much they may hold."""

import re
from collections.abc import Sequence

from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue

LONGEST_NAME = 63
LONGEST_ENTRY = 253
LARGEST_SECRET = 1024 * 1024
MOST_ENTRIES = 500

_NAME = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?")
_ENTRY = re.compile(r"[-._a-zA-Z0-9]+")


class NotAccepted(Refusal):
    """What was given cannot be stored. ``field`` is ``name``, ``entries``, ``allowed_hosts`` or
    the name of the entry that is meant; ``sentence`` says what was seen and what to do."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence, field)


def check_name(name: str) -> None:
    """A DNS label of at most 63 characters, or NotAccepted for ``name``."""
    if not name:
        raise NotAccepted("name", "A secret needs a name, such as orders-kafka.")
    if len(name) > LONGEST_NAME:
        raise NotAccepted(
            "name", f"The name has {len(name)} characters; {LONGEST_NAME} is the most."
        )
    if _NAME.fullmatch(name):
        return
    if odd := _odd(name, "abcdefghijklmnopqrstuvwxyz0123456789-"):
        said = f"The name contains {odd}. Use small letters, digits and hyphens"
    else:
        said = "The name begins or ends with a hyphen. Begin and end it with a letter or digit"
    raise NotAccepted("name", f"{said}, such as {suggestion(name)}.")


def is_name(name: str) -> bool:
    """Whether a secret may be called so."""
    return len(name) <= LONGEST_NAME and bool(_NAME.fullmatch(name))


def suggestion(name: str) -> str:
    """The nearest name that would be accepted."""
    tame = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:LONGEST_NAME].strip("-")
    return tame or "orders-kafka"


def check_entry_name(name: str) -> None:
    """``[-._a-zA-Z0-9]{1,253}`` and neither ``.`` nor ``..``, or NotAccepted for ``entries``."""
    if not name:
        raise NotAccepted("entries", "An entry needs a name, such as pwd.")
    if len(name) > LONGEST_ENTRY:
        raise NotAccepted(
            "entries", f"An entry's name has {len(name)} characters; {LONGEST_ENTRY} is the most."
        )
    if not _ENTRY.fullmatch(name):
        odd = _odd(name, "abcdefghijklmnopqrstuvwxyz0123456789-._", fold=True)
        raise NotAccepted(
            "entries",
            f"An entry's name contains {odd}. Use letters, digits, hyphens, dots and underscores.",
        )
    if name in {".", ".."}:
        raise NotAccepted("entries", f"An entry cannot be called “{name}”. Use a name like pwd.")


def check_entry(name: str, value: SecretValue) -> None:
    """One entry's name and that it has a value, or NotAccepted."""
    check_entry_name(name)
    if not len(value):
        raise NotAccepted(name, f"The value of {name} is empty. Type it or choose a file.")


def check_sizes(sizes: Sequence[int]) -> None:
    """Values of ``sizes`` bytes fit into one version of a secret, or NotAccepted."""
    if not sizes:
        raise NotAccepted("entries", "A secret holds at least one entry. Give it a name and value.")
    if len(sizes) > MOST_ENTRIES:
        raise NotAccepted(
            "entries",
            f"{len(sizes)} entries are too many; one secret holds {MOST_ENTRIES}. "
            "Split them over several secrets.",
        )
    if (total := sum(sizes)) > LARGEST_SECRET:
        raise NotAccepted(
            "entries",
            f"The values have {total:,} bytes together; one secret holds {LARGEST_SECRET:,} "
            "(1 MiB). Split them over several secrets.",
        )


_WORDS = {"/": "a slash", " ": "a space", "_": "an underscore", ".": "a dot", "=": "an equals sign"}


def _odd(name: str, allowed: str, *, fold: bool = False) -> str:
    """What in ``name`` is not allowed, in words: ``a capital letter and a space``."""
    seen: list[str] = []
    for char in name.lower() if fold else name:
        if char in allowed:
            continue
        word = _WORDS.get(char) or _word_for(char)
        if word not in seen:
            seen.append(word)
    return " and ".join(seen[:3])


def _word_for(char: str) -> str:
    if char.isascii() and char.isupper():
        return "a capital letter"
    if char.isspace():
        return "white space"
    return f"“{char}”" if char.isprintable() else "a control character"
