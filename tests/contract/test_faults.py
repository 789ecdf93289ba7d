"""Every practice fault: the engine names it, and a real client agrees on what still works."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from brokers.engine.verdict import all_faults
from kalixweb.practice import listeners as table
from kalixweb.practice.listeners import BOB, CONTROLLER, READER, RECIPES
from kalixweb.practice.server import Practice
from tests.contract import engine
from tests.contract.engine import Configuration
from tests.fakes import pki
from tests.fakes.practice import Cluster, three_brokers
from tests.requirements import require

Change = Callable[[Practice], dict[str, Any]]


@dataclass(frozen=True)
class Case:
    """``change`` overrides what the listener's line says to type."""

    listener: str
    fault: str | None
    change: dict[str, Any] | Change
    state: str = "failed"


def _both(name: str) -> Change:
    return lambda practice: {
        "servers": f"{practice.listeners['good'].server},{practice.listeners[name].server}"
    }


def _leaf(practice: Practice) -> bytes:
    """The certificate that the good listener serves, out of its keystore."""
    kept = practice.ca_path.with_name("good.pem").read_bytes()
    begins = b"-----BEGIN CERTIFICATE-----"
    return begins + kept.split(begins)[1]


BOB_512 = {"user": BOB.name, "password": BOB.password}
BOB_256 = {**BOB_512, "auth": "scram-sha-256"}
READER_256 = {"user": READER.name, "password": READER.password, "auth": "scram-sha-256"}

CASES = {
    "wrong password": Case("good", "sasl.wrong_password", {"password": "alice-practicE"}),
    "password with a line end": Case(
        "good", "sasl.wrong_password_whitespace", {"password": "alice-practice\n"}
    ),
    "password in Base64": Case(
        "good", "sasl.wrong_password_encoded", {"password": "YWxpY2UtcHJhY3RpY2U="}
    ),
    "unknown user": Case("good", "sasl.unknown_user", {"user": "nobody"}),
    "user of the other mechanism": Case("good", "sasl.user_of_other_mechanism", BOB_512),
    "user with User: in front": Case("good", "input.user_prefix", {"user": "User:alice"}),
    "PLAIN where only SCRAM": Case("good", "sasl.mechanism_not_offered", {"auth": "plain"}),
    "PLAIN refused": Case("plainonly", "sasl.plain_rejected", {"password": "not-the-password"}),
    "SCRAM-SHA-256 where it is right": Case("only256", None, BOB_256, "passed"),
    "SCRAM-SHA-256 where both are offered": Case("good", None, READER_256, "passed"),
    "no CA": Case("good", "tls.private_ca_not_given", {"ca_pem": None}),
    "another CA": Case("good", "tls.unknown_ca", {"ca_pem": pki.authority("Somebody's CA").pem}),
    "another CA, and the leaf comes alone": Case(
        "nointermediate",
        "tls.missing_intermediate",
        {"ca_pem": pki.authority("Somebody's CA").pem},
    ),
    "the broker's own certificate as the CA": Case(
        "good", "tls.ca_is_leaf", lambda practice: {"ca_pem": _leaf(practice)}
    ),
    "an address where the certificate has names": Case(
        "wrongname",
        "tls.address_not_in_certificate",
        lambda practice: {"servers": f"127.0.0.1:{practice.listeners['wrongname'].port}"},
    ),
    "one of two bootstrap servers expired": Case(
        "good", "tls.expired", _both("expired"), "degraded"
    ),
    "one of two bootstrap servers refuses": Case(
        "good",
        "connect.refused",
        lambda practice: {
            "servers": f"{practice.listeners['good'].server}"
            f",127.0.0.1:{practice.port_base + table.CLOSED_OFFSET}"
        },
        "degraded",
    ),
    "nothing listens": Case(
        "good",
        "connect.refused",
        lambda practice: {"servers": f"127.0.0.1:{practice.port_base + table.CLOSED_OFFSET}"},
    ),
    "no such name": Case("good", "resolve.not_found", {"servers": "b-1.kafka.invalid:9096"}),
}


def _agree(configuration: Configuration, fault: str | None, states: set[str]) -> None:
    result = configuration.test()
    verdict = result.verdict
    assert verdict is not None
    said = f"{verdict.state} {verdict.fault}: {verdict.sentence}"
    assert (verdict.fault, verdict.state in states) == (fault, True), said
    assert configuration.password.strip() not in str(result.document(dt.datetime.now(dt.UTC), {}))
    client = configuration.ask_client()
    ours = (engine.bootstraps(result), engine.reaches_all(result))
    assert ours == (client.bootstraps, client.reaches_all), f"{said} | client: {client.errors}"


@pytest.mark.parametrize("recipe", [*RECIPES, CONTROLLER], ids=lambda recipe: recipe.name)
def test_each_listener(practice: Practice, recipe: table.Recipe) -> None:
    listener = practice.listeners[recipe.name]
    states = {"failed", "degraded", "warned"} if recipe.fault else {"passed"}

    _agree(Configuration.of(listener), recipe.fault, states)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_each_mistake(practice: Practice, case: Case) -> None:
    change = case.change(practice) if callable(case.change) else case.change
    configuration = replace(Configuration.of(practice.listeners[case.listener]), **change)

    _agree(configuration, case.fault, {case.state})


def test_one_of_three_brokers_expired(cluster: Cluster) -> None:
    configuration = Configuration.of_cluster(cluster)

    _agree(configuration, "tls.expired", {"degraded"})
    verdict = configuration.test().verdict
    assert verdict is not None
    assert verdict.node == cluster.nodes[2]


def test_two_clusters_behind_one_list(practice: Practice, cluster: Cluster) -> None:
    good = practice.listeners["good"]
    both = replace(
        Configuration.of_cluster(cluster),
        servers=f"{good.server},{cluster.nodes[0]}",
        ca_pem=good.ca_path.read_bytes() + cluster.ca_path.read_bytes(),
    )

    verdict = both.test().verdict
    assert verdict is not None
    assert (verdict.state, verdict.fault) == ("failed", "metadata.two_clusters")


def test_a_broker_that_went_away_is_missed_though_all_others_are_green(tmp_path: Path) -> None:
    require("kafka")
    with three_brokers(tmp_path) as cluster:
        cluster.processes[1].stop(patience=0)
        configuration = replace(Configuration.of_cluster(cluster), topics=("orders",))
        patience = time.monotonic() + 30
        while "metadata.broker_missing" not in (found := _codes(configuration)):
            assert time.monotonic() < patience, found
            time.sleep(0.5)
        assert "rights.under_replicated" in found


def _codes(configuration: Configuration) -> set[str]:
    return {fault.code for fault in all_faults(configuration.test())}
