"""What a failure says about an advertised broker, beyond the failure itself."""

from dataclasses import dataclass, replace

from brokers.engine import faults, this_host
from brokers.engine.network import addresses
from brokers.engine.results import Fault, StageResult
from brokers.engine.target import Server

_INSIDE = (
    (".svc.cluster.local", "its Kubernetes cluster"),
    (".cluster.local", "its Kubernetes cluster"),
    (".svc", "its Kubernetes cluster"),
    (".docker.internal", "its Docker host"),
    (".internal", "its own network"),
    (".local", "its own network"),
)
_OTHER_KIND = {
    "tls.plaintext_kafka",
    "tls.http",
    "tls.other_protocol",
    "tls.zookeeper",
    "tls.client_certificate_required",
    "kafka.https",
    "kafka.not_kafka",
    "kafka.controller_port",
    "sasl.not_enabled",
    "sasl.mechanism_not_offered",
    "sasl.iam_only",
    "sasl.oauth_only",
}
_UNREACHABLE = {
    "connect.refused": "that port refuses connections",
    "connect.silent": "that port does not answer",
    "connect.silent_private": "that private address does not answer",
    "connect.unreachable": "there is no route to it",
}


@dataclass(frozen=True, slots=True)
class Advertised:
    """Who named this broker: its id, and the address of the bootstrap server that did."""

    broker_id: int
    by_address: str


def explained(result: StageResult, server: Server, by: Advertised) -> StageResult:
    """The failed stage with the listener's fault in front, where there is one."""
    cause = next((fault for fault in result.faults if fault.fails), None)
    fault = _fault(result, cause, server, by) if cause else None
    return replace(result, faults=(fault, *result.faults)) if fault else result


def loopback(server: Server, found: tuple[str, ...], by: Advertised) -> Fault | None:
    """A loopback or wildcard address that another machine advertises."""
    if addresses.is_loopback(by.by_address) or not found:
        return None
    if not all(addresses.is_loopback(address) for address in found):
        return None
    return _make("listener.loopback", server, by)


def absurd_port(server: Server, by: Advertised) -> Fault:
    reason = f"there is no port {server.port}"
    return _make("listener.unreachable", server, by, reason=reason)


def host_not_allowed(server: Server, allowed: tuple[str, ...], by: Advertised) -> Fault:
    return _make("listener.host_not_allowed", server, by, allowed=allowed)


def _fault(result: StageResult, cause: Fault, server: Server, by: Advertised) -> Fault | None:
    if cause.code == "resolve.refused_target":
        found = result.facts.get("addresses")
        listed = tuple(str(address) for address in found) if isinstance(found, list) else ()
        return loopback(server, listed, by)
    if cause.code == "resolve.not_found":
        return _unresolvable(server, by)
    if cause.code == "connect.silent_private" and not _is_inside(by.by_address):
        address = cause_address(result)
        return _make("listener.private", server, by, address=address)
    if cause.code in _UNREACHABLE:
        return _make("listener.unreachable", server, by, reason=_UNREACHABLE[cause.code])
    if cause.code in _OTHER_KIND:
        reason = cause.sentence.rstrip(".")
        return _make("listener.other_port_kind", server, by, reason=reason)
    return None


def cause_address(result: StageResult) -> str:
    """The addresses of a failed connection, as the connect stage listed them."""
    attempts = result.facts.get("attempts")
    if not isinstance(attempts, list):
        return ""
    return faults.listed([str(attempt).split(" ")[0].rstrip(":") for attempt in attempts])


def _unresolvable(server: Server, by: Advertised) -> Fault:
    for suffix, inside in _INSIDE:
        if server.host.endswith(suffix):
            return _make("listener.inside_name", server, by, inside=inside)
    if "." not in server.host:
        inside = "Docker, Kubernetes or its own machine"
        return _make("listener.inside_name", server, by, inside=inside)
    return _make("listener.unresolvable", server, by)


def _is_inside(address: str) -> bool:
    return addresses.is_private(address) or addresses.is_loopback(address)


def _make(code: str, server: Server, by: Advertised, **seen: object) -> Fault:
    known = {
        "broker": by.broker_id,
        "name": server.name,
        "host": server.host,
        "machine": this_host.machine(),
    }
    return faults.made_of(code, known | seen)
