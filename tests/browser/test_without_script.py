"""Everything works with JavaScript switched off; the page of a running test loads itself again."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kalixweb.practice.server import Practice
from tests.browser.brokers import HeldBroker
from tests.browser.form import describe, field
from tests.browser.people import MIRA, sign_in
from tests.browser.site import Site, Target
from tests.browser.watching import watch
from tests.running import RunningInstance


@pytest.fixture
def page(browser: Browser, instance: RunningInstance, signed_in: Any) -> Iterator[Page]:
    """A page of somebody who switched JavaScript off, and has yet to sign in."""
    context = browser.new_context(base_url=instance.url, java_script_enabled=False)
    page = context.new_page()
    with watch(page):
        yield page
    context.close()


def test_from_sign_in_to_a_green_test(page: Page, practice: Practice) -> None:
    page.goto("/p/new/")
    sign_in(page, MIRA)
    page.get_by_label("Name", exact=True).fill("no-script")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Three steps to the first green test."
    )
    page.get_by_role("link", name="New connection").click()

    good = Target.of(practice.listeners["good"])
    describe(page, "orders", good)
    field(page, "password_value").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved.")
    expect(page.get_by_label("Bootstrap servers")).to_have_value(good.servers)
    expect(field(page, "ca_pem")).to_have_value("")
    advice = page.locator(".field:has([name=password_value]) noscript")
    expect(advice).to_be_visible()
    assert "Type it again when the form comes back" in advice.inner_html()
    describe(page, "orders", good)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".verdict .badge")).to_have_text("Works")
    expect(page.locator("td[data-stage=Login]").first).to_contain_text("ms")


def test_a_running_test_loads_itself_again_and_says_so(
    page: Page, site: Site, held_broker: HeldBroker
) -> None:
    site.project("no-script-waiting")
    page.goto(site.silent("no-script-waiting", "slow", held_broker.server))
    sign_in(page, MIRA)
    page.get_by_role("button", name="Test connection").click()
    notice = page.locator("main noscript p")
    expect(notice).to_have_text("This page loads itself again every 2 seconds until the test ends.")
    expect(notice).to_be_visible()
    expect(page.locator(".verdict .badge")).to_have_text(re.compile("Queued|Running"))
    held_broker.release()
    expect(page.locator(".verdict .badge")).to_have_text("Failed")
    expect(notice).to_have_count(0)
    expect(page.locator("meta[http-equiv=refresh]")).to_have_count(0)
