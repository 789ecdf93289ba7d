"""What a failure says about an advertised broker, beyond the failure itself."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from brokers.engine import faults, this_host, wording
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
    """The first of the listener's faults that explains the cause and has its evidence."""
    failure = Failure(result, cause, server, by)
    for code, evidence in _EVIDENCE.items():
        if cause.code in faults.TABLE[code].explains and (fault := evidence(failure)):
            return fault
    return None


@dataclass(frozen=True, slots=True)
class Failure:
    """How an advertised broker failed: the stage, its cause, and who named the broker."""

    result: StageResult
    cause: Fault
    server: Server
    by: Advertised


def _loopback(failure: Failure) -> Fault | None:
    found = failure.result.facts.get("addresses")
    listed = tuple(str(address) for address in found) if isinstance(found, list) else ()
    return loopback(failure.server, listed, failure.by)


def _private(failure: Failure) -> Fault | None:
    if _is_inside(failure.by.by_address):
        return None
    address = cause_address(failure.result)
    return _make("listener.private", failure.server, failure.by, address=address)


def _unreachable(failure: Failure) -> Fault:
    row = faults.TABLE[failure.cause.code]
    return _make("listener.unreachable", failure.server, failure.by, reason=row.advertised)


def _other_kind(failure: Failure) -> Fault:
    reason = wording.without_end(failure.cause.sentence)
    return _make("listener.other_port_kind", failure.server, failure.by, reason=reason)


def cause_address(result: StageResult) -> str:
    """The addresses of a failed connection, as the connect stage listed them."""
    attempts = result.facts.get("attempts")
    if not isinstance(attempts, list):
        return ""
    return faults.listed([str(attempt).split(" ")[0].rstrip(":") for attempt in attempts])


def _inside_name(failure: Failure) -> Fault | None:
    host = failure.server.host
    inside = next((where for suffix, where in _INSIDE if host.endswith(suffix)), "")
    if not inside and "." not in host:
        inside = "Docker, Kubernetes or its own machine"
    if not inside:
        return None
    return _make("listener.inside_name", failure.server, failure.by, inside=inside)


def _unresolvable(failure: Failure) -> Fault:
    return _make("listener.unresolvable", failure.server, failure.by)


def _is_inside(address: str) -> bool:
    return addresses.is_private(address) or addresses.is_loopback(address)


def _make(code: str, server: Server, by: Advertised, **seen: object) -> Fault:
    common = {
        "broker": by.broker_id,
        "name": server.name,
        "host": server.host,
        "machine": this_host.machine(),
    }
    return faults.make_from(code, common | seen)


# The more particular ones first.
_EVIDENCE: dict[str, Callable[[Failure], Fault | None]] = {
    "listener.loopback": _loopback,
    "listener.inside_name": _inside_name,
    "listener.unresolvable": _unresolvable,
    "listener.private": _private,
    "listener.unreachable": _unreachable,
    "listener.other_port_kind": _other_kind,
}
