"""What a check says, and the shape of a check."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from brokers.aws.cluster_facts import Facts

State = Literal["pass", "fail", "could_not_tell", "skipped"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``seen``: a few words for the list. ``action``: what a person can do now, "" for nothing.

    ``mends``: other checks that the shown commands make green as well, so none of them waits.
    """

    state: State
    seen: str
    sentence: str
    action: str = ""
    missing_action: str | None = None
    policy: str | None = None
    is_shown_how: bool = False
    mends: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class How:
    """How to mend it: where in the console, which commands, which attribute of Terraform."""

    console: str
    cli: str
    terraform: str


@dataclass(frozen=True, slots=True)
class Check:
    """``needs``: the facts it looks at. ``after``: the checks that must be green before mending.

    ``wait``: how long AWS takes to carry the mending out.
    """

    id: str
    title: str
    why: str
    needs: tuple[str, ...]
    look: Callable[[Facts], Finding]
    step: str
    after: tuple[str, ...] = ()
    wait: str = ""
    how: Callable[[Facts], How | None] = lambda _facts: None


def passed(seen: str, sentence: str) -> Finding:
    return Finding("pass", seen, sentence)


def failed(seen: str, sentence: str, action: str, *, mends: tuple[str, ...] = ()) -> Finding:
    return Finding("fail", seen, sentence, action, is_shown_how=True, mends=mends)


def unsure(seen: str, sentence: str, action: str = "", *, is_shown_how: bool = False) -> Finding:
    return Finding("could_not_tell", seen, sentence, action, is_shown_how=is_shown_how)
