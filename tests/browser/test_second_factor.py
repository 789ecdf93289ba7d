"""A second factor, from the first code to signing in with one; all its pages are looked at."""

import time

from allauth.mfa.totp.internal import auth as totp
from playwright.sync_api import Browser, Page, expect

from tests.browser.judging import findings
from tests.browser.people import SAM, accept_invitation, confirm, invite, sign_in
from tests.browser.site import Site
from tests.browser.watching import watch
from tests.running import RunningInstance


def _code(key: str, steps: int = 0) -> str:
    """The six digits that an app shows now, or shows ``steps`` half minutes from now."""
    counter = int(time.time()) // 30 + steps
    return totp.format_hotp_value(totp.hotp_value(key, counter))


def _look(page: Page, heading: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    assert findings(page) == [], heading


def test_from_the_first_code_to_signing_in_with_one(
    browser: Browser, instance: RunningInstance, site: Site
) -> None:
    site.project("guarded")
    link = invite(site, "guarded", SAM, ["viewer"])
    context = browser.new_context(base_url=instance.url)
    page = context.new_page()
    with watch(page):
        page.goto(link)
        page.wait_for_url("**/invitation/")
        _look(page, "Join guarded")
        accept_invitation(page, link, SAM)
        confirm(page, SAM)
        page.goto("/account/second-factor/app/")
        key = page.locator("dd.mono").inner_text()
        page.get_by_role("textbox").fill(_code(key))
        page.get_by_role("button", name="Use this app").click()
        _look(page, "Recovery codes")
        page.goto("/account/second-factor/")
        _look(page, "Second factor")
        page.goto("/account/second-factor/codes/new/")
        _look(page, "Make new recovery codes?")
        page.goto("/account/second-factor/app/remove/")
        _look(page, "Stop using the authenticator app?")

        context.clear_cookies()
        page.goto("/account/login/")
        sign_in(page, SAM)
        _look(page, "Enter your code")
        page.get_by_role("textbox").fill(_code(key, steps=1))  # a code counts once
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
        page.goto("/account/second-factor/prove/")
        _look(page, "Confirm that it is you")
    context.close()
