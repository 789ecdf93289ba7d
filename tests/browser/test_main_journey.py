"""From the setup link to a green test, and from a red one to its cause and back to green."""

import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from kalixweb.practice.server import Practice
from tests.browser.brokers import HeldBroker
from tests.browser.form import describe, field
from tests.browser.people import PROJECT
from tests.browser.site import Site, Target


def test_from_nothing_to_a_green_test(page: Page, practice: Practice) -> None:
    page.goto(f"/p/{PROJECT}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Three steps to the first green test."
    )
    page.get_by_role("link", name="New connection").click()

    describe(page, "orders", Target.of(practice.listeners["good"]))
    page.get_by_label("Topics and groups").fill("orders, group:orders-svc")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("orders is saved.")
    expect(page.get_by_text("Not tested yet")).to_be_visible()

    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".verdict .badge")).to_have_text("Works")
    row = page.locator("table.trace tbody tr[role=row]").first
    expect(row.locator("td[data-state=passed]")).not_to_have_count(0)
    expect(row.locator("td[data-stage=Login]")).to_contain_text("ms")
    expect(page.get_by_role("heading", name="Certificates")).to_be_visible()
    expect(page.get_by_role("heading", name="Rights of alice")).to_be_visible()


def test_results_come_stage_by_stage_without_a_reload(
    page: Page, site: Site, practice: Practice, held_broker: HeldBroker
) -> None:
    site.project("growing")
    good = Target.of(practice.listeners["good"])
    both = replace(good, servers=f"{good.servers}, {held_broker.server}")
    page.goto(site.connection("growing", "half", both))
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#run[data-poll]")).to_be_visible()
    page.evaluate("window.same_page = true")

    rows = page.locator("table.trace tbody tr:not(.fault)")
    answering, held = rows.filter(has_text=good.servers), rows.filter(has_text=held_broker.server)
    expect(answering.locator("td[data-stage=TLS]")).to_have_attribute("data-state", "passed")
    expect(held.locator("td[data-stage=TLS]")).to_have_attribute("data-state", "running")
    expect(page.locator(".verdict .badge")).to_have_text("Running")
    held_broker.release()
    expect(held.locator("td[data-stage=TLS]")).to_have_attribute("data-state", "failed")
    expect(page.locator(".verdict .badge")).to_have_text("Degraded")
    expect(page.locator("#run[data-poll]")).to_have_count(0)
    assert page.evaluate("window.same_page") is True


def test_a_wrong_password_is_named_and_mended(page: Page, site: Site, practice: Practice) -> None:
    site.project("mending")
    good = practice.listeners["good"]
    page.goto(site.connection("mending", "billing", Target.of(good, "not-the-password")))
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".verdict .badge")).to_have_text("Failed")
    expect(page.get_by_role("heading", level=1)).to_contain_text("password")
    expect(page.locator(".fault-box").get_by_text("sasl.wrong_password")).to_be_visible()
    expect(page.locator("td[data-stage=Login][data-state=failed]")).to_have_count(1)

    page.get_by_role("link", name="Enter another password").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("New version of billing-login")
    page.get_by_role("group", name="Entry pwd").get_by_label("Value").fill(good.password)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Version 2 is current.")).to_be_visible()
    page.get_by_role("button", name="Test everything that uses it").click()
    expect(page.get_by_text("1 connection is being tested.")).to_be_visible()

    row = page.get_by_role("row").filter(has_text="billing")
    for _ in range(100):  # the list leads to the last test that has ended
        page.goto("/p/mending/connections/")
        if row.get_by_text("Works").count():
            break
        page.wait_for_timeout(100)
    row.get_by_role("link").last.click()
    expect(page.locator(".verdict .badge")).to_have_text("Works")
    before = page.locator("#compare")
    expect(before).to_contain_text("Failed")
    expect(before).to_contain_text("Works")


def test_saving_after_a_failure_tests_again_and_shows_both(
    page: Page, site: Site, practice: Practice
) -> None:
    site.project("retesting")
    expired, good = practice.listeners["expired"], practice.listeners["good"]
    page.goto(site.connection("retesting", "ledger", Target.of(expired)))
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".verdict .badge")).to_have_text("Failed")
    expect(page.get_by_role("heading", level=1)).to_contain_text("expired")
    expect(page.locator(".fault-box").get_by_text("tls.expired")).to_be_visible()

    page.get_by_role("link", name="ledger", exact=True).click()
    page.get_by_role("link", name="Edit").click()
    field(page, "servers").fill(good.server)
    page.get_by_role("button", name="Save").click()
    expect(page).to_have_url(re.compile("/runs/"))
    expect(page.locator(".verdict .badge")).to_have_text("Works")
    before = page.locator("#compare")
    expect(before).to_contain_text("expired")
    expect(before).to_contain_text("Works")
