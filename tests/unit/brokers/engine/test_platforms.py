"""Every port of Amazon MSK that does not fit the name or the login is told, with the right one."""

import pytest

from brokers.engine import input as configuration
from brokers.engine import platforms
from tests.unit.brokers.engine.conftest import MakeTarget

END = "orders.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
PRIVATE, PUBLIC = f"b-1.{END}", f"b-1-public.{END}"
SCRAM, IAM, TLS = (f"b-2.{kind}.{END}" for kind in ("scram", "iam", "tls"))
FITS = (
    (PRIVATE, 9096),
    (PUBLIC, 9196),
    (PRIVATE, 20096),
    (PUBLIC, 20096),
    (SCRAM, 14002),
    (SCRAM, 14001),
    (f"{PUBLIC}.", 9196),
    ("b-1.scram.k3x9ab.c4.kafka.eu-west-1.amazonaws.com", 9096),  # a cluster called scram
    ("kafka.example.com", 9098),
)
# What the sentence says, and the port that the action names.
MISFITS = {
    (PRIVATE, 9092): ("is for plaintext connections, not for scram-sha-512", 9096),
    (PRIVATE, 9094): ("client certificates", 9096),
    (PRIVATE, 9098): ("is for IAM login inside the VPC", 9096),
    (PRIVATE, 9194): ("public TLS", 9096),
    (PRIVATE, 9196): ("is for public SASL/SCRAM, not for private names", 9096),
    (PRIVATE, 9198): ("public IAM login", 9096),
    (PRIVATE, 2181): ("ZooKeeper", 9096),
    (PRIVATE, 9093): ("serves no client on port 9093", 9096),
    (PRIVATE, 14001): ("multi-VPC connectivity, not for private names", 9096),
    (PUBLIC, 9092): ("plaintext", 9196),
    (PUBLIC, 9094): ("client certificates", 9196),
    (PUBLIC, 9096): ("is for SASL/SCRAM inside the VPC, not for public names", 9196),
    (PUBLIC, 9098): ("IAM login inside the VPC", 9196),
    (PUBLIC, 9194): ("public TLS", 9196),
    (PUBLIC, 9198): ("public IAM login", 9196),
    (PRIVATE, 20092): ("plaintext connections over IPv6", 20096),
    (PUBLIC, 20094): ("TLS over IPv6", 20096),
    (PRIVATE, 20098): ("IAM login over IPv6", 20096),
    (SCRAM, 9096): ("inside the VPC, not for multi-VPC names", 14002),
    (f"{PRIVATE.upper()}.", 9098): ("IAM login inside the VPC", 9096),
    (f"b-1.{END}.cn", 9098): ("IAM login inside the VPC", 9096),
}
OTHER_NAMES = {
    (IAM, 14002): "name for IAM login by multi-VPC connectivity, not for scram-sha-512",
    (TLS, 14002): "name for TLS with client certificates by multi-VPC connectivity",
    (f"z-1.{END}", 2181): "name for ZooKeeper, not for scram-sha-512",
}


@pytest.mark.parametrize(("host", "port"), FITS)
def test_what_fits_is_not_warned_about(host: str, port: int) -> None:
    assert platforms.msk_port_advice(host, port) is None


@pytest.mark.parametrize(("host", "port"), MISFITS)
def test_a_misfit_is_a_warning_with_the_right_port(
    target: MakeTarget, host: str, port: int
) -> None:
    said, right = MISFITS[host, port]
    (fault,) = configuration.check(target(f"{host}:{port}"))
    assert (fault.code, fault.field, fault.fails) == ("input.port_for_other_auth", "servers", False)
    assert said in fault.sentence
    assert f"Use port {right} (" in fault.action


@pytest.mark.parametrize(("host", "port"), OTHER_NAMES)
def test_a_name_for_another_login_has_no_right_port(
    target: MakeTarget, host: str, port: int
) -> None:
    (fault,) = configuration.check(target(f"{host}:{port}"))
    assert OTHER_NAMES[host, port] in fault.sentence
    assert "bootstrap servers for SASL/SCRAM" in fault.action
    assert "Use port" not in fault.action


def test_a_private_name_is_also_told_the_public_one(target: MakeTarget) -> None:
    (fault,) = configuration.check(target(f"{PRIVATE}:9196"))
    assert "names with -public, and port 9196" in fault.action


def test_each_kind_of_misfit_is_said_once(target: MakeTarget) -> None:
    servers = ",".join(f"b-{n}.{END}:{port}" for n in (1, 2, 3) for port in (9098, 9092))
    assert len(configuration.check(target(servers))) == 2


@pytest.mark.parametrize("auth", ["scram-sha-512", "scram-sha-256", "plain"])
def test_serverless_is_refused_with_every_kind_of_login(target: MakeTarget, auth: str) -> None:
    host = "boot-a1b2c3d4.c1.kafka-serverless.eu-west-1.amazonaws.com"
    (fault,) = configuration.check(target(f"{host}:9098", auth=auth))
    assert (fault.code, fault.fails) == ("input.serverless", True)
    assert "IAM logins only" in fault.sentence


@pytest.mark.parametrize("name", ["b-1", "b-1-public", "b-1.scram", "b-2.iam", "b-3.tls"])
def test_a_first_save_allows_every_broker_of_an_msk_cluster(name: str) -> None:
    cluster = "orders.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
    assert platforms.patterns_for([f"{name}.{cluster}:9096"]) == [f"*.{cluster}"]


def test_an_msk_cluster_that_is_called_like_a_login_is_one_cluster() -> None:
    cluster = "scram.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
    assert platforms.patterns_for([f"b-1.{cluster}:9096"]) == [f"*.{cluster}"]
