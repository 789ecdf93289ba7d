"""Why a served chain does not end at anything that is trusted: one cause, the most telling one."""

import re
from collections.abc import Callable

from cryptography import x509

from brokers.engine import platforms
from brokers.engine.results import Fault, Owner
from brokers.engine.tls import trust_store
from brokers.engine.tls.chain import Case, issuer_of
from brokers.engine.tls.dates import day
from secrets_app.certificates import Certificate, signed_by

# Timestamps of public certificate logs: every publicly issued certificate has them.
PUBLIC_LOG = x509.ObjectIdentifier("1.3.6.1.4.1.11129.2.4.2")
# Words that say what a certificate is for, and nothing about whose it is.
_NO_NAMES = """
    authority ca cert certificate certificates certification global intermediate internal issuing
    kafka local other policy private production public root server services signing some staging
    sub subordinate tls trust
"""
NO_NAMES = frozenset(_NO_NAMES.split())
INGRESS_DEFAULTS = {
    "Kubernetes Ingress Controller Fake Certificate": "Kubernetes ingress",
    "TRAEFIK DEFAULT CERT": "Traefik",
}


def distrust(case: Case) -> Fault | None:
    """The tls fault that says why the chain is not trusted; None when it is."""
    if not case.untrusted:
        return None
    checks: tuple[Callable[[Case], Fault | None], ...] = (
        ingress_default,
        _system_store_empty,
        _intercepted,
        _public_ca_not_in_bundle,
        _ca_same_name,
        _self_signed,
        _ca_is_intermediate,
        _ca_is_leaf,
        _missing_intermediate,
    )
    for check in checks:
        fault = check(case)
        if fault:
            return fault
    return _unknown(case)


def ingress_default(case: Case) -> Fault | None:
    """What answers is an ingress with the certificate that it was born with."""
    ingress = INGRESS_DEFAULTS.get(case.leaf.common_name or "")
    return case.fault("tls.ingress_default", ingress=ingress) if ingress else None


def _system_store_empty(case: Case) -> Fault | None:
    if case.trust.given is None and case.trust.empty:
        return case.fault("tls.system_store_empty")
    return None


def _intercepted(case: Case) -> Fault | None:
    """Brokers of these platforms have public certificates, so a private one is somebody else's."""
    platform = _public_platform(case.server.host)
    if platform is None or publicly_logged(case.leaf):
        return None
    system = trust_store.system()
    if system.empty or system.trusts(case.served):
        return None
    return case.fault("tls.intercepted", platform=platform, issuer=ends_at(case))


def _public_platform(host: str) -> str | None:
    if platforms.is_msk(host):
        return "Amazon MSK"
    return "Confluent Cloud" if platforms.is_confluent_cloud(host) else None


def _public_ca_not_in_bundle(case: Case) -> Fault | None:
    if case.trust.given is None or not trust_store.system().trusts(case.served):
        return None
    return case.fault("tls.public_ca_not_in_bundle", issuer=ends_at(case))


def _ca_same_name(case: Case) -> Fault | None:
    for wanted in reversed(case.path):
        name = wanted.subject if wanted.self_signed else wanted.issuer
        for one in case.given:
            if one.subject == name and not _issued(wanted, one):
                return _same_name(case, wanted, one)
    return None


def _issued(wanted: Certificate, given: Certificate) -> bool:
    return signed_by(wanted, given) or wanted.sha256 == given.sha256


def _same_name(case: Case, wanted: Certificate, given: Certificate) -> Fault:
    served = wanted if wanted.self_signed else issuer_of(wanted, case.served)
    return case.fault(
        "tls.ca_same_name",
        name=given.label,
        given=f"SHA-256 {given.sha256}",
        given_dates=_dates(given),
        wanted=f"SHA-256 {served.sha256}"
        if served
        else f"key id {wanted.authority_key_id or 'unknown'}",
        wanted_dates=_dates(served) if served else "which it does not send",
    )


def _dates(certificate: Certificate) -> str:
    return f"valid {day(certificate.not_before)} to {day(certificate.not_after)}"


def _self_signed(case: Case) -> Fault | None:
    if not case.leaf.self_signed:
        return None
    return case.fault(
        "tls.self_signed",
        subject=case.leaf.label,
        sha256=case.leaf.sha256,
        trusted=_trusted(case),
    )


def _ca_is_intermediate(case: Case) -> Fault | None:
    for one in case.given:
        in_chain = any(signed_by(each, one) for each in case.path)
        if in_chain and one.is_ca and not one.self_signed:
            return case.fault("tls.ca_is_intermediate", given=one.label, root=one.issuer)
    return None


def _ca_is_leaf(case: Case) -> Fault | None:
    if not case.given or any(one.is_ca for one in case.given):
        return None
    own = any(one.sha256 == case.leaf.sha256 for one in case.given)
    whose = "the broker's own certificate" if own else "the certificate of a server"
    return case.fault(
        "tls.ca_is_leaf", whose=whose, given=case.given[0].label, issuer=ends_at(case)
    )


def _missing_intermediate(case: Case) -> Fault | None:
    """The leaf came alone. Without a given CA, only the leaf's public log tells it is missing."""
    if len(case.path) > 1 or issuer_is_root(case.leaf):
        return None
    if case.trust.given is None and not publicly_logged(case.leaf):
        return None
    # Nothing that was sent or given tells an intermediate from a root; names tell what is likelier.
    likelier = "gap" if case.trust.given is None or _related(case) else "ca"
    owner: Owner = "cluster_owner" if likelier == "gap" else "you"
    return case.fault(
        "tls.missing_intermediate",
        owner=owner,
        issuer=case.leaf.issuer,
        given=[one.label for one in case.given],
        likelier=likelier,
    )


def _related(case: Case) -> bool:
    """Whether the issuer's name has a word of its own in common with a CA that was given."""
    words = _own_words(case.leaf.issuer)
    return any(words & _own_words(one.subject) for one in case.given)


def _own_words(name: str) -> set[str]:
    values = re.split(r"(?:^|[,+])[A-Za-z0-9.]+=|[^\w]+", name.lower())
    return {word for word in values if len(word) > 2 and word not in NO_NAMES}


def _unknown(case: Case) -> Fault:
    code = "tls.private_ca_not_given" if case.trust.given is None else "tls.unknown_ca"
    top = case.path[-1]
    return case.fault(
        code,
        issuer=ends_at(case),
        given=[one.label for one in case.given],
        sha256=top.sha256 if top.self_signed else "",
        alone="yes" if len(case.path) == 1 else "",
    )


def ends_at(case: Case) -> str:
    """The name of the authority at which the served chain ends."""
    return case.path[-1].issuer


def publicly_logged(leaf: Certificate) -> bool:
    """Whether the certificate has timestamps of public logs, as only public CAs add them."""
    try:
        leaf.parsed.extensions.get_extension_for_oid(PUBLIC_LOG)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError, TypeError):
        return False
    return True


def issuer_is_root(leaf: Certificate) -> bool:
    """Whether the leaf itself says that its issuer was issued by nobody else."""
    try:
        found = leaf.parsed.extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError, TypeError):
        return False
    names = [name.value for name in found.authority_cert_issuer or ()]
    return leaf.parsed.issuer in names


def _trusted(case: Case) -> str:
    return "this system" if case.trust.given is None else "the given CA"
