"""The page of a test that goes on or waits for a worker: nothing wrong with it, no lie on it."""

import os
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.brokers import HeldBroker
from tests.browser.judging import findings
from tests.browser.site import Site
from tests.running import RunningInstance


@pytest.fixture
def worker_stands_still(instance: RunningInstance) -> Iterator[None]:
    """No worker takes anything while the test runs."""
    worker = instance.children()["worker"]
    os.kill(worker, signal.SIGSTOP)
    yield
    os.kill(worker, signal.SIGCONT)


def test_a_running_test(page: Page, site: Site, held_broker: HeldBroker) -> None:
    site.project("open-running")
    page.goto(site.begin_test(site.silent("open-running", "long", held_broker.server)))
    expect(page.locator(".verdict .badge")).to_have_text("Running")
    expect(page.locator("td[data-state=running]")).to_have_count(1)
    assert findings(page) == []


def test_a_test_that_no_worker_took(
    page: Page, site: Site, held_broker: HeldBroker, worker_stands_still: None
) -> None:
    site.project("open-queued")
    page.goto(site.begin_test(site.silent("open-queued", "late", held_broker.server)))
    expect(page.locator(".verdict .badge")).to_have_text("Queued")
    expect(page.get_by_role("heading", level=1)).to_have_text("Queued, but no worker took it.")
    expect(page.get_by_text("kalixweb doctor")).to_be_visible()
    assert findings(page) == []
    page.get_by_role("button", name="Stop the test").click()
    expect(page.locator(".verdict .badge")).to_have_text("Stopped")
