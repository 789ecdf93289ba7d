"""Faults of the tls stage that the served certificates and the given CA show."""

from brokers.engine.faults.row import Row, Seen
from brokers.engine.results import Owner

OWNER: Owner = "cluster_owner"
GET_CA = "Get the CA from the owner of the cluster and give it as a tls-ca secret"
RENEW = "Have the certificate of {host}:{port} renewed and the listener reloaded."


def _needless_ca(seen: Seen) -> str:
    """Before a test nobody knows which port it will be."""
    place = f"{seen['host']}:{seen['port']}" if seen.get("port") else seen["host"]
    issuer = seen["issuer"]
    return f"The certificate of {place} is publicly trusted (by {issuer}): no CA needs to be given."


def _remove_ca(seen: Seen) -> str:
    if seen.get("own_name"):
        return f"Remove the CA, unless {seen['own_name']} has a certificate of your own."
    return "Remove the CA from the connection, or keep it to trust nobody else."


def _unknown_ca(seen: Seen) -> str:
    return (
        f"The chain of {seen['host']}:{seen['port']} ends at {seen['issuer']}, which the given CA"
        f" does not hold (it holds {seen['given']})."
    )


def _private_ca(seen: Seen) -> str:
    start = (
        f"No CA was given, and the chain of {seen['host']}:{seen['port']} ends at {seen['issuer']},"
    )
    return f"{start} which this system does not know."


def _get_ca(seen: Seen) -> str:
    # What the broker serves proves nothing about itself: the fingerprint comes from the owner.
    check = " Ask for its SHA-256 fingerprint too, by another way." if seen["sha256"] else ""
    if seen["alone"]:
        check = (
            " If that is an intermediate of a CA which is known already, the broker has to send it"
            " along instead."
        )
    return f"{GET_CA}: the certificate of {seen['issuer']}.{check}"


def _missing_intermediate(seen: Seen) -> str:
    start = f"{seen['host']}:{seen['port']} sends its certificate alone,"
    if not seen["given"]:
        return (
            f"{start} without the one of {seen['issuer']} that issued it, and this system does not"
            " hold that either."
        )
    gap = f"the broker leaves out {seen['issuer']}, an intermediate"
    wrong = "that CA is not this broker's"
    readings = (gap, wrong) if seen["likelier"] == "gap" else (wrong, gap)
    return (
        f"{start} and the given CA (it holds {seen['given']}) did not issue it:"
        f" either {readings[0]}, or {readings[1]}."
    )


def _close_the_gap(seen: Seen) -> str:
    whole = "the broker send its whole chain (keystore: key, leaf, then intermediates)."
    if seen["likelier"] == "gap":
        return f"Have {whole} If {seen['issuer']} is itself a root, give that root as the CA."
    return f"{GET_CA}: the root of {seen['issuer']}. If that is the given one, have {whole}"


