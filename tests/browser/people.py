"""Who uses the instance, and how they come in."""

from dataclasses import dataclass

from playwright.sync_api import Page, expect

from tests.browser.site import Site


@dataclass(frozen=True)
class Person:
    name: str
    password: str


MIRA = Person("mira", "a-long-enough-passphrase")  # the administrator, from the setup link
NOOR = Person("noor", "another-long-passphrase")
SAM = Person("sam", "yet-another-passphrase")
PROJECT = "payments"  # the first project; only the main journey works in it


def invite(site: Site, project: str, person: Person, roles: list[str]) -> str:
    """The invitation link for ``person`` with these roles."""
    page = site.page
    page.goto(f"/p/{project}/members/invite/")
    page.get_by_role("textbox").first.fill(person.name)
    for role in roles:
        page.locator(f"input[name=roles][value={role}]").check()
    page.get_by_role("button", name="Make the link").click()
    return page.get_by_label("Invitation link").input_value()


def accept_invitation(page: Page, link: str, person: Person) -> None:
    """Make the account and arrive signed in."""
    page.goto(link)
    page.get_by_label("User name").fill(person.name)
    page.get_by_label("Password", exact=True).fill(person.password)
    page.get_by_label("Password again").fill(person.password)
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()


def sign_in(page: Page, person: Person) -> None:
    """Fill in the sign-in page that ``page`` shows."""
    page.get_by_label("User name").fill(person.name)
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def confirm(page: Page, person: Person) -> None:
    """Make the sign-in of ``page`` fresh, which what is dangerous asks for."""
    page.goto("/account/reauthenticate/")
    page.get_by_label("Password").fill(person.password)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
