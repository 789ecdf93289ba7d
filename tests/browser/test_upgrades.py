"""What can go wrong between a page and the server while somebody looks at it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from kalixweb.practice.server import Practice
from tests.browser.brokers import HeldBroker
from tests.browser.form import field
from tests.browser.site import Site, Target
from tests.browser.watching import watch
from tests.running import RunningInstance


def test_a_double_click_makes_one_run(page: Page, site: Site, held_broker: HeldBroker) -> None:
    site.project("double")
    connection = site.silent("double", "twice", held_broker.server)
    page.goto(connection)
    page.get_by_role("button", name="Test connection").dblclick()
    expect(page.locator("#run")).to_be_visible()
    page.goto(f"{connection}runs/")
    expect(page.get_by_role("heading", level=1)).to_have_text("1 run of twice")


def test_back_leads_through_the_filters(page: Page, site: Site, held_broker: HeldBroker) -> None:
    site.project("filtered")
    for name in ("orders", "billing"):
        site.silent("filtered", name, held_broker.server)
    page.goto("/p/filtered/connections/")
    found = page.locator("#found tbody tr")
    expect(found).to_have_count(2)
    page.get_by_label("Search connections").fill("bill")
    page.get_by_label("Search connections").press("Enter")
    expect(page).to_have_url(re.compile("q=bill"))
    expect(found).to_have_count(1)
    found.get_by_role("link", name="billing").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("billing")

    page.go_back()
    expect(found).to_have_count(1)
    expect(page.get_by_label("Search connections")).to_have_value("bill")
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
    page.go_back()
    expect(found).to_have_count(2)
    expect(page.get_by_label("Search connections")).to_have_value("")
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()


def test_a_session_that_ends_while_polling_leads_to_sign_in(
    page: Page, context: BrowserContext, site: Site, held_broker: HeldBroker
) -> None:
    site.project("ending")
    page.goto(site.begin_test(site.silent("ending", "long", held_broker.server)))
    expect(page.locator("#run[data-poll]")).to_be_visible()
    run = page.url
    context.clear_cookies()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    assert page.url.endswith(f"?next={run.removeprefix(run.split('/p/')[0])}")


@pytest.fixture
def noor(browser: Browser, instance: RunningInstance, second_person: Any) -> Any:
    """A page of the second person."""
    context = browser.new_context(base_url=instance.url, storage_state=second_person)
    page = context.new_page()
    with watch(page):
        yield page
    context.close()


def test_two_people_saving_at_once_lose_nothing(
    page: Page, noor: Page, site: Site, practice: Practice
) -> None:
    good = Target.of(practice.listeners["good"])
    edit = f"{site.connection('shared', 'contested', good)}edit/"
    page.goto(edit)
    noor.goto(edit)
    noor.get_by_label("Contact").fill("noor's team")
    noor.get_by_role("button", name="Save").click()
    expect(noor.get_by_text("contested is saved.")).to_be_visible()

    page.get_by_label("Contact").fill("mira's team")
    page.get_by_label("New secret").check()
    field(page, "password_name").fill("contested-next")
    field(page, "password_value").fill("typed-and-not-lost")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("noor saved this connection")
    compared = page.get_by_role("row").filter(has_text="Contact")
    expect(compared).to_contain_text("noor's team")
    expect(compared).to_contain_text("mira's team")
    expect(page.get_by_label("Contact")).to_have_value("mira's team")
    expect(field(page, "password_value")).to_have_value("typed-and-not-lost")

    page.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_text("contested is saved.")).to_be_visible()
    expect(page.get_by_text("mira's team")).to_be_visible()


def test_a_server_that_cannot_answer_is_said_on_the_page(
    context: BrowserContext, site: Site, held_broker: HeldBroker
) -> None:
    site.project("gone")
    page = context.new_page()  # an answer of 500 is an error on its console
    page.goto(site.begin_test(site.silent("gone", "long", held_broker.server)))
    expect(page.locator("#run[data-poll]")).to_be_visible()
    page.route("**/runs/**", lambda route: route.fulfill(status=500, body=""))
    expect(page.locator("#trouble")).to_contain_text("The server could not answer (500).")
    page.unroute("**/runs/**")
    expect(page.locator("#trouble")).to_be_hidden()
