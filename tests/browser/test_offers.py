"""What the form warns of is put right at one press, and Enter only saves."""

import re
from dataclasses import replace

from playwright.sync_api import Page, expect

from kalixweb.practice.server import Practice
from tests.browser.form import describe, field
from tests.browser.site import Site, Target


def test_a_pasted_password_is_put_right_and_works(
    page: Page, site: Site, practice: Practice
) -> None:
    site.project("offers")
    page.goto("/p/offers/connections/new/")
    good = Target.of(practice.listeners["good"])
    pasted = f'{{"username": "{good.user}", "password": "{good.password}"}}'
    describe(page, "orders", replace(good, user=f"User:{good.user}", password=pasted))
    page.get_by_label("Name", exact=True).press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Not saved.")
    expect(page.get_by_text("Is it meant so?")).to_be_visible()
    expect(field(page, "password_value")).to_have_value(pasted)

    page.get_by_role("button", name="Use its password member and save").click()
    expect(page.get_by_role("status").first).to_contain_text("orders is saved.")
    page.get_by_role("link", name="Change it").click()
    page.get_by_role("button", name=f"Use {good.user} and save").click()
    expect(page.get_by_role("status").first).to_contain_text("orders is saved.")
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".verdict .badge")).to_have_text(re.compile("Works"))


def test_a_form_is_tested_with_the_password_put_right(
    page: Page, site: Site, practice: Practice
) -> None:
    site.project("offers-tested")
    page.goto("/p/offers-tested/connections/new/")
    good = Target.of(practice.listeners["good"])
    describe(page, "orders", replace(good, password=f"{good.password} "))
    page.get_by_role("button", name="Test without saving").click()
    expect(page.locator("#draft-run .verdict .badge")).to_have_text("Failed")
    page.get_by_role("button", name="Trim it and test").click()
    expect(page.locator("#draft-run .verdict .badge")).to_have_text("Works")
