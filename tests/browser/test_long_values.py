"""The longest values that kalixweb takes: every page that shows them still fits, on a phone too."""

import pytest
from playwright.sync_api import Page

from tests.browser.judging import findings
from tests.browser.site import Site, Target
from tests.fakes import pki

NAME = ("a-very-long-name-of-a-connection-" * 2)[:63].rstrip("-")
ENTRY = "E" * 249 + ".pwd"
HOST = ".".join(["b" * 63] * 3)
LABELS = " ".join(f"label-{n}:{'v' * 50}" for n in range(20))


@pytest.fixture(scope="module")
def places(site: Site) -> dict[str, str]:
    site.project("long")
    entry = {"entries-0-name": ENTRY, "entries-0-value": "x" * 5000, "do": "save"}
    secret = site.post("/p/long/secrets/new/", {"name": NAME, "entries": "1", **entry})
    roots = "".join(pki.authority(f"Root number {n} {'w' * 40}").pem.decode() for n in range(12))
    ca = {"name": f"ca-{NAME[:60]}", "pem": roots, "do": "save"}
    servers = ",".join(f"{HOST}.n{n}.test:9096" for n in range(30))
    connection = site.connection(
        "long",
        NAME,
        Target(servers, "u" * 200, "", ""),
        labels=LABELS,
        description="d" * 500,
        contact="c" * 200,
        topics=",".join(["t" * 249, *(f"topic-{n}" for n in range(60))]),
        password_from="choose",
        password_ref=f"{NAME}/{ENTRY}",
        ca_from="none",
    )
    return {
        "secret": secret,
        "ca": site.post("/p/long/secrets/new/?type=tls-ca", ca),
        "connection": connection,
        "run": site.finished_test(connection),
    }


@pytest.mark.parametrize(
    "path",
    [
        "/p/long/",
        "/p/long/connections/",
        f"/p/long/connections/?q={'z' * 100}",
        "{connection}",
        "{connection}edit/",
        "{connection}delete/",
        "{run}",
        "/p/long/secrets/",
        "{secret}",
        "{secret}edit/",
        "{secret}delete/",
        "{ca}",
        "/p/long/audit/",
    ],
)
def test_it_fits(page: Page, places: dict[str, str], path: str) -> None:
    page.goto(path.format(**places))
    assert findings(page) == []
