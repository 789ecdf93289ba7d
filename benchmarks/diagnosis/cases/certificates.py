"""Certificates and CAs, right and wrong, in every combination that people meet."""

from typing import Any

from cryptography import x509

from benchmarks.diagnosis.situation import World
from tests.fakes import pki
from tests.fakes.pki import Identity, authority, leaf
from tests.fakes.tls import server_context, tls


def add(world: World) -> None:
    for listener in ("expired", "wrongname", "otherca", "selfsigned", "notyet", "nointermediate",
                     "soon"):  # fmt: skip
        fault = world.practice.listeners[listener].expected_fault
        world.on_practice(f"{listener} listener of Kafka", fault, listener)
    world.on_practice("no CA given (Kafka)", "tls.private_ca_not_given", "good", ca=None)
    stranger = authority("Elsewhere CA").pem.decode()
    world.on_practice("another CA given (Kafka)", "tls.unknown_ca", "good", ca=stranger)
    _trust(world)
    _dates_and_names(world)
    _rules(world)
    _warnings(world)


def _serve(world: World, name: str, fault: str, *chain: Identity, **typed: Any) -> None:
    handler = tls(server_context(chain[0], chain[1:]))
    world.add(name, fault, world.listen(handler), **typed)


def _text(*identities: Identity) -> str:
    return pki.bundle(*identities).decode()


def _trust(world: World) -> None:
    root, middle = world.root, authority("Benchmark Intermediate", world.root)
    good, renewed = leaf(middle), authority("Benchmark Root")
    other = authority("Other Intermediate", authority("Other Root"))
    lone = leaf(authority("Elsewhere Issuing CA"))
    _serve(world, "another CA behind an intermediate", "tls.unknown_ca", leaf(other), other)
    _serve(world, "CA renewed, served", "tls.ca_same_name", leaf(renewed), renewed)
    _serve(world, "CA renewed, leaf alone", "tls.ca_same_name", leaf(renewed))
    _serve(world, "no CA given", "tls.private_ca_not_given", good, middle, root, ca=None)
    _serve(world, "no CA store on the machine", "tls.system_store_empty", good, middle, ca=None,
           empty_store=True)  # fmt: skip
    public = leaf(world.public_root)
    _serve(world, "public certificate, private CA given", "tls.public_ca_not_in_bundle", public)
    _serve(world, "leaf alone, another CA given", "tls.missing_intermediate", lone)
    _serve(world, "intermediate missing", "tls.missing_intermediate", good)
    _serve(world, "intermediate given as the CA", "tls.ca_is_intermediate", good, middle,
           ca=_text(middle))  # fmt: skip
    _serve(world, "own certificate given as the CA", "tls.ca_is_leaf", good, middle, ca=_text(good))
    _serve(world, "another leaf given as the CA", "tls.ca_is_leaf", good, middle,
           ca=_text(leaf(middle, common_name="b-2")))  # fmt: skip
    fake = "Kubernetes Ingress Controller Fake Certificate"
    for name, common_name in (("ingress", fake), ("Traefik", "TRAEFIK DEFAULT CERT")):
        default = leaf(None, ["ingress.local"], common_name=common_name, organisation="Acme Co")
        _serve(world, f"default certificate of {name}", "tls.ingress_default", default)


def _dates_and_names(world: World) -> None:
    root = world.root
    old_root = authority("Old Root", valid=(-30, -2))
    old_middle = authority("Old Intermediate", root, valid=(-30, -2))
    new_root = authority("New Root", valid=(2, 900))
    _serve(world, "certificate expired", "tls.expired", leaf(root, valid=(-30, -3)))
    _serve(world, "root expired", "tls.ca_expired", leaf(old_root), ca=_text(old_root))
    _serve(world, "intermediate expired", "tls.ca_expired", leaf(old_middle), old_middle)
    _serve(world, "root not yet valid", "tls.not_yet_valid", leaf(new_root), ca=_text(new_root))
    _serve(world, "another name", "tls.hostname", leaf(root, ["127.0.0.9", "b-1.example.test"]))
    _serve(world, "an address as the host", "tls.address_not_in_certificate",
           leaf(root, ["b-1.example.test"]))  # fmt: skip


def _rules(world: World) -> None:
    root = world.root
    weak, short = (
        authority("Weak Root", key=pki.new_key("rsa-1024")),
        authority("Short Root", path_length=0),
    )
    deep, no_ca = authority("Second", short), leaf(root, common_name="no authority")
    only = x509.NameConstraints([x509.DNSName("example.test")], None)
    narrow = authority("Narrow Root", constraints=only)
    _serve(world, "certificate for clients", "tls.wrong_purpose", leaf(root, purpose="client"))
    _serve(world, "RSA 1024", "tls.weak", leaf(root, key=pki.new_key("rsa-1024")))
    _serve(world, "root with RSA 1024", "tls.weak", leaf(weak), ca=_text(weak))
    _serve(world, "SHA-1", "tls.weak", pki.sha1_leaf(root, world.folder))
    _serve(world, "issued by a leaf", "tls.bad_chain", leaf(no_ca), no_ca)
    _serve(world, "too many intermediates", "tls.bad_chain", leaf(deep), deep, ca=_text(short))
    _serve(world, "outside name constraints", "tls.bad_chain", leaf(narrow, ["localhost"]),
           ca=_text(narrow))  # fmt: skip


def _warnings(world: World) -> None:
    lax = authority("Lax Root", strict=False)
    by_name = leaf(world.root, [], common_name="localhost")
    for name, fault, identity, ca, host in (
        ("certificate ends in ten days", "tls.expires_soon",
         leaf(world.root, valid=(-9, 10)), world.root, "127.0.0.1"),
        ("common name alone", "tls.no_san", by_name, world.root, "localhost"),
        ("root without key usage", "tls.strict_clients_refuse", leaf(lax), lax, "127.0.0.1"),
        ("CA given though public", "tls.needless_ca",
         leaf(world.public_root), world.public_root, "127.0.0.1"),
    ):  # fmt: skip
        broker = world.broker(identity, host=host)
        world.add(name, fault, broker.address, ca=_text(ca))
