"""From sign-in to a verdict with the keyboard alone, and where focus stands after a refusal."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kalixweb.practice.server import Practice
from tests.browser.form import field
from tests.browser.people import MIRA
from tests.browser.site import Site, Target
from tests.browser.watching import watch
from tests.running import RunningInstance

_FAR = 80  # no control of these pages is further than this many Tabs
# What has focus, in the words on it, and whether one can see that it has.
_FOCUSED = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const labels = [...(at.labels ?? [])].map((label) => label.innerText);
  const words = [at.getAttribute("aria-label"), ...labels, at.innerText, at.name];
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  const box = at.getBoundingClientRect();
  const onScreen = box.height > 0;
  return { words: words.filter(Boolean).join(" | "), tag: at.tagName, seen, onScreen };
}"""


@pytest.fixture
def stranger(browser: Browser, instance: RunningInstance, signed_in: Any) -> Iterator[Page]:
    """A page of somebody who has yet to sign in."""
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    with watch(page):
        yield page
    context.close()


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has focus says ``words``; focus is visible at every step."""
    passed = []
    for _ in range(_FAR):
        page.keyboard.press("Tab")
        focused = page.evaluate(_FOCUSED)
        if focused["tag"] != "BODY":
            assert focused["seen"], f"nothing shows that this has focus: {focused}"
            assert focused["onScreen"], f"focus stands on something hidden: {focused}"
        if words in focused["words"]:
            return
        passed.append(focused["words"])
    pytest.fail(f"Tab never came to {words}; it passed {passed}")


def type_at(page: Page, words: str, text: str) -> None:
    tab_to(page, words)
    page.keyboard.insert_text(text)


def test_from_sign_in_to_a_verdict(stranger: Page, site: Site, practice: Practice) -> None:
    page, good = stranger, Target.of(practice.listeners["good"])
    page.goto(site.project("keyboard"))
    expect(page.get_by_label("User name")).to_be_focused()
    page.keyboard.type(MIRA.name)
    type_at(page, "Password", MIRA.password)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Three steps")
    tab_to(page, "New connection")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("New connection")
    type_at(page, "Name", "by-hand")
    type_at(page, "Bootstrap servers", good.servers)
    type_at(page, "User", good.user)
    tab_to(page, "New secret")
    type_at(page, "password_name", "by-hand-login")
    type_at(page, "password_value", good.password)
    tab_to(page, "None, use the system")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("New CA")).to_be_checked()
    type_at(page, "ca_name", "by-hand-ca")
    type_at(page, "ca_pem", good.ca)
    tab_to(page, "Save")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("by-hand")
    tab_to(page, "Test connection")
    page.keyboard.press("Enter")
    expect(page.locator(".verdict .badge")).to_have_text("Works")


def test_the_first_stop_is_the_way_past_the_navigation(page: Page, site: Site) -> None:
    page.goto("/p/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    expect(page.get_by_role("link", name="Skip to content")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_a_refusal_puts_focus_on_the_first_bad_field_and_keeps_what_was_typed(
    page: Page, site: Site, practice: Practice
) -> None:
    site.project("refused")
    good = Target.of(practice.listeners["good"])
    page.goto("/p/refused/connections/new/")
    page.get_by_label("Name", exact=True).fill("kept")
    page.get_by_label("User", exact=True).fill("alice")
    field(page, "password_value").fill("typed-and-not-lost")
    page.get_by_label("New CA").check()
    field(page, "ca_pem").fill(good.ca)
    with page.expect_response(lambda answer: answer.request.method == "POST") as refusal:
        page.get_by_role("button", name="Save").click()
    assert refusal.value.status == 422

    expect(page.get_by_label("Bootstrap servers")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Not saved.")
    expect(field(page, "password_value")).to_have_value("typed-and-not-lost")
    expect(field(page, "ca_pem")).to_have_value(good.ca)
    answer = refusal.value.text()
    assert "typed-and-not-lost" not in answer
    assert "BEGIN CERTIFICATE" not in answer

    page.get_by_label("Bootstrap servers").fill(good.servers)
    field(page, "password_name").fill("kept-login")
    field(page, "ca_name").fill("kept-ca")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("kept is saved.")).to_be_visible()


def test_a_refused_secret_keeps_its_value_in_the_browser_alone(page: Page, site: Site) -> None:
    page.goto(f"{site.project('refused-secret')}secrets/new/")
    entry = page.get_by_role("group", name="Entry 1")
    entry.get_by_label("Entry", exact=True).fill("pwd")
    entry.get_by_label("Value").fill("typed-and-not-lost")
    with page.expect_response(lambda answer: answer.request.method == "POST") as refusal:
        page.get_by_role("button", name="Save", exact=True).click()
    assert refusal.value.status == 422

    expect(page.get_by_label("Name", exact=True)).to_be_focused()
    expect(entry.get_by_label("Value")).to_have_value("typed-and-not-lost")
    assert "typed-and-not-lost" not in refusal.value.text()


def test_a_page_that_comes_back_refused_has_focus_on_the_bad_field(page: Page, site: Site) -> None:
    site.project("taken")
    page.goto("/p/new/")
    page.get_by_label("Name", exact=True).fill("taken")
    page.get_by_role("button", name="Make the project").click()
    expect(page.get_by_text("The name taken is taken.")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_be_focused()
