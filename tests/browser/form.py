"""The connection form as a person fills it in."""

from playwright.sync_api import Locator, Page

from tests.browser.site import Target


def field(page: Page, name: str) -> Locator:
    """A control of the form by its name; two boxes have the same label in different groups."""
    return page.locator(f"form.form [name={name}]")


def describe(page: Page, name: str, target: Target) -> None:
    """Type a new connection with a new password secret and a new CA."""
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Bootstrap servers").fill(target.servers)
    page.get_by_label("Mechanism").select_option("scram-sha-512")
    page.get_by_label("User", exact=True).fill(target.user)
    page.get_by_label("New secret").check()
    field(page, "password_name").fill(f"{name}-login")
    field(page, "password_value").fill(target.password)
    page.get_by_label("New CA").check()
    field(page, "ca_name").fill(f"{name}-ca")
    field(page, "ca_pem").fill(target.ca)
