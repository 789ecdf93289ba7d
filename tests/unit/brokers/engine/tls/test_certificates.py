"""Each fault that the served certificates and the given CA show, over real handshakes."""

from pathlib import Path

import pytest
from cryptography import x509

from tests.fakes import pki
from tests.fakes.pki import Identity, bundle
from tests.fakes.tls import Listener, server_context, tls
from tests.unit.brokers.engine.tls.conftest import Probe, codes, public_root


def serving(identity: Identity, *chain: Identity) -> Listener:
    return Listener(tls(server_context(identity, chain)))


def test_unknown_ca_names_where_the_chain_ends(probe: Probe, root: Identity) -> None:
    other = pki.authority("Other Root")
    with serving(pki.leaf(other), other) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.unknown_ca"]
    assert outcome.channel is None
    assert outcome.result.facts["ends_at"] == "CN=Other Root"
    fault = outcome.result.faults[0]
    assert "CN=Other Root" in fault.sentence
    assert "Test Root" in fault.sentence
    assert other.sha256 not in fault.action


def test_unknown_ca_behind_an_intermediate(probe: Probe, root: Identity) -> None:
    other = pki.authority("Other Intermediate", pki.authority("Other Root"))
    with serving(pki.leaf(other), other) as listener:
        assert codes(probe(listener, root.pem)) == ["tls.unknown_ca"]


def test_unknown_ca_when_the_leaf_alone_tells_that_its_issuer_is_a_root(
    probe: Probe, root: Identity
) -> None:
    identity = pki.leaf(pki.authority("Other Root"), tells_issuers_issuer=True)
    with serving(identity) as listener:
        assert codes(probe(listener, root.pem)) == ["tls.unknown_ca"]
    beneath = pki.leaf(pki.authority("Middle", root), tells_issuers_issuer=True)
    with serving(beneath) as listener:
        assert codes(probe(listener, root.pem)) == ["tls.missing_intermediate"]


def test_private_ca_not_given(probe: Probe, root: Identity, good: Identity) -> None:
    with serving(good, *good.chain) as listener:
        outcome = probe(listener)
    assert codes(outcome) == ["tls.private_ca_not_given"]
    assert outcome.result.facts["trust"] == "system"


def test_private_ca_not_given_when_the_leaf_comes_alone(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root)) as listener:
        assert codes(probe(listener)) == ["tls.private_ca_not_given"]


def test_system_store_empty(probe: Probe, good: Identity, system_trusts: Path) -> None:
    system_trusts.write_bytes(b"")
    with serving(good, *good.chain) as listener:
        outcome = probe(listener)
    assert codes(outcome) == ["tls.system_store_empty"]
    assert outcome.result.faults[0].owner == "operator"


def test_public_ca_not_in_bundle(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(public_root())) as listener:
        assert codes(probe(listener, root.pem)) == ["tls.public_ca_not_in_bundle"]


def test_needless_ca(probe: Probe) -> None:
    with serving(pki.leaf(public_root())) as listener:
        outcome = probe(listener, public_root().pem)
    assert codes(outcome) == ["tls.needless_ca"]
    assert outcome.result.state == "warned"
    assert outcome.channel is not None


def test_self_signed(probe: Probe, root: Identity) -> None:
    identity = pki.leaf(None)
    with serving(identity) as listener:
        for ca in (None, root.pem):
            outcome = probe(listener, ca)
            assert codes(outcome) == ["tls.self_signed"]
            assert identity.sha256 not in outcome.result.faults[0].action


@pytest.mark.parametrize("root_is_served", [True, False])
def test_ca_same_name(probe: Probe, root: Identity, root_is_served: bool) -> None:
    renewed = pki.authority("Test Root")
    with serving(pki.leaf(renewed), *([renewed] if root_is_served else [])) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.ca_same_name"]
    action = outcome.result.faults[0].action
    assert root.sha256 in action
    key_id = outcome.result.facts["chain"][0]["authority_key_id"]
    assert (renewed.sha256 if root_is_served else key_id) in action


@pytest.mark.parametrize("host", ["b-1.x.kafka.eu-west-1.amazonaws.com", "pkc-1.confluent.cloud"])
def test_intercepted(probe: Probe, host: str) -> None:
    proxy = pki.authority("Corporate Proxy")
    with serving(pki.leaf(proxy, [host]), proxy) as listener:
        outcome = probe(listener, host=host)
    assert codes(outcome) == ["tls.intercepted"]
    assert "Corporate Proxy" in outcome.result.faults[0].sentence


