"""The shape of one row of the table of faults: all that is known of one fault, but its page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from brokers.engine.results import Field, Owner, QuickFix

Seen = Mapping[str, str]
Text = str | Callable[[Seen], str]


@dataclass(frozen=True, slots=True)
class Row:
    """One fault. What is not said of it here is not known of it anywhere.

    ``state``: F fails its stage, W warns. ``stage``: where it shows, "" where it varies.
    ``label``: at most twelve letters, for a cell of the grid. ``sentence`` and ``action`` are
    format strings over what was seen, or functions of it. ``field``: the part of the configuration
    that is to be changed. ``quick_fixes``: what the page of the run can do about it by itself.
    ``fixed_at``: the page of a secret where it is put right: that of the password, of its
    allowed hosts, of the CA. ``explains``: codes that are a consequence of this one where both are
    found; with ``explains_for`` only where this one is about that field. ``follow_up``: "inside"
    where only a test from inside the cluster's network can tell more.
    """

    code: str
    state: Literal["F", "W"]
    stage: str
    owner: Owner
    label: str
    sentence: Text
    action: Text
    field: Field | None = None
    quick_fixes: tuple[QuickFix, ...] = ()
    fixed_at: Literal["", "password", "hosts", "ca"] = ""
    explains: tuple[str, ...] = ()
    explains_for: Field | None = None
    follow_up: Literal["", "inside"] = ""
    # What it says, in half a sentence, of a broker that others told clients to connect to.
    advertised: str = ""
    # The mistake may be in the configuration, though the job is another's.
    maybe_yours: bool = False
    # The issuer of the certificates was looked for and is not among what is trusted.
    issuer_unknown: bool = False
    # An ACL that the user needs is not there.
    acl_missing: bool = False
    # The address is one that tests, and any other client of ours, may not reach.
    off_limits: bool = False
