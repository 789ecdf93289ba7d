"""Saved while it serves, restored on an empty disk, started: the stored password still works."""

import threading
from pathlib import Path

from tests.fakes import pki
from tests.fakes.kafka import Broker, Script
from tests.integration.robustness.conftest import CONNECTIONS, SECRETS, store_password
from tests.running import RunningInstance
from tests.visitor import Visitor, connection_form, readable, set_up

PASSPHRASE = "correct horse battery staple"
KAFKA_PASSWORD = "kafka-pä$$word"


def store_all(visitor: Visitor, broker: Broker, ca: bytes) -> None:
    store_password(visitor, KAFKA_PASSWORD)
    sent = {"name": "kafka-ca", "pem": ca.decode(), "do": "save"}
    assert "is sealed" in readable(visitor.send(SECRETS + "new/?type=tls-ca", sent))
    more = {"auth": "scram-sha-512", "ca_from": "choose", "ca_ref": "kafka-ca/ca.crt"}
    form = connection_form("orders-prod", f"127.0.0.1:{broker.port}", **more)
    assert "is saved" in readable(visitor.send(CONNECTIONS + "new/", form))


def saving_all_the_while(visitor: Visitor, stop: threading.Event) -> threading.Thread:
    def save() -> None:
        number = 0
        while not stop.is_set():
            store_password(visitor, "x" * 2000, name=f"meanwhile-{number}")
            number += 1

    thread = threading.Thread(target=save)
    thread.start()
    return thread


def test_there_and_back(tmp_path: Path) -> None:
    root = pki.authority()
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    script = Script(users={"svc-orders": KAFKA_PASSWORD})
    words = ["--passphrase-file", str(tmp_path / "passphrase")]
    with Broker(pki.leaf(root), script) as broker:
        with RunningInstance() as up:
            visitor = set_up(up)
            store_all(visitor, broker, root.pem)
            stop = threading.Event()
            other = visitor.clone()
            thread = saving_all_the_while(other, stop)
            try:
                saved = up.command("backup", str(tmp_path / "db"))
                keys = up.command("backup", "keys", str(tmp_path / "keys"), *words)
            finally:
                stop.set()
                thread.join(30)
            assert (saved.returncode, keys.returncode) == (0, 0), saved.stderr + keys.stderr
            other.close()
            visitor.close()
        back = RunningInstance(data=tmp_path / "new")
        restored = back.command("restore", str(tmp_path / "db"), str(tmp_path / "keys"), *words)
        assert restored.returncode == 0, restored.stderr
        with back:
            assert back.setup_link is None
            tested = back.command("connections", "test", "orders-prod", "--wait")
            assert tested.returncode == 0, tested.stdout + tested.stderr
            assert "the login as “svc-orders” works" in tested.stdout
            assert back.command("audit", "verify").returncode == 0
            visitor = Visitor(back)
            signed_in = visitor.send(
                "/account/login/", {"login": "mira", "password": "a-long-enough-passphrase"}
            )
            assert "orders-prod" in readable(visitor.get(CONNECTIONS)), readable(signed_in)
            visitor.close()
