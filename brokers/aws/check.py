"""What a check says, and the shape of a check."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from brokers.aws.cluster_facts import Facts

State = Literal["pass", "fail", "could_not_tell", "skipped"]
# What a check is about: the cluster itself, the user and its secret, the topics, or the ACLs.
Subject = Literal["cluster", "user", "topics", "acls"]


@dataclass(frozen=True, slots=True)
class Finding:
    """``seen``: a few words for the list. ``action``: what a person can do now, "" for nothing.

    ``statement``: the statement of an IAM policy that allows ``missing_action``. ``also_fixes``:
    other checks that the shown commands make green as well, so none of them waits.
    """

    state: State
    seen: str
    sentence: str
    action: str = ""
    missing_action: str | None = None
    statement: str | None = None
    shows_fix: bool = False
    also_fixes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fix:
    """How to fix it: where in the console, which commands, which attribute of Terraform."""

    console: str
    cli: str
    terraform: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One prerequisite.

    ``position`` orders the list and ``fix_position`` the fixes; both have gaps for new checks.
    ``facts``: the answers of AWS that it looks at. ``waits_for``: the checks that must be green
    before the fix. ``wants_proven``: those among them that must be seen to be green, because the
    fix would lock users out without them. ``wait``: how long AWS takes to carry the fix out, and
    ``wait_minutes`` the longest of it, 0 for at once and for what nobody can say.
    ``takes_addresses``: it can be asked for the addresses that clients come from.
    """

    id: str
    title: str
    position: int
    fix_position: int
    why: str
    facts: tuple[str, ...]
    evaluate: Callable[[Facts], Finding]
    fix_title: str
    subject: Subject = "cluster"
    waits_for: tuple[str, ...] = ()
    wants_proven: tuple[str, ...] = ()
    wait: str = ""
    wait_minutes: int = 0
    fix: Callable[[Facts], Fix | None] = lambda _facts: None
    is_for_serverless: bool = False
    takes_addresses: bool = False


def passed(seen: str, sentence: str) -> Finding:
    return Finding("pass", seen, sentence)


def failed(seen: str, sentence: str, action: str, *, also_fixes: tuple[str, ...] = ()) -> Finding:
    return Finding("fail", seen, sentence, action, shows_fix=True, also_fixes=also_fixes)


def unsure(seen: str, sentence: str, action: str = "", *, shows_fix: bool = False) -> Finding:
    return Finding("could_not_tell", seen, sentence, action, shows_fix=shows_fix)