def test_public_certificate_without_its_intermediate_is_not_interception(probe: Probe) -> None:
    host = "b-1.x.kafka.eu-west-1.amazonaws.com"
    unknown = pki.authority("Public Intermediate", public_root())
    with serving(pki.leaf(unknown, [host], public_log=True)) as listener:
        assert codes(probe(listener, host=host)) == ["tls.missing_intermediate"]


@pytest.mark.parametrize(
    "name", ["Kubernetes Ingress Controller Fake Certificate", "TRAEFIK DEFAULT CERT"]
)
def test_ingress_default(probe: Probe, root: Identity, name: str) -> None:
    identity = pki.leaf(None, ["ingress.local"], common_name=name, organisation="Acme Co")
    with serving(identity) as listener:
        assert codes(probe(listener, root.pem)) == ["tls.ingress_default"]


def test_missing_intermediate(probe: Probe, root: Identity, good: Identity) -> None:
    with serving(good) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.missing_intermediate"]
    fault = outcome.result.faults[0]
    assert "either the broker leaves out CN=Test Intermediate" in fault.sentence
    assert "or that CA is not this broker's" in fault.sentence
    assert fault.owner == "cluster_owner"


def test_a_leaf_alone_of_a_stranger_is_rather_a_wrong_ca(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(pki.authority("Elsewhere Ltd CA"))) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.missing_intermediate"]
    fault = outcome.result.faults[0]
    assert "either that CA is not this broker's, or the broker leaves out" in fault.sentence
    assert "Test Root" in fault.sentence
    assert fault.owner == "you"


def test_an_expired_leaf_alone_is_expired_first(probe: Probe, root: Identity) -> None:
    expired = pki.leaf(pki.authority("Elsewhere Ltd CA"), valid=(-30, -3))
    with serving(expired) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.expired", "tls.missing_intermediate"]


@pytest.mark.parametrize("root_is_served", [True, False])
def test_ca_is_intermediate(probe: Probe, good: Identity, root_is_served: bool) -> None:
    chain = good.chain if root_is_served else good.chain[:1]
    with serving(good, *chain) as listener:
        outcome = probe(listener, good.chain[0].pem)
    assert codes(outcome) == ["tls.ca_is_intermediate"]
    assert "CN=Test Root" in outcome.result.faults[0].action


def test_ca_is_the_brokers_own_certificate(probe: Probe, good: Identity) -> None:
    with serving(good, *good.chain) as listener:
        outcome = probe(listener, good.pem)
    assert codes(outcome) == ["tls.ca_is_leaf"]
    assert "own certificate" in outcome.result.faults[0].sentence


def test_ca_is_another_leaf(probe: Probe, intermediate: Identity, good: Identity) -> None:
    with serving(good, *good.chain) as listener:
        outcome = probe(listener, pki.leaf(intermediate, common_name="b-2").pem)
    assert codes(outcome) == ["tls.ca_is_leaf"]
    assert "b-2" in outcome.result.faults[0].sentence


def test_expired_says_since_when(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, valid=(-30, -3.5))) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.expired"]
    assert "3 days ago" in outcome.result.faults[0].sentence
    assert outcome.result.facts["chain"][0]["days_left"] == -4


@pytest.mark.parametrize("which", ["root", "intermediate"])
def test_ca_expired(probe: Probe, root: Identity, which: str) -> None:
    top = pki.authority("Old Root", valid=(-30, -2)) if which == "root" else root
    middle = pki.authority(
        "Old Intermediate", top, valid=(-30, -2) if which == "intermediate" else (-30, 30)
    )
    with serving(pki.leaf(middle), middle) as listener:
        outcome = probe(listener, top.pem)
    assert codes(outcome) == ["tls.ca_expired"]
    sentence = outcome.result.faults[0].sentence
    assert f"Old {which.capitalize()}" in sentence
    assert ("given CA" in sentence) == (which == "root")
    assert ("Java" in sentence) == (which == "root")


def test_not_yet_valid_compares_with_our_clock(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, valid=(2.1, 30))) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.not_yet_valid"]
    assert "2 days" in outcome.result.faults[0].sentence
    assert "our clock" in outcome.result.faults[0].sentence


def test_hostname_lists_the_names_there_are(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, ["b-1.example.test", "*.prod.test"])) as listener:
        outcome = probe(listener, root.pem, host="a.b.prod.test")
    assert codes(outcome) == ["tls.hostname"]
    assert "b-1.example.test and *.prod.test" in outcome.result.faults[0].sentence


