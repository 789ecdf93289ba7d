"""The chains that a run saw, with the issuer that is in none of them."""

from typing import Any

import pytest

from brokers.engine.document import read
from brokers.engine.results import Fault
from brokers.runs.views import certificates, trace
from tests.unit.brokers.runs.documents import NOW, document, node

ENDS = "2027-11-28T00:00:00Z"


def fact(subject: str, issuer: str, *, signed_by: str | None = None, **more: Any) -> dict[str, Any]:
    return {
        "subject": subject, "label": subject, "issuer": issuer, "sha256": subject,
        "signed_by": signed_by, "self_signed": subject == issuer, "is_ca": subject != "leaf",
        "not_before": "2026-01-01T00:00:00Z", "not_after": ENDS,
    } | more  # fmt: skip


LEAF = fact("leaf", "middle", signed_by="middle", sans=["b-1.x", "b-2.x", "c.x", "d.x", "e.x"])
ALONE = fact("leaf", "middle", sans=["b-1.x"])
MIDDLE = fact("middle", "root")
MIDDLE_OF_GIVEN = fact("middle", "root", signed_by="root")
ROOT = fact("root", "root", signed_by="root")


def shown(
    states: str, chain: list[Any], given: list[Any] | None, *codes: str
) -> certificates.Certificates:
    faults = [Fault(code, "It is so.", "Mend it.", "you") for code in codes]
    found = read(document(node("b-1.x", states, *faults, chain=chain, given=given)))
    return certificates.build(found, trace.build(found, ended=True), NOW)


def test_the_leaf_says_what_it_is_for() -> None:
    (chain,) = shown("ppf----", [LEAF, MIDDLE_OF_GIVEN, ROOT], [ROOT]).served
    assert chain.certificates[0].note == "for b-1.x, b-2.x, c.x, d.x and 1 more"
    assert [one.label for one in chain.certificates] == ["leaf", "middle", "root"]


@pytest.mark.parametrize(
    ("served", "given", "codes", "missing", "where"),
    [
        ([ALONE], [ROOT], ["tls.missing_intermediate"], "middle", ", nor in the given CA"),
        ([LEAF, MIDDLE], [ROOT], ["tls.unknown_ca"], "root", ", nor in the given CA"),
        ([LEAF, MIDDLE], [ROOT], ["tls.ca_same_name"], "root", ", nor in the given CA"),
        ([LEAF], [MIDDLE], ["tls.ca_is_intermediate"], "root", ", nor in the given CA"),
        (
            [LEAF, MIDDLE],
            None,
            ["tls.private_ca_not_given"],
            "root",
            ", nor in this system's store",
        ),
        ([LEAF, MIDDLE], None, ["tls.intercepted"], "root", ", nor in this system's store"),
        ([LEAF, MIDDLE], None, ["tls.system_store_empty"], "root", ", nor in this system's store"),
        ([LEAF, MIDDLE], None, ["tls.expired"], "root", ""),
        ([LEAF, MIDDLE], None, ["tls.hostname", "tls.weak"], "root", ""),
        ([LEAF, MIDDLE], None, [], "root", ""),
    ],
)
def test_the_issuer_that_is_missing_stands_at_the_end(
    served: list[Any], given: list[Any] | None, codes: list[str], missing: str, where: str
) -> None:
    """It is said to be in no store only where a fault says so: an expired leaf says nothing."""
    (chain,) = shown("ppf----", served, given, *codes).served
    last = chain.certificates[-1]
    assert (last.label, last.state, last.ends) == (missing, "unknown", None)
    assert last.note == f"issued the one above it; not served{where}"


def test_the_issuer_of_a_chain_that_is_trusted_is_in_the_store() -> None:
    (chain,) = shown("ppwpppp", [LEAF, MIDDLE], None, "tls.expires_soon").served
    assert chain.certificates[-1].note.endswith("not served, but in this system's store")


def test_a_root_of_the_given_ca_is_not_missing() -> None:
    (chain,) = shown("ppf----", [LEAF, MIDDLE_OF_GIVEN], [ROOT]).served
    assert [one.label for one in chain.certificates] == ["leaf", "middle"]
