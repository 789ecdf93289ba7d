"""Chromium against a real ``kalixweb up`` on a throw-away data folder."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.requirements import CHROMIUM, require
from tests.running import RunningInstance

NAME = "mira"
PASSWORD = "a-long-enough-passphrase"
PROJECT = "payments"


@pytest.fixture(scope="session", autouse=True)
def _needs_chromium() -> None:
    require("browser")


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Debian's Chromium, kept on loopback."""
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    only_loopback = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    return {
        "executable_path": CHROMIUM,
        "args": ["--no-sandbox", "--disable-gpu", "--no-first-run", *quiet, only_loopback],
    }


@pytest.fixture(scope="session")
def instance() -> Iterator[RunningInstance]:
    """One instance for the whole session: first the set-up journey, then everything else."""
    with RunningInstance() as running:
        yield running


@dataclass(frozen=True)
class SignedIn:
    """The administrator's browser state, to start each test signed in."""

    state: Any


@pytest.fixture(scope="session")
def signed_in(browser: Browser, instance: RunningInstance) -> SignedIn:
    """Follows the setup link once, as the first person would."""
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    assert instance.setup_link is not None
    page.goto(instance.setup_link)
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_label("First project").fill(PROJECT)
    page.get_by_role("button", name="Create").click()
    page.wait_for_url(f"**/p/{PROJECT}/")
    state = context.storage_state()
    context.close()
    return SignedIn(state)


@pytest.fixture
def browser_context_args(signed_in: SignedIn, instance: RunningInstance) -> dict[str, Any]:
    """Every page of a test starts signed in, on this instance."""
    return {"base_url": instance.url, "storage_state": signed_in.state}


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page that fails the test when the browser reports an error or a refused resource."""
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: problems.append(message.text) if message.type == "error" else None,
    )
    page.problems = problems  # type: ignore[attr-defined]
    return page
