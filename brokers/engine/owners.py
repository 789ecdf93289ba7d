"""Whose job it is to fix a fault, in the words of a label, an address and a sentence."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnerWording:
    """``label`` and ``addressee`` as a report names them, ``job`` as running text begins.

    ``person`` is meant for the command line, ``owned`` answers "whose?".
    """

    label: str
    addressee: str
    job: str
    person: str
    owned: str


OWNERS: dict[str, OwnerWording] = {
    "you": OwnerWording("You", "yourself", "Your job", "you", "Yours"),
    "cluster_owner": OwnerWording(
        "Cluster owner",
        "the cluster owner",
        "The cluster owner's job",
        "the cluster's owner",
        "The cluster's owner's",
    ),
    "network": OwnerWording(
        "Network",
        "the network team",
        "The network's job",
        "whoever runs the network",
        "Whoever runs the network's",
    ),
    "operator": OwnerWording(
        "Whoever runs kalixweb",
        "the operator",
        "The job of whoever runs kalixweb",
        "whoever runs this machine",
        "Whoever runs kalixweb's",
    ),
}
_NOBODY = OwnerWording("", "a colleague", "Somebody's job", "", "")


def wording_of(owner: str) -> OwnerWording:
    """Those of an owner; of somebody for a word that is not known."""
    return OWNERS.get(owner, _NOBODY)
