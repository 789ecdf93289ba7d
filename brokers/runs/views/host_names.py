"""Host names as a person reads them: what repeats on every row is said once, in the card's head."""

import ipaddress
from collections.abc import Sequence


def common_end(names: Sequence[str]) -> str:
    """What all ``host:port`` end in, from a dot or hyphen on; "" when nothing would be shorter."""
    if not names or any(_is_address(name) for name in names):
        return ""
    shared = _shared_letters(names) if len(set(names)) > 1 else names[0]
    for place, letter in enumerate(shared):
        # The first letter of a whole name stays with the name, or nothing would be left of it.
        if letter in ".-" and (place or len(shared) < min(map(len, names))):
            end = shared[place:]
            return end if ":" in end and "." in end else ""
    return ""


def _shared_letters(names: Sequence[str]) -> str:
    length = 0
    shortest = min(map(len, names))
    while length < shortest and len({name[-length - 1] for name in names}) == 1:
        length += 1
    return names[0][len(names[0]) - length :]


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.rsplit(":", 1)[0].strip("[]"))
    except ValueError:
        return False
    return True
