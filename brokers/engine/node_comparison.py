"""What only several nodes together can tell."""

from dataclasses import replace

from brokers.engine import faults, this_host
from brokers.engine.kafka.responses import Metadata
from brokers.engine.network import addresses
from brokers.engine.results import Fault, NodeResult


def are_two(first: Metadata, second: Metadata) -> bool:
    """Whether these are different clusters for certain: an old broker does not tell its id."""
    have_ids = first.cluster_id is not None and second.cluster_id is not None
    return have_ids and first.cluster_id != second.cluster_id


def two_clusters(nodes: list[NodeResult], index: int, first: Metadata, second: Metadata) -> Fault:
    """Two bootstrap servers described clusters with different ids."""
    before = next(
        (
            node.name
            for node in nodes
            if (stage := node.stage("metadata")) and stage.facts.get("cluster") == first.cluster_id
        ),
        "another",
    )
    detail = (
        f"{before} is in cluster {first.cluster_id}, {nodes[index].name} in {second.cluster_id}"
    )
    return faults.make("metadata.two_clusters", detail=detail)


def private_among_public(nodes: list[NodeResult]) -> list[NodeResult]:
    """Warns of bootstrap names that are private here, while other ones are public."""
    bootstrap = [(node, _addresses(node)) for node in nodes if node.origin == "bootstrap"]
    public = [
        node.host
        for node, found in bootstrap
        if found and not any(addresses.is_private(a) or addresses.is_loopback(a) for a in found)
    ]
    if not public:
        return nodes
    return [_warned(node, public) if node.origin == "bootstrap" else node for node in nodes]


def _warned(node: NodeResult, public: list[str]) -> NodeResult:
    found, stage = _addresses(node), node.stage("resolve")
    if stage is None or stage.state != "passed" or not found:
        return node
    if not all(addresses.is_private(address) for address in found):
        return node
    fault = faults.make(
        "resolve.private",
        host=node.host,
        addresses=found,
        other=f"{faults.listed(public, 2)} has a public one",
        machine=this_host.machine(),
    )
    return node.with_stage(replace(stage, state="warned", faults=(fault,)))


def _addresses(node: NodeResult) -> list[str]:
    stage = node.stage("resolve")
    found = stage.facts.get("addresses") if stage else None
    return [str(address) for address in found] if isinstance(found, list) else []
