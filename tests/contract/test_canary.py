"""Passwords that a real Kafka takes and refuses are found nowhere that an instance leaves bytes."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from kalixweb.practice.server import Practice
from tests.integration.robustness.canaries import Search
from tests.integration.robustness.conftest import CONNECTIONS, SECRETS, store_password
from tests.running import RunningInstance
from tests.visitor import PASSWORD, PROJECT, Visitor, connection_form, set_up, shows

CANARIES = {
    "right": 'taken-by-kafka "it\'s" & <b>%41+/=\\ end',
    "wrong": "refused-by-kafka-Zm9vYmFy/+canary",
    "plain": "sent-in-plain-over-tls <&> %2F+",
    "draft": "typed-for-one-test-only £&<canary>",
    "sign-in": PASSWORD,
}
NEW = CONNECTIONS + "new/"


def make_user(practice: Practice, name: str, password: str) -> None:
    order = {"bootstrap": practice.listeners["plain"].server, "user": name, "password": password}
    child = Path(__file__).with_name("scram_child.py")
    subprocess.run(
        [sys.executable, "-I", str(child)], input=json.dumps(order), text=True, check=True
    )


def connect(visitor: Visitor, practice: Practice, name: str, **changes: Any) -> str:
    """Save a connection (or test it unsaved); the address that this leads to."""
    listener = practice.listeners[changes.pop("listener", "good")]
    form = connection_form(name, listener.server, auth=listener.auth, user="canary")
    ca = {"ca_from": "choose", "ca_ref": "kafka-ca/ca.crt", "topics": "orders, group:orders-svc"}
    return visitor.send(NEW, form | ca | changes).url


def typed(name: str, canary: str) -> dict[str, str]:
    value = {"password_name": name, "password_entry": "pwd", "password_value": CANARIES[canary]}
    return {"password_from": "new", **value}


def use(visitor: Visitor, practice: Practice, file: Path) -> None:
    """Have each canary sent to, or proven against, the real broker; look at what comes of it."""
    pem = practice.listeners["good"].ca_path.read_text()
    visitor.send(SECRETS + "new/?type=tls-ca", {"name": "kafka-ca", "pem": pem, "do": "save"})
    store_password(visitor, CANARIES["right"])
    tried = [
        ("works", {}, "may"),
        ("refused", typed("refused", "wrong"), "refused the password"),
        ("in-plain", {"listener": "plainonly", **typed("in-plain", "plain")}, "refused"),
    ]
    for name, changes, says in tried:
        page = connect(visitor, practice, name, **changes)
        run = visitor.send(page, to=page + "test/").url
        shows(visitor, run, says, within=60)
        for address in ("report.json?raw=yes", "report.txt?raw=yes", "report.md?raw=yes"):
            visitor.get(run + address)
        for address in ("", "edit/", "copy/", "runs/"):
            visitor.get(page + address)
    run = connect(visitor, practice, "drafted", **typed("drafted", "draft"), do="test")
    shows(visitor, run, "refused the password", within=60)
    for page in ("", "secrets/", "connections/", "audit/"):
        visitor.get(f"/p/{PROJECT}/{page}")
    good = practice.listeners["good"]
    login = ["--user", "canary", "--password-file", str(file), "--ca-cert", str(good.ca_path)]
    for words in (
        ["connections", "test", "works", "--wait", "-o", "json"],
        ["connections", "test", "refused", "--wait"],
        ["probe", good.server, *login, "--topic", "orders", "--second-opinion"],
        ["audit", "export"],
    ):
        said = visitor.up.command(*words)
        visitor.pages.append((said.stdout + said.stderr).encode())


def test_no_password_of_a_real_kafka_is_found_anywhere(practice: Practice, tmp_path: Path) -> None:
    make_user(practice, "canary", CANARIES["right"])
    file = tmp_path / "password"
    file.write_text(CANARIES["right"])
    search = Search(CANARIES)
    with RunningInstance(env={"KALIXWEB_LOG_LEVEL": "DEBUG"}) as up:
        visitor = set_up(up)
        use(visitor, practice, file)
        search.processes(up.process.pid)
        search.sessions(up.data / "db" / "kalixweb.sqlite3")
        search.files(up.data)
        up.stop()
        search.files(up.data)
        search.texts("page", visitor.pages)
        search.texts("log line", [line.encode() for line in up.lines])
        visitor.close()
    debug = [line for line in up.lines if '"level": "debug"' in line]
    assert any("brokers.run" in line for line in debug), "the worker's log was not looked at"
    assert search.found == []
