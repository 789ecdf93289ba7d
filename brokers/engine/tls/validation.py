"""Turns the evidence of one handshake into faults: what must be mended first stands first."""

from collections.abc import Iterator

from brokers.engine.results import Fault
from brokers.engine.tls import chain, trust_store
from brokers.engine.tls.chain import Case
from brokers.engine.tls.dates import day, span
from brokers.engine.tls.untrusted_chain import distrust, ingress_default
from secrets_app.certificates.validation import SOON

JAVA_ACCEPTS = " Java clients accept an expired root, so it may work elsewhere."
HANDLED = (
    trust_store.UNTRUSTED | chain.EXPIRED | chain.NOT_YET_VALID | chain.WEAK | set(chain.PATH_RULES)
)


def failures(case: Case) -> tuple[Fault, ...]:
    """Every reason why a Kafka client refuses this server; none when it accepts it."""
    ingress = ingress_default(case)
    if ingress and (case.errors or not case.match.fits):
        return (ingress,)
    untrusted = distrust(case)
    first = (untrusted,) if untrusted else ()
    validity = tuple(_validity(case))
    # A date that has passed is certain, which of two readings of a lone leaf is right is not.
    certain = untrusted is not None and untrusted.code != "tls.missing_intermediate"
    return (
        *(first + validity if certain else validity + first),
        *_rules(case),
        *_names(case),
    )


def warnings(case: Case) -> tuple[Fault, ...]:
    """What will fail soon, or fails with stricter clients; for a server that is accepted."""
    return (*_ends_soon(case), *_lenient_name(case), *_strict(case), *_needless(case))


def _validity(case: Case) -> Iterator[Fault]:
    for one, depth in case.concerned(chain.EXPIRED):
        since = {"ago": span(case.now - one.not_after), "end": day(one.not_after)}
        if depth == 0:
            yield case.fault("tls.expired", **since)
        else:
            where = "given CA" if one in case.given else "served chain"
            java = JAVA_ACCEPTS if one.self_signed else ""
            yield case.fault("tls.ca_expired", name=one.label, where=where, java=java, **since)
    for one, depth in case.concerned(chain.NOT_YET_VALID):
        what = "certificate" if depth == 0 else f"CA {one.label}"
        yield case.fault(
            "tls.not_yet_valid",
            what=what,
            start=f"{one.not_before:%Y-%m-%d %H:%M} UTC",
            clock=f"{case.now:%Y-%m-%d %H:%M} UTC",
            wait=span(one.not_before - case.now),
        )


def _rules(case: Case) -> Iterator[Fault]:
    for one, depth in case.concerned(chain.PATH_RULES):
        codes = case.codes_of(one)
        if depth == 0 and chain.PURPOSE in codes:
            yield case.fault("tls.wrong_purpose")
            codes -= {chain.PURPOSE}
        broken = [
            chain.PATH_RULES[code]
            for code in sorted(codes, reverse=True)
            if code in chain.PATH_RULES
        ]
        if broken:
            yield case.fault("tls.bad_chain", name=one.label, rule=broken[0])
    for one, _ in case.concerned(chain.WEAK):
        what = f"{one.label}, in the chain of {case.server.host},"
        yield case.fault("tls.weak", what=what, weakness=one.weak or "its key is too small")
    others = sorted({error.code for error in case.errors} - HANDLED)
    if others:
        detail = f"OpenSSL refuses the certificate with error {', '.join(map(str, others))}"
        yield case.fault("tls.broken", detail=detail)


def _names(case: Case) -> Iterator[Fault]:
    if case.match.fits:
        return
    names = case.leaf.names or tuple(filter(None, [case.leaf.common_name]))
    code = "tls.hostname"
    if case.match.host_is_address and not case.leaf.addresses:
        code = "tls.address_not_in_certificate"
    yield case.fault(code, names=names or ["no name at all"])


def _ends_soon(case: Case) -> Iterator[Fault]:
    for one in case.whole_path:
        left = one.not_after - case.now
        if left < SOON:
            what = "certificate" if one is case.leaf else f"CA {one.label}"
            yield case.fault("tls.expires_soon", what=what, left=span(left), end=day(one.not_after))


def _lenient_name(case: Case) -> Iterator[Fault]:
    if case.match.how == "common_name":
        yield case.fault("tls.no_san", name=case.leaf.common_name)


def _strict(case: Case) -> Iterator[Fault]:
    if case.match.how == "partial_wildcard":
        names = [name for name in case.leaf.dns_names if "*" in name]
        rule = f"a wildcard for part of a label ({', '.join(names)})"
        yield case.fault("tls.strict_clients_refuse", rule=rule)
    error = case.trust.strict_error(case.served)
    if error:
        yield case.fault("tls.strict_clients_refuse", rule=error[1])


def _needless(case: Case) -> Iterator[Fault]:
    if case.trust.given is not None and trust_store.system().trusts(case.served):
        yield case.fault("tls.needless_ca", issuer=case.whole_path[-1].label)
