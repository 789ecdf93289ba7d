"""What may use secrets, as the apps above register it in ``ready()``: its noun and its page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from secrets_app.models import Usage

_ANY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class HolderKind:
    """``page`` is the name of an address that takes a project's name and the holder's id."""

    noun: str
    page: str


@dataclass(frozen=True, slots=True)
class HolderTest:
    """What tests everything that uses a secret: ``page`` takes a POST, from who has ``right``."""

    page: str
    right: str


KINDS: dict[str, HolderKind] = {}
TESTS: list[HolderTest] = []


def link(project: str, usages: Iterable[Usage]) -> None:
    """Set ``url`` of each to the page of what uses the secret, "" where it has none."""
    pages = {kind: reverse(known.page, args=[project, _ANY]) for kind, known in KINDS.items()}
    for usage in usages:
        page = pages.get(usage.holder_kind, "")
        usage.url = page.replace(str(_ANY), str(usage.holder_id))


def counted(usages: Iterable[Usage]) -> str:
    """How many use it, by kind: "2 services and 1 job"."""
    kinds = {usage.holder_id: usage.holder_kind for usage in usages}
    parts = []
    for kind, number in sorted(Counter(kinds.values()).items(), reverse=True):
        noun = KINDS[kind].noun if kind in KINDS else kind
        parts.append(f"{number} {noun}{'' if number == 1 else 's'}")
    return " and ".join(parts)


def test_url(project: str, secret: UUID, rights: frozenset[str]) -> str:
    """Where everything that uses the secret is tested; "" for who may not."""
    pages = [test.page for test in TESTS if test.right in rights]
    return reverse(pages[0], args=[project, secret]) if pages else ""