ROWS: tuple[Row, ...] = (
    Row(
        "tls.ca_same_name",
        "F",
        "tls",
        "you",
        "CA renewed",
        "The given CA {name} ({given_dates}) has the right name but another key than the CA that"
        " issued the certificate of {host}:{port} ({wanted_dates}).",
        "The CA was renewed under the same name: get the new one from the owner of the cluster and"
        " save it as a new version of the secret. Given: {given}; wanted: {wanted}.",
        field="ca",
        quick_fixes=("ca",),
        fixed_at="ca",
        issuer_unknown=True,
    ),
    Row(
        "tls.intercepted",
        "F",
        "tls",
        "network",
        "Intercepted",
        "{host} belongs to {platform}, whose certificates are public, but what answers has one by"
        " {issuer}: probably TLS inspection on the way.",
        "Have TLS inspection switched off for {host}:{port}; do not trust that CA with a password.",
        issuer_unknown=True,
    ),
    Row(
        "tls.ingress_default",
        "F",
        "tls",
        OWNER,
        "Ingress",
        "{host}:{port} answers with the default certificate of a {ingress}: it ended TLS itself"
        " instead of passing it through to Kafka.",
        "Have TLS passthrough enabled for this host on the ingress, and check that the host is the"
        " one of its rule.",
    ),
    Row(
        "tls.unknown_ca",
        "F",
        "tls",
        "you",
        "Unknown CA",
        _unknown_ca,
        _get_ca,
        field="ca",
        quick_fixes=("ca",),
        issuer_unknown=True,
    ),
    Row(
        "tls.private_ca_not_given",
        "F",
        "tls",
        "you",
        "No CA given",
        _private_ca,
        _get_ca,
        field="ca",
        quick_fixes=("ca",),
        issuer_unknown=True,
    ),
    Row(
        "tls.system_store_empty",
        "F",
        "tls",
        "operator",
        "No CA store",
        "No CA was given, and the machine that runs kalixweb trusts no CA at all.",
        "Install the package ca-certificates where kalixweb runs, or point SSL_CERT_FILE at a"
        " bundle.",
        issuer_unknown=True,
    ),
    Row(
        "tls.public_ca_not_in_bundle",
        "F",
        "tls",
        "you",
        "Needless CA",
        "{host}:{port} has a publicly trusted certificate (by {issuer}), which the given CA does"
        " not cover.",
        "Remove the CA from the connection: this system trusts the broker without it.",
        field="ca",
        quick_fixes=("no-ca",),
    ),
    Row(
        "tls.self_signed",
        "F",
        "tls",
        "you",
        "Self-signed",
        "The certificate of {host}:{port} ({subject}) signed itself, and {trusted} does not"
        " hold it.",
        "Ask the owner of the cluster for this certificate and its SHA-256 fingerprint, and give it"
        " as a tls-ca secret. Better, have one issued by a CA.",
        field="ca",
    ),
    Row(
        "tls.missing_intermediate",
        "F",
        "tls",
        OWNER,
        "Chain gap",
        _missing_intermediate,
        _close_the_gap,
        field="ca",
        quick_fixes=("ca",),
        issuer_unknown=True,
    ),
    Row(
        "tls.ca_is_intermediate",
        "F",
        "tls",
        "you",
        "No root",
        "The given CA holds only the intermediate {given}, not its root {root}. Clients on OpenSSL"
        " (librdkafka, Python) refuse that; Java and Go accept it.",
        "Add the root {root} to the CA.",
        field="ca",
        quick_fixes=("ca",),
        fixed_at="ca",
        issuer_unknown=True,
    ),
    Row(
        "tls.ca_is_leaf",
        "F",
        "tls",
        "you",
        "CA is a leaf",
        "The given CA is {whose} ({given}), not the CA that issued the certificate of"
        " {host}:{port}.",
        "Give the certificate of {issuer} instead.",
        field="ca",
        quick_fixes=("ca",),
        fixed_at="ca",
    ),
    Row(
        "tls.expired",
        "F",
        "tls",
        OWNER,
        "Expired",
        "The certificate of {host}:{port} expired {ago} ago, on {end}.",
        RENEW,
    ),
    Row(
        "tls.ca_expired",
        "F",
        "tls",
        OWNER,
        "CA expired",
        "{name}, a CA in the chain of {host}:{port} ({where}), expired {ago} ago, on {end}.{java}",
        "Get the renewed CA from the owner of the cluster; if there is none, the CA has to be"
        " renewed first.",
    ),
    Row(
        "tls.not_yet_valid",
        "F",
        "tls",
        OWNER,
        "Not yet",
        "The {what} of {host}:{port} is valid from {start} on, in {wait}; our clock says {clock}.",
        "If our clock is wrong, have it set; if it is right, wait or have the certificate made"
        " anew.",
    ),
    Row(
        "tls.hostname",
        "F",
        "tls",
        "you",
        "Wrong name",
        "The certificate that answers on {host}:{port} is not for {host} but for {names}.",
        "Use a name that the certificate has, or have {host} added to it.",
        field="servers",
    ),
    Row(
        "tls.address_not_in_certificate",
        "F",
        "tls",
        "you",
        "Address",
        "{host} is an address, and the certificate has only names: {names}.",
        "Use one of these names as the host, or have the address added to the certificate.",
        field="servers",
    ),
    Row(
        "tls.wrong_purpose",
        "F",
        "tls",
        OWNER,
        "Not server",
        "The certificate of {host}:{port} is not for servers: its extended key usage lacks server"
        " authentication.",
        "Have a certificate made for server authentication (serverAuth).",
    ),
    Row(
        "tls.weak",
        "F",
        "tls",
        OWNER,
        "Weak",
        "{what} is too weak: {weakness}. Clients on OpenSSL 3 (librdkafka,"
        " Python) refuse it; Java accepts it.",
        "Have it made anew with RSA 2048 or EC P-256, and SHA-256.",
    ),
    Row(
        "tls.bad_chain",
        "F",
        "tls",
        OWNER,
        "Bad chain",
        "{name}, in the chain of {host}:{port}, breaks a rule: {rule}.",
        "Have the chain made anew by the CA; until then no client should trust it.",
    ),
    Row(
        "tls.expires_soon",
        "W",
        "tls",
        OWNER,
        "Ends soon",
        "The {what} of {host}:{port} ends in {left}, on {end}.",
        RENEW,
    ),
    Row(
        "tls.no_san",
        "W",
        "tls",
        OWNER,
        "No SAN",
        "The certificate of {host}:{port} names it only as its common name ({name}): Java and"
        " OpenSSL still accept that, Go clients refuse it.",
        "Have the certificate made anew with {host} as a subject alternative name.",
    ),
    Row(
        "tls.strict_clients_refuse",
        "W",
        "tls",
        OWNER,
        "Strict no",
        "Strict clients (Python 3.13 and newer) refuse the chain of {host}:{port}: {rule}.",
        "Have the certificate in question made anew as RFC 5280 wants it.",
    ),
    Row(
        "tls.needless_ca",
        "W",
        "tls",
        "you",
        "Needless CA",
        _needless_ca,
        _remove_ca,
        field="ca",
    ),
)
