"""Chromium against a real ``kalixweb up`` on a throw-away data folder and a real practice Kafka."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser import cloud
from tests.browser.brokers import HeldBroker, held
from tests.browser.people import MIRA, NOOR, PROJECT, Person, accept_invitation, confirm, invite
from tests.browser.site import Site
from tests.browser.watching import watch
from tests.fakes.aws import FakeAws
from tests.fakes.practice import practice
from tests.requirements import CHROMIUM, require
from tests.running import RunningInstance

__all__ = ["practice"]

State = Any  # cookies as Playwright keeps them


@pytest.fixture(scope="session", autouse=True)
def _needs_chromium() -> None:
    require("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's own Chromium, kept on loopback."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    only_loopback = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--no-first-run", *quiet, only_loopback],
    }


@pytest.fixture(scope="session", autouse=True)
def _patience() -> None:
    """A verdict takes a second; a loaded machine may need more."""
    expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def aws() -> Iterator[FakeAws]:
    """What the instance takes for AWS: a ready cluster, a broken one, and two that cannot serve."""
    with FakeAws(cloud.account()) as running:
        yield running


@pytest.fixture(scope="session")
def instance(aws: FakeAws) -> Iterator[RunningInstance]:
    """One instance for the whole session; each module works in projects of its own."""
    env = {**aws.environment, "KALIXWEB_AWS_HOST_PROJECTS": " ".join(cloud.PROJECTS)}
    with RunningInstance(env=env) as running:
        yield running


@pytest.fixture(scope="session")
def signed_in(browser: Browser, instance: RunningInstance) -> State:
    """Follows the setup link once, as the first person does; the administrator's cookies."""
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    with watch(page):
        assert instance.setup_link is not None
        page.goto(instance.setup_link)
        page.get_by_label("User name").fill(MIRA.name)
        page.get_by_label("Password", exact=True).fill(MIRA.password)
        page.get_by_label("Password again").fill(MIRA.password)
        page.get_by_label("First project").fill(PROJECT)
        page.get_by_role("button", name="Make the administrator and the project").click()
        expect(page).to_have_url(re.compile(rf"/p/{PROJECT}/$"))
        confirm(page, MIRA)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def site(browser: Browser, instance: RunningInstance, signed_in: State) -> Iterator[Site]:
    """Makes what a test needs to stand before it begins."""
    context = browser.new_context(base_url=instance.url, storage_state=signed_in)
    yield Site(context.new_page())
    context.close()


@pytest.fixture(scope="session")
def second_person(browser: Browser, instance: RunningInstance, site: Site) -> State:
    """Noor, an editor of the project ``shared``, who came by an invitation link; her cookies."""
    site.project("shared")
    return _join(browser, instance, invite(site, "shared", NOOR, ["editor"]), NOOR)


def _join(browser: Browser, instance: RunningInstance, link: str, person: Person) -> State:
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    with watch(page):
        accept_invitation(page, link, person)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def held_broker() -> Iterator[HeldBroker]:
    """A broker whose test goes on until the test lets go of it."""
    with held() as broker:
        yield broker


@pytest.fixture
def browser_context_args(signed_in: State, instance: RunningInstance) -> dict[str, Any]:
    """Every page of a test starts signed in, on this instance."""
    return {"base_url": instance.url, "storage_state": signed_in}


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails its test when the browser reports an error or a refused resource."""
    page = context.new_page()
    with watch(page):
        yield page
