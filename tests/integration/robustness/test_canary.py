"""Known secret values go everywhere that secrets go, and are then found nowhere."""

import base64
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.signing import dumps

from tests.fakes import pki
from tests.fakes.kafka import Broker, Script, _Talk
from tests.integration.robustness.canaries import Search, unpacked
from tests.integration.robustness.conftest import CONNECTIONS, SECRETS
from tests.running import RunningInstance
from tests.visitor import NAME, PASSWORD, PROJECT, Visitor, connection_form, readable, set_up, shows

CANARIES = {
    "stored": 'stored pä$$wörd "it\'s" & <b>%41+/=\\ end',
    "by command": "by-command-Zm9vYmFy/+canary'\"",
    "typed": "typed-in-the-form £&<canary> %2F+",
    "draft": "draft-that-is-never-saved ß&<canary>",
    "crashed": "in-the-request-that-crashed <&> ü",
    "mistyped user": "a-password-in-the-box-of-the-user",
    "sign-in": PASSWORD,
}


class Echo(Broker):
    """Refuses each login and tells in its error text what it got, in three spellings."""

    echoed: bytes = b""

    def _answer(self, message: bytes) -> str:
        self.echoed += message
        spelt = (quote(message), base64.b64encode(message).decode(), message.decode())
        return "no such login: " + " | ".join(spelt)


class _EchoTalk(_Talk):
    def _plain(self, message: bytes) -> tuple[int, bytes]:
        _, _, password = message.split(b"\0")
        assert isinstance(self.broker, Echo)
        self.script.message = self.broker._answer(password)
        return 58, b""


@pytest.fixture
def echo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Echo]:
    monkeypatch.setattr("tests.fakes.kafka._Talk", _EchoTalk)
    root = pki.authority()
    with Echo(pki.leaf(root), Script(mechanisms=("PLAIN",))) as broker:
        broker.ca = root.pem.decode()  # type: ignore[attr-defined]
        yield broker


@contextmanager
def broken(up: RunningInstance) -> Iterator[None]:
    """A table is gone meanwhile, so that saving a secret is a fault of our own."""
    with closing(sqlite3.connect(up.data / "db" / "kalixweb.sqlite3", timeout=20)) as db:
        db.execute("ALTER TABLE secret_version RENAME TO hidden_version")
        yield
        db.execute("ALTER TABLE hidden_version RENAME TO secret_version")


def plant(visitor: Visitor, echo: Echo, key: bytes) -> None:
    """Put every canary where people put it, some of them where they should not."""
    up = visitor.up
    stored = entry(CANARIES["stored"])
    visitor.send(SECRETS + "new/", {"name": "Not A Name", **stored})
    assert "is sealed" in readable(
        visitor.send(SECRETS + "new/", {"name": "orders-kafka", **stored})
    )
    told = up.command(
        "secret", "create", "generic", "told", "--literal", "pwd=-", stdin=CANARIES["by command"]
    )
    assert told.returncode == 0, told.stderr
    visitor.pages.append((told.stdout + told.stderr).encode())
    ca = {"name": "kafka-ca", "pem": echo.ca, "do": "save"}  # type: ignore[attr-defined]
    assert "is sealed" in readable(visitor.send(SECRETS + "new/?type=tls-ca", ca))
    refused = visitor.send(
        SECRETS + "new/?type=tls-ca", ca | {"name": "with-key", "pem": key.decode()}
    )
    assert refused.status_code == 422
    with broken(up):
        crashed = visitor.send(SECRETS + "new/", {"name": "crashed", **entry(CANARIES["crashed"])})
    assert crashed.status_code == 500
    stranger = Visitor(up)
    stranger.send("/account/login/", {"login": CANARIES["mistyped user"], "password": PASSWORD})
    stranger.send("/account/login/", {"login": NAME, "password": CANARIES["mistyped user"]})
    # A mistyped name stands in its box again, for whoever typed it, and nowhere else.
    box = f'value="{CANARIES["mistyped user"]}"'.encode()
    visitor.pages += [page.replace(box, b"") for page in stranger.pages]
    stranger.close()


