"""Testing a connection before it is saved: the run grows below the form, and nothing is lost."""

from dataclasses import replace

from playwright.sync_api import Page, expect

from kalixweb.practice.server import Practice
from tests.browser.form import describe, field
from tests.browser.site import Site, Target


def test_a_form_is_tested_mended_and_then_saved(page: Page, site: Site, practice: Practice) -> None:
    site.project("drafts")
    page.goto("/p/drafts/connections/new/")
    good = Target.of(practice.listeners["good"])
    describe(page, "orders", replace(good, user=f"{good.user}x"))
    test = page.get_by_role("button", name="Test without saving")
    test.click()
    panel = page.locator("#draft-run")
    expect(panel.locator(".verdict .badge")).to_have_text("Failed")
    expect(panel).to_be_in_viewport()
    expect(field(page, "password_value")).to_have_value(good.password)
    expect(field(page, "ca_pem")).to_have_value(good.ca)

    page.get_by_label("User", exact=True).fill(good.user)
    test.click()
    expect(panel.locator(".verdict .badge")).to_have_text("Works")
    expect(test).to_be_focused()

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("orders is saved.")


def test_a_form_that_cannot_be_tested_says_why(page: Page, site: Site) -> None:
    site.project("drafts-refused")
    page.goto("/p/drafts-refused/connections/new/")
    page.get_by_label("Bootstrap servers").fill("169.254.169.254:80")
    page.get_by_label("New secret").check()
    field(page, "password_value").fill("kept by the browser")
    page.get_by_role("button", name="Test without saving").click()
    expect(page.get_by_role("alert")).to_contain_text("Not tested.")
    expect(page.get_by_text("cloud metadata is served")).to_be_visible()
    expect(field(page, "password_value")).to_have_value("kept by the browser")
