"""Single sign-on in a real browser, whose content policy decides where a form may lead."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.judging import findings
from tests.browser.people import Person, confirm, sign_in
from tests.browser.watching import watch
from tests.fakes.oidc import CLIENT_ID, CLIENT_SECRET, Issuer
from tests.running import RunningInstance
from tests.visitor import NAME, PASSWORD, set_up

MIRA = Person(NAME, PASSWORD)


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    with Issuer() as issuer:
        yield issuer


@pytest.fixture
def page(browser: Browser, issuer: Issuer) -> Iterator[Page]:
    settings = {
        "KALIXWEB_OIDC_ISSUER": issuer.url,
        "KALIXWEB_OIDC_NAME": "Example Login",
        "KALIXWEB_OIDC_CLIENT_ID": CLIENT_ID,
        "KALIXWEB_OIDC_CLIENT_SECRET": CLIENT_SECRET,
    }
    with RunningInstance(env=settings) as up:
        set_up(up).close()
        context = browser.new_context(base_url=up.url)
        page = context.new_page()
        with watch(page):
            yield page
        context.close()


def test_linked_once_it_signs_in(page: Page, issuer: Issuer) -> None:
    page.goto("/account/login/")
    assert findings(page) == []
    page.get_by_role("button", name="Sign in with Example Login").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("No account here is linked")
    assert findings(page) == []

    page.get_by_role("link", name="Go to sign-in").click()
    sign_in(page, MIRA)
    confirm(page, MIRA)
    page.get_by_label(f"Your account: {NAME}").click()
    page.get_by_role("link", name="Single sign-on").click()
    page.get_by_role("button", name="Link my account").click()
    expect(page.get_by_role("status").first).to_contain_text("You can sign in with Example Login")
    expect(page.get_by_role("row").filter(has_text=issuer.subject)).to_be_visible()
    assert findings(page) == []

    page.goto("/account/logout/")
    page.get_by_role("button", name="Sign out").last.click()
    page.get_by_role("button", name="Sign in with Example Login").click()
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
