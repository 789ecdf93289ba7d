"""The last good run beside the present one: what changed, and nothing that nobody saw."""

from typing import Any

import pytest

from brokers.engine.document import read
from brokers.engine.report.run_differences import RunRecord, changes

SECRET = {"secret": "5b1e", "name": "orders-kafka", "entry": "pwd", "version": 2}
TARGET = {
    "servers": ["b-1:9096", "b-2:9096"],
    "user": "svc",
    "auth": "scram-sha-512",
    "password": SECRET,
    "ca": {"secret": "77aa", "name": "kafka-ca", "entry": "ca.crt", "version": 1},
    "revision": 3,
}


def certificate(sha: str, ends: str) -> dict[str, Any]:
    return {"sha256": sha, "issuer": "CN=Shop CA", "not_after": f"{ends}T00:00:00Z"}


def node(name: str, **facts: dict[str, Any]) -> dict[str, Any]:
    seen = {
        "resolve": {"addresses": ["192.0.2.1"]},
        "tls": {"version": "TLSv1.3", "chain": [certificate("aa", "2026-11-20")]},
        "sasl-mechanism": {"offered": ["SCRAM-SHA-512"]},
        "metadata": {
            "brokers": [
                {"id": 1, "host": "b-1", "port": 9096},
                {"id": 2, "host": "b-2", "port": 9096},
            ]
        },
    }
    stages = [
        {"stage": stage, "state": "passed", "facts": of} for stage, of in (seen | facts).items()
    ]
    return {"host": name, "port": 9096, "origin": "bootstrap", "stages": stages}


def made(*nodes: dict[str, Any], target: dict[str, Any] | None = None, **more: Any) -> RunRecord:
    whole = {
        "from": {"host": "laptop"},
        "cluster": {"id": "c-1"},
        "nodes": list(nodes) or [node("b-1"), node("b-2")],
        "rights": [{"kind": "topic", "name": "orders", "read": True, "write": True}],
    }
    return RunRecord(read(whole | more), TARGET | (target or {}))


def brokers(*names: str) -> dict[str, Any]:
    told = [{"id": i, "host": name, "port": 9096} for i, name in enumerate(names, 1)]
    return {"brokers": told}


NEW_LEAF = {"version": "TLSv1.3", "chain": [certificate("bb", "2027-11-20")]}
LEAVES = (
    "by CN=Shop CA, valid until 2027-11-20, SHA-256 bb; "
    "it was by CN=Shop CA, valid until 2026-11-20, SHA-256 aa."
)
CASES = {
    "nothing": (made(), []),
    "user": (made(target={"user": "app", "revision": 4}), ["The user was svc and is app."]),
    "servers": (
        made(target={"servers": ["b-1:9096", "b-3:9096"], "revision": 4}),
        [
            "b-3:9096 is new among the bootstrap servers.",
            "b-2:9096 is no longer a bootstrap server.",
        ],
    ),
    "something else of the connection": (
        made(target={"revision": 5}),
        ["The connection was changed: revision 3 is now 5."],
    ),
    "password's version": (
        made(target={"password": SECRET | {"version": 4}}),
        ["The password orders-kafka/pwd has changed: version 2 is now version 4."],
    ),
    "another secret": (
        made(target={"password": SECRET | {"secret": "99", "name": "other"}}),
        ["The password was orders-kafka/pwd and is other/pwd."],
    ),
    "CA dropped": (made(target={"ca": None}), ["The CA kafka-ca/ca.crt is no longer given."]),
    "cluster": (
        made(cluster={"id": "c-2"}),
        ["Another cluster answers: its id was c-1 and is c-2."],
    ),
    "a third broker": (
        made(node("b-1", metadata=brokers("b-1", "b-2", "b-3")), node("b-2")),
        ["Broker 3 (b-3:9096) is new."],
    ),
    "a broker is gone and one moved": (
        made(node("b-1", metadata=brokers("x-1")), node("b-2")),
        ["Broker 2 (b-2:9096) is gone.", "Broker 1 is advertised as x-1:9096 and was b-1:9096."],
    ),
    "certificate of all": (
        made(node("b-1", tls=NEW_LEAF), node("b-2", tls=NEW_LEAF)),
        [
            "b-1:9096 and b-2:9096 serve another certificate: " + LEAVES,
        ],
    ),
    "TLS version of one": (
        made(
            node("b-1"),
            node("b-2", tls={"version": "TLSv1.2", "chain": [certificate("aa", "2026-11-20")]}),
        ),
        ["b-2:9096 speaks TLS of another version: TLSv1.2; it was TLSv1.3."],
    ),
    "mechanisms": (
        made(node("b-1", **{"sasl-mechanism": {"offered": ["PLAIN"]}}), node("b-2")),
        ["b-1:9096 offers other mechanisms: PLAIN; it was SCRAM-SHA-512."],
    ),
    "addresses": (
        made(node("b-1", resolve={"addresses": ["10.0.0.1"]}), node("b-2")),
        ["b-1:9096 leads to other addresses: 10.0.0.1; it was 192.0.2.1."],
    ),
    "rights": (
        made(rights=[{"kind": "topic", "name": "orders", "read": True, "write": False}]),
        ["The user may no longer write the topic orders."],
    ),
    "place": (
        made(**{"from": {"host": "prod-1"}}),
        ["It was tested from laptop and is tested from prod-1."],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_changed(case: str) -> None:
    now, said = CASES[case]
    assert list(changes(made(), now)) == said


def test_what_was_not_reached_is_no_change() -> None:
    nothing = {"tls": {}, "sasl-mechanism": {}, "metadata": {}}
    now = made(node("b-1", **nothing), node("b-2", **nothing), cluster=None, rights=[])
    assert changes(made(), now) == ()


def test_the_order_of_addresses_and_mechanisms_means_nothing() -> None:
    before = made(node("b-1", resolve={"addresses": ["192.0.2.1", "192.0.2.2"]}))
    now = made(node("b-1", resolve={"addresses": ["192.0.2.2", "192.0.2.1"]}))
    assert changes(before, now) == ()
