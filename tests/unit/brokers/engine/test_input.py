"""What is wrong with a configuration before any socket is opened."""

import pytest

from brokers.engine import input as configuration
from brokers.engine.bootstrap_servers import parse_servers
from tests.unit.brokers.engine.conftest import MakeTarget, Probe, codes, verdict

SERVERS = {
    "": "input.no_bootstrap",
    " , ;\n": "input.no_bootstrap",
    "kafka": "input.bad_address",
    "kafka:": "input.bad_address",
    "kafka:0": "input.bad_address",
    "kafka:99096": "input.bad_address",
    "kafka:9o96": "input.bad_address",
    "a..b:9096": "input.bad_address",
    "x" * 64 + ":9096": "input.bad_address",
    "ka fka:9096": "input.bad_address",
    "::1:9096": "input.bad_address",
    "0177.1:9096": "input.bad_address",
    "2130706433:9096": "input.bad_address",
    "a" * 10_000: "input.bad_address",
    "https://kafka:9096": "input.scheme",
    "SASL_SSL://kafka:9096": "input.scheme",
    "<bootstrap brokers>": "input.placeholder",
    "HOST:PORT": "input.placeholder",
    "${BROKERS}": "input.placeholder",
    "kafka:9096,kafka:9096": "input.duplicate",
}


@pytest.mark.parametrize("text", SERVERS)
def test_servers(text: str) -> None:
    _, found = parse_servers(text)
    assert SERVERS[text] in [fault.code for fault in found]
    assert {fault.field for fault in found} == {"servers"}
    assert all(len(fault.sentence) < 400 for fault in found)


def test_servers_as_people_paste_them() -> None:
    text = ' "b-1.example:9096, B-2.example:9096;"\n[::1]:9096\t10.0.0.1:9096,\r\n'
    servers, found = parse_servers(text)
    names = ["b-1.example:9096", "b-2.example:9096", "[::1]:9096", "10.0.0.1:9096"]
    assert [server.name for server in servers] == names
    assert not found


MSK = "b-1.c1.kafka.eu-west-1.amazonaws.com"
SERVERLESS = "kafka-serverless.eu-west-1.amazonaws.com"
CHANGES = {
    "auth": ({"servers": f"{MSK}:9096", "auth": "plain"}, "input.auth_not_on_platform"),
    "platform": ({"platform": "msk", "auth": "scram-sha-256"}, "input.auth_not_on_platform"),
    "port": ({"servers": f"{MSK}:9098"}, "input.port_for_other_auth"),
    "serverless": ({"servers": f"boot-x.c1.{SERVERLESS}:9098"}, "input.serverless"),
    "no user": ({"user": " "}, "input.user_missing"),
    "placeholder": ({"user": "<sasl username>"}, "input.placeholder"),
    "prefix": ({"user": "User:alice"}, "input.user_prefix"),
    "user space": ({"user": "alice\t"}, "input.whitespace"),
    "user letter": ({"user": "älice"}, "input.user_not_ascii"),
    "password": ({"password": ""}, "input.password_empty"),
    "password end": ({"password": "x\n"}, "input.whitespace"),
    "password control": ({"password": "a\0b"}, "input.whitespace"),
    "password json": ({"password": '{"password": "x"}'}, "input.value_is_json"),
    "password quoted": ({"password": "'secret'"}, "input.value_quoted"),
    "ca": ({"ca_pem": b"junk"}, "input.bad_ca"),
    "ca empty": ({"ca_pem": b""}, "input.bad_ca"),
    "ca der": ({"ca_pem": b"\x30\x82\x01"}, "input.bad_ca"),
    "ca torn": (
        {"ca_pem": b"-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"},
        "input.bad_ca",
    ),
    "topic": ({"topics": ("a/b",)}, "input.bad_topic"),
    "topic long": ({"topics": ("a" * 250,)}, "input.bad_topic"),
    "topic dots": ({"topics": ("..",)}, "input.bad_topic"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_configuration(target: MakeTarget, case: str) -> None:
    changes, code = CHANGES[case]
    servers = changes.get("servers", "127.0.0.1:9096")
    rest = {name: value for name, value in changes.items() if name != "servers"}
    found = configuration.check(target(servers, **rest))
    assert code in [fault.code for fault in found]
    assert all(fault.field for fault in found)
    secret = str(rest.get("password", "")).strip()
    assert not secret or all(secret not in fault.sentence for fault in found)


def test_nothing_is_wrong_with_a_good_one(target: MakeTarget) -> None:
    assert configuration.check(target("kafka.example:9096", topics=("a.b-c_d:read",))) == ()


def test_a_failing_input_ends_the_run_before_any_socket(probe: Probe) -> None:
    result = probe("https://localhost:1,localhost:2")
    assert verdict(result) == "input.scheme"
    assert codes(result) == ["input.scheme"]
    assert {stage.state for stage in result.nodes[0].stages} == {"skipped"}