def test_address_not_in_certificate(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, ["b-1.example.test"])) as listener:
        outcome = probe(listener, root.pem, host="127.0.0.1")
    assert codes(outcome) == ["tls.address_not_in_certificate"]
    assert "b-1.example.test" in outcome.result.faults[0].sentence


def test_another_address_in_the_certificate_is_a_wrong_name(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, ["10.0.0.9"])) as listener:
        assert codes(probe(listener, root.pem, host="127.0.0.1")) == ["tls.hostname"]


def test_wrong_purpose(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, purpose="client")) as listener:
        assert codes(probe(listener, root.pem)) == ["tls.wrong_purpose"]


def test_no_purpose_at_all_is_fine(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, purpose="none")) as listener:
        assert codes(probe(listener, root.pem)) == []


def test_weak_key(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, key=pki.new_key("rsa-1024"))) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.weak"]
    assert "RSA 1024" in outcome.result.faults[0].sentence


def test_weak_ca_key(probe: Probe) -> None:
    root = pki.authority("Weak Root", key=pki.new_key("rsa-1024"))
    with serving(pki.leaf(root)) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.weak"]
    assert "Weak Root" in outcome.result.faults[0].sentence


def test_weak_signature(probe: Probe, root: Identity, tmp_path: Path) -> None:
    with serving(pki.sha1_leaf(root, tmp_path)) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.weak"]
    assert "SHA-1" in outcome.result.faults[0].sentence


def test_bad_chain_of_a_leaf_that_issued(probe: Probe, root: Identity) -> None:
    issuer = pki.leaf(root, common_name="no authority")
    with serving(pki.leaf(issuer), issuer) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.bad_chain"]
    assert "no authority" in outcome.result.faults[0].sentence
    assert "without being a CA" in outcome.result.faults[0].sentence


def test_bad_chain_too_many_intermediates(probe: Probe) -> None:
    root = pki.authority("Short Root", path_length=0)
    middle = pki.authority("Second", root)
    with serving(pki.leaf(middle), middle) as listener:
        assert codes(probe(listener, root.pem)) == ["tls.bad_chain"]


def test_bad_chain_name_constraints(probe: Probe) -> None:
    only = x509.NameConstraints([x509.DNSName("example.test")], None)
    root = pki.authority("Narrow Root", constraints=only)
    with serving(pki.leaf(root, ["localhost"])) as listener:
        assert codes(probe(listener, root.pem)) == ["tls.bad_chain"]


def test_expires_soon(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, valid=(-10, 12.5))) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.expires_soon"]
    assert "12 days" in outcome.result.faults[0].sentence
    assert outcome.channel is not None


def test_given_ca_expires_soon(probe: Probe) -> None:
    root = pki.authority("Ending Root", valid=(-10, 20.5))
    with serving(pki.leaf(root)) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.expires_soon"]
    assert "CA Ending Root" in outcome.result.faults[0].sentence


def test_no_san(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, [], common_name="localhost")) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.no_san"]
    assert outcome.channel is not None


def test_strict_clients_refuse(probe: Probe) -> None:
    root = pki.authority("Lax Root", strict=False)
    with serving(pki.leaf(root)) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == ["tls.strict_clients_refuse"]
    assert "key usage" in outcome.result.faults[0].sentence.lower()


def test_wildcard_for_part_of_a_label(probe: Probe, root: Identity) -> None:
    with serving(pki.leaf(root, ["b-*.example.test"])) as listener:
        assert codes(probe(listener, root.pem, host="b-12.example.test")) == [
            "tls.strict_clients_refuse"
        ]


def test_several_faults_at_once(probe: Probe, root: Identity) -> None:
    other = pki.authority("Other Root")
    identity = pki.leaf(other, ["b-9.example.test"], valid=(-30, -1), purpose="client")
    with serving(identity, other) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == [
        "tls.unknown_ca",
        "tls.expired",
        "tls.wrong_purpose",
        "tls.hostname",
    ]
    assert outcome.channel is None


def test_facts_of_a_failed_node_are_whole(probe: Probe, root: Identity, good: Identity) -> None:
    with serving(good, *good.chain) as listener:
        facts = probe(listener, bundle(pki.authority("A"), pki.authority("B"))).result.facts
    assert facts["version"] == "TLSv1.3"
    assert facts["cipher"]
    assert [one["subject"] for one in facts["chain"]] == [
        "CN=broker",
        "CN=Test Intermediate",
        "CN=Test Root",
    ]
    assert [one["label"] for one in facts["given"]] == ["A", "B"]
