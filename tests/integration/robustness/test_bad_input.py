"""What people send by mistake, twice, or at the same moment, to a running instance."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.fakes import pki
from tests.integration.robustness.conftest import CONNECTIONS, SECRETS, Scene
from tests.visitor import connection_form, readable

MIB = 1024 * 1024
ROOT = pki.authority()


def entry(value: str) -> dict[str, str]:
    return {"entries": "1", "entries-0-name": "pwd", "entries-0-value": value, "do": "save"}


def refused(answer: requests.Response, sentence: str) -> None:
    assert answer.status_code == 422
    assert sentence in readable(answer)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("or/ders", "contains a slash"),
        ("my orders", "contains a space"),
        ("Orders", "contains a capital letter"),
        ("orders-🦄", "contains “🦄”"),
    ],
)
def test_names_that_cannot_be(scene: Scene, name: str, sentence: str) -> None:
    refused(scene.visitor.send(SECRETS + "new/", {"name": name, **entry("x")}), sentence)
    refused(scene.visitor.send(CONNECTIONS + "new/", connection_form(name, "a:1")), sentence)
    assert name not in readable(scene.visitor.get(SECRETS))


@pytest.mark.parametrize(
    ("pem", "sentence"),
    [
        (ROOT.pem + ROOT.key_pem, "private key"),
        (ROOT.der, "DER"),
        (b"\xff junk " * (MIB // 8), "64 KiB"),
        (b"".join(pki.authority(f"Root {n}").pem for n in range(51)), "51 certificates"),
    ],
)
def test_files_that_are_no_ca(scene: Scene, pem: bytes, sentence: str) -> None:
    new, files = SECRETS + "new/?type=tls-ca", {"file": ("ca.pem", pem)}
    refused(scene.visitor.send(new, {"name": "not-a-ca", "do": "save"}, files=files), sentence)
    assert "not-a-ca" not in readable(scene.visitor.get(SECRETS))


def test_a_ca_with_windows_line_ends(scene: Scene) -> None:
    files = {"file": ("ca.pem", ROOT.pem.replace(b"\n", b"\r\n"))}
    new = SECRETS + "new/?type=tls-ca"
    answer = scene.visitor.send(new, {"name": "from-windows", "do": "save"}, files=files)
    assert "from-windows is sealed and stored." in readable(answer)


def test_a_secret_of_one_mebibyte_and_one_byte_more(scene: Scene) -> None:
    new = SECRETS + "new/"
    too_large = scene.visitor.send(new, {"name": "larger", **entry("x" * (MIB + 1))})
    refused(too_large, "1 MiB")
    assert "is sealed" in readable(scene.visitor.send(new, {"name": "large", **entry("x" * MIB)}))


def test_ten_thousand_characters_of_servers(scene: Scene) -> None:
    new = CONNECTIONS + "new/"
    servers = "b" * 10_001
    refused(scene.visitor.send(new, connection_form("long", servers)), "10,000 is the most")
    servers = ",".join(f"b-{n}.example.test:9096" for n in range(400))
    many = scene.visitor.send(new, connection_form("long", servers[:10_000]))
    assert many.status_code in {200, 422}
    assert "Sorry" not in readable(many)


def test_a_double_click_on_test_makes_one_run(scene: Scene) -> None:
    tabs = [scene.visitor.clone() for _ in range(2)]
    connected = len(scene.broker._open)
    for tab in tabs:
        tab.get(scene.connection)
    with ThreadPoolExecutor(2) as pool:
        clicks = [pool.submit(tab.send_again, scene.connection + "test/") for tab in tabs]
        pages = {click.result().url for click in clicks}
    assert len(pages) == 1
    (page,) = pages
    assert "/runs/" in page
    scene.visitor.send(page, to=page + "stop/")
    assert len(scene.broker._open) - connected <= 1
    for tab in tabs:
        tab.close()


def test_two_people_saving_at_once_overwrite_nothing(scene: Scene) -> None:
    form = connection_form("shared", f"127.0.0.1:{scene.broker.port}")
    page = scene.visitor.send(CONNECTIONS + "new/", form).url
    edit = page + "edit/"
    tabs = [scene.visitor.clone() for _ in range(2)]
    found = re.search(r'name="revision" value="(\d+)"', scene.visitor.get(edit).text)
    assert found
    for tab in tabs:
        tab.get(edit)
    changes = [form | {"revision": found[1], "contact": f"team-{n}"} for n in range(2)]
    with ThreadPoolExecutor(2) as pool:
        saves = [pool.submit(t.send_again, edit, c) for t, c in zip(tabs, changes, strict=True)]
        answers = [save.result() for save in saves]
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    lost = next(answer for answer in answers if answer.status_code == 422)
    won = next(n for n, answer in enumerate(answers) if answer.status_code == 200)
    assert f"team-{1 - won}" in lost.text
    assert f"team-{won}" in readable(scene.visitor.get(page))
    for tab in tabs:
        tab.close()
