"""resolve: all addresses of the host, each of them one that may be connected to."""

import ipaddress
import socket
from dataclasses import dataclass

from brokers.engine import faults, this_host
from brokers.engine.network import addresses, resolver
from brokers.engine.results import Fault, StageResult, finished
from brokers.engine.target import Limits, Server, TargetPolicy
from brokers.engine.wait import Cancel, Deadline, DeadlinePassed

_MISSING = {socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)}
_PUBLIC = "-public."


@dataclass(frozen=True, slots=True)
class ResolveOutcome:
    """``addresses`` were all checked; empty when the stage failed."""

    result: StageResult
    addresses: tuple[str, ...] = ()


def run(
    server: Server, policy: TargetPolicy, limits: Limits, deadline: Deadline, cancel: Cancel
) -> ResolveOutcome:
    """Looks the host up (a numeric one is taken as it is) and checks every address."""
    try:
        found = _addresses(server, deadline.stage(limits.resolve), cancel)
    except DeadlinePassed as passed:
        if passed.scope != "stage":
            raise
        detail = f"no answer within {limits.resolve:g} s"
        return _failed(_fault("resolve.unavailable", server, detail=detail))
    except socket.gaierror as error:
        return _failed(_unresolved(server, error), raw=str(error))
    except (UnicodeError, OSError) as error:
        return _failed(_fault("resolve.not_found", server), raw=str(error))
    for address in found:
        reason = addresses.refusal(address, server.port, policy)
        if reason:
            literal = server.host == address
            place = f"The host is {address}" if literal else f"{server.host} leads to {address}"
            fault = _fault("resolve.refused_target", server, place=place, reason=reason)
            return ResolveOutcome(finished("resolve", fault, facts={"addresses": [*found]}))
    warnings = _private(server, found)
    return ResolveOutcome(finished("resolve", *warnings, facts={"addresses": [*found]}), found)


def _addresses(server: Server, deadline: Deadline, cancel: Cancel) -> tuple[str, ...]:
    try:
        return (str(ipaddress.ip_address(server.host)),)
    except ValueError:
        if not server.host:  # the resolver would take it for this machine
            raise socket.gaierror(socket.EAI_NONAME, "an empty name") from None
        return tuple(resolver.look_up(server.host, deadline, cancel))


def _unresolved(server: Server, error: socket.gaierror) -> Fault:
    if error.errno in _MISSING:
        return _fault("resolve.not_found", server)
    detail = {
        socket.EAI_AGAIN: "the name server gave no answer for now",
        socket.EAI_FAIL: "the name server failed",
    }.get(error.errno or 0, error.strerror or "the look-up failed")
    return _fault("resolve.unavailable", server, detail=detail)


def _private(server: Server, found: tuple[str, ...]) -> list[Fault]:
    if _PUBLIC not in server.host or not all(addresses.is_private(address) for address in found):
        return []
    other = "its name says that it is public"
    return [_fault("resolve.private", server, addresses=found, other=other)]


def _fault(code: str, server: Server, **seen: object) -> Fault:
    return faults.make_from(code, {"host": server.host, "machine": this_host.machine(), **seen})


def _failed(fault: Fault, raw: str | None = None) -> ResolveOutcome:
    return ResolveOutcome(finished("resolve", fault, raw=raw))
