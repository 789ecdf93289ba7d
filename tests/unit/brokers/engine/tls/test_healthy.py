"""Set-ups that Kafka clients accept: no false alarm, and a channel that carries data."""

import ssl

import pytest

from brokers.engine.network import tcp
from brokers.engine.stages import tls
from brokers.engine.target import Server
from brokers.engine.wait import Cancel, Deadline
from tests.fakes import pki
from tests.fakes.pki import Identity, bundle
from tests.fakes.tls import Listener, server_context
from tests.fakes.tls import tls as tls_server
from tests.unit.brokers.engine.tls.conftest import Probe, codes, public_root


def test_chain_with_intermediate(
    probe: Probe, root: Identity, intermediate: Identity, good: Identity
) -> None:
    with Listener(tls_server(server_context(good, [intermediate]))) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == []
    assert outcome.result.state == "passed"
    assert outcome.channel is not None
    facts = outcome.result.facts
    assert (facts["version"], facts["trust"]) == ("TLSv1.3", "given")
    assert facts["ends_at"] == "CN=Test Root"
    assert [one["signed_by"] for one in facts["chain"]] == [intermediate.sha256, root.sha256]
    assert facts["names"] == ["localhost", "127.0.0.1", "::1"]
    assert facts["given"][0]["in_given_ca"] is True


def test_channel_carries_data_and_closes(
    root: Identity, intermediate: Identity, good: Identity
) -> None:
    with Listener(tls_server(server_context(good, [intermediate]))) as listener, Cancel() as cancel:
        deadline = Deadline.after(5, "node")
        connection = tcp.connect("127.0.0.1", listener.port, deadline, cancel)
        server = Server("localhost", listener.port)
        channel = tls.run(connection, server, root.pem, deadline, cancel).channel
        assert channel is not None
        sent = bytes(range(256)) * 400
        channel.send(sent, deadline)
        received = b""
        while len(received) < len(sent):
            received += channel.receive(65536, deadline)
        assert received == sent
        channel.close()
        channel.close()
        assert connection.fileno() == -1


@pytest.mark.parametrize(
    "versions",
    [
        (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2),
        (ssl.TLSVersion.TLSv1_3, ssl.TLSVersion.TLSv1_3),
    ],
)
def test_one_version_only(
    probe: Probe,
    root: Identity,
    intermediate: Identity,
    good: Identity,
    versions: tuple[ssl.TLSVersion, ssl.TLSVersion],
) -> None:
    context = server_context(good, [intermediate], lowest=versions[0], highest=versions[1])
    with Listener(tls_server(context)) as listener:
        assert codes(probe(listener, root.pem)) == []


def test_ipv6_address(probe: Probe, root: Identity) -> None:
    identity = pki.leaf(root)
    with Listener(tls_server(server_context(identity)), host="::1") as listener:
        outcome = probe(listener, root.pem, host="::1")
    assert codes(outcome) == []


def test_root_served_too_and_given_with_others(
    probe: Probe, root: Identity, intermediate: Identity, good: Identity
) -> None:
    ca = bundle(pki.authority("Other Root"), root)
    with Listener(tls_server(server_context(good, [intermediate, root]))) as listener:
        assert codes(probe(listener, ca)) == []


@pytest.mark.parametrize("names", [["*.example.test"], ["x.test", "B-1.Example.Test"]])
def test_names(probe: Probe, root: Identity, names: list[str]) -> None:
    with Listener(tls_server(server_context(pki.leaf(root, names)))) as listener:
        assert codes(probe(listener, root.pem, host="b-1.example.test")) == []


def test_public_ca_without_a_given_one(probe: Probe) -> None:
    with Listener(tls_server(server_context(pki.leaf(public_root())))) as listener:
        outcome = probe(listener)
    assert codes(outcome) == []
    assert outcome.result.facts["given"] is None


def test_self_signed_that_is_given(probe: Probe) -> None:
    identity = pki.leaf(None)
    with Listener(tls_server(server_context(identity))) as listener:
        assert codes(probe(listener, identity.pem)) == []


def test_client_certificate_wanted_but_not_required(probe: Probe, root: Identity) -> None:
    context = server_context(pki.leaf(root), client_ca=root, client_certificate=ssl.CERT_OPTIONAL)
    with Listener(tls_server(context)) as listener:
        outcome = probe(listener, root.pem)
    assert codes(outcome) == []
    assert outcome.result.facts["client_certificate_requested"] is True
    assert outcome.result.ms is not None
    assert outcome.result.ms < 250