def entry(value: str) -> dict[str, str]:
    return {"entries": "1", "entries-0-name": "pwd", "entries-0-value": value, "do": "save"}


def use(visitor: Visitor, echo: Echo) -> None:
    """Send the stored and a typed password to the server that echoes, and look at every page."""
    up = visitor.up
    plain = {"auth": "plain", "ca_from": "choose", "ca_ref": "kafka-ca/ca.crt"}
    servers = f"127.0.0.1:{echo.port}"
    typed = {"password_from": "new", "password_name": "typed-in", "password_entry": "pwd"}
    typed["password_value"] = CANARIES["typed"]
    new = CONNECTIONS + "new/"
    assert (
        visitor.send(new, connection_form("Bad Name", servers, **plain, **typed)).status_code == 422
    )
    draft = typed | {"password_value": CANARIES["draft"], "do": "test"}
    ran = visitor.send(new, connection_form("drafted", servers, **plain, **draft)).url
    assert "/runs/" in ran
    shows(visitor, ran, "Failed", within=60)
    for name, more in (("with-stored", {}), ("with-typed", typed)):
        page = visitor.send(new, connection_form(name, servers, **plain, **more)).url
        run = visitor.send(page, to=page + "test/").url
        assert "[removed]" in shows(visitor, run, "Failed", within=60)
        for address in (
            run + "report.json?raw=yes",
            run + "report.txt?raw=yes",
            run + "report.md?raw=yes",
            page,
            page + "edit/",
            page + "copy/",
            page + "runs/",
        ):
            visitor.get(address)
    pages = ("", "secrets/", "connections/", "audit/", "members/")
    for address in (*(f"/p/{PROJECT}/{page}" for page in pages), "/admin/", "/account/sessions/"):
        visitor.get(address)
    for words in (
        ["connections", "test", "with-stored", "--wait", "-o", "json"],
        ["secret", "get", "orders-kafka", "-o", "json"],
        ["audit", "export"],
        ["doctor"],
        ["backup", str(up.data / "backup.sqlite3")],
    ):
        said = up.command(*words)
        visitor.pages.append((said.stdout + said.stderr).encode())
    assert (up.data / "backup.sqlite3").exists()


def test_no_canary_is_found_anywhere(echo: Echo, tmp_path: Path) -> None:
    key = pki.leaf(None).key_pem
    body = "".join(key.decode().splitlines()[1:-1])
    search = Search(CANARIES | {"private key": body[16:80]})
    with RunningInstance(env={"KALIXWEB_LOG_LEVEL": "DEBUG"}) as up:
        visitor = set_up(up)
        plant(visitor, echo, key)
        use(visitor, echo)
        for name in ("stored", "typed", "draft"):
            assert CANARIES[name].encode() in echo.echoed, "the server never got it"
        database = up.data / "db" / "kalixweb.sqlite3"
        search.processes(up.process.pid)
        search.sessions(database)
        search.files(up.data)
        up.stop()
        search.files(up.data)
        search.sessions(database)
        search.texts("page", visitor.pages)
        search.texts("log line", [line.encode() for line in up.lines])
        visitor.close()
    assert any('"level": "debug"' in line for line in up.lines)
    assert any("no such table" in line for line in up.lines), "nothing crashed"
    assert search.places > 200
    assert search.found == []


@pytest.mark.parametrize(
    "spell",
    [
        lambda value: value.encode(),
        lambda value: base64.b64encode(b"user\0" + value.encode()),
        lambda value: base64.urlsafe_b64encode(b"\0svc\0" + value.encode() + b"!"),
        lambda value: quote(value, safe="").encode(),
        lambda value: b"x" + value.encode().hex().encode(),
        lambda value: repr({"password": value}).encode(),
        lambda value: unpacked(dumps({"form": value * 9}, compress=True)),
    ],
)
@pytest.mark.parametrize("name", CANARIES)
def test_the_search_finds_what_it_looks_for(tmp_path: Path, spell: Any, name: str) -> None:
    (tmp_path / "leak").write_bytes(b"before " + spell(CANARIES[name]) + b" after")
    search = Search(CANARIES)
    search.files(tmp_path)
    assert search.found == [f"{name} in leak"]
