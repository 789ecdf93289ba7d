"""The pages of what went wrong, each as it comes about: no finding of axe, nothing too wide."""

import os
import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.judging import findings
from tests.browser.people import Person, sign_in
from tests.running import RunningInstance
from tests.visitor import NAME, PASSWORD, PROJECT, Visitor, connection_form, set_up

MIRA = Person(NAME, PASSWORD)
NEW = f"/p/{PROJECT}/connections/new/"


@pytest.fixture(scope="module")
def up() -> Iterator[RunningInstance]:
    """An instance of its own: what is broken here is nobody else's."""
    with RunningInstance() as running:
        yield running


@pytest.fixture(scope="module")
def visitor(up: RunningInstance) -> Iterator[Visitor]:
    """The first person, by other means than the browser."""
    visitor = set_up(up)
    yield visitor
    visitor.close()


@pytest.fixture
def page(browser: Browser, up: RunningInstance, visitor: Visitor) -> Iterator[Page]:
    """Signed in, in a browser that may complain: these answers are errors to it."""
    context = browser.new_context(base_url=up.url)
    page = context.new_page()
    page.goto("/account/login/")
    sign_in(page, MIRA)
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
    yield page
    context.close()


def judge(page: Page, answer: Response | None, status: int, said: str) -> None:
    assert answer is not None
    assert answer.status == status
    expect(page.get_by_role("heading", level=1)).to_have_text(said)
    assert findings(page) == []


def send(page: Page, button: str) -> Response:
    """Press and wait for the page that the browser, and not a script, gets."""
    page.evaluate("for (const form of document.forms) form.noValidate = true")
    with page.expect_navigation() as navigation:
        page.get_by_role("button", name=button, exact=True).last.click()
    return navigation.value


def test_400(page: Page) -> None:
    answer = page.goto("/admin/accounts/user/?password__startswith=s")
    judge(page, answer, 400, "This request cannot be read.")


def test_403(page: Page) -> None:
    judge(page, page.goto("/admin/accounts/user/add/"), 403, "You may not do this.")


def test_404(page: Page) -> None:
    judge(page, page.goto("/no/such/page/"), 404, "There is nothing here.")


def test_a_form_of_an_older_session(page: Page) -> None:
    page.goto("/account/logout/")
    page.context.clear_cookies(name="kalixweb_csrf")
    judge(page, send(page, "Sign out"), 403, "This page is from an older session.")


@contextmanager
def without_a_table(up: RunningInstance) -> Iterator[None]:
    """A table is gone meanwhile: a fault of our own."""
    with closing(sqlite3.connect(up.data / "db" / "kalixweb.sqlite3", timeout=20)) as db:
        db.execute("ALTER TABLE secret RENAME TO hidden_secret")
        try:
            yield
        finally:
            db.execute("ALTER TABLE hidden_secret RENAME TO secret")


def test_500(page: Page, up: RunningInstance) -> None:
    with without_a_table(up):
        judge(page, page.goto(f"/p/{PROJECT}/secrets/"), 500, "Sorry, something broke on our side.")


def test_503(browser: Browser, up: RunningInstance, visitor: Visitor) -> None:
    page = browser.new_context(base_url=up.url).new_page()
    page.goto("/account/login/")
    page.get_by_label("User name").fill(NAME)
    page.get_by_label("Password").fill(PASSWORD)
    os.kill(up.process.pid, signal.SIGSTOP)
    try:
        os.kill(up.children()["queue"], signal.SIGKILL)
        judge(page, send(page, "Sign in"), 503, "kalixweb cannot do this right now.")
    finally:
        os.kill(up.process.pid, signal.SIGCONT)
        page.context.close()
    up.wait_for_line("The queue ended")


def test_a_save_in_between(page: Page, visitor: Visitor) -> None:
    more = {"password_from": "new", "password_name": "shared", "password_entry": "pwd"}
    form = connection_form("shared", "127.0.0.1:9", **more, password_value="a password")
    edit = visitor.send(NEW, form).url + "edit/"
    page.goto(edit)
    found = re.search(r'name="revision" value="(\d+)"', visitor.get(edit).text)
    assert found
    chosen = connection_form(
        "shared", "127.0.0.1:9", password_ref="shared/pwd", revision=found[1], contact="theirs"
    )
    visitor.send(edit, chosen)
    page.get_by_label("Contact").fill("mine")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("saved this connection")
    expect(page.get_by_role("row").filter(has_text="Contact")).to_contain_text("theirs")
    assert findings(page) == []


def test_429(page: Page, visitor: Visitor) -> None:
    """The last one: it takes a minute until somebody can sign in from here again."""
    page.goto("/account/login/")
    stranger = Visitor(visitor.up)
    stranger.get("/account/login/")
    for _ in range(31):
        last = stranger.send_again("/account/login/", {"login": "", "password": ""})
    stranger.close()
    assert last.status_code == 429
    other = page.context.browser
    assert other is not None
    context = other.new_context(base_url=visitor.up.url)
    page = context.new_page()
    page.goto("/account/login/")
    judge(page, send(page, "Sign in"), 429, "Too many attempts from here.")
    context.close()
