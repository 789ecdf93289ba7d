"""Every page, light and dark, wide and narrow: no finding of axe, nothing to scroll sideways."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from kalixweb.practice.server import Practice
from tests.browser.judging import findings
from tests.browser.places import PLACES, Place, World
from tests.browser.site import Site
from tests.browser.watching import watch
from tests.fakes.aws import FakeAws
from tests.running import RunningInstance


@pytest.fixture(scope="module")
def world(site: Site, practice: Practice, aws: FakeAws, second_person: Any) -> World:
    return World.build(site, practice, aws)


@pytest.fixture(scope="module")
def visitors(
    browser: Browser, instance: RunningInstance, signed_in: Any, second_person: Any
) -> Iterator[dict[str, Page]]:
    """A page for each kind of visitor, kept over all places: a new one for each costs a second."""
    states = {"mira": signed_in, "noor": second_person, "nobody": None}
    contexts = {
        who: browser.new_context(base_url=instance.url, storage_state=state)
        for who, state in states.items()
    }
    yield {who: context.new_page() for who, context in contexts.items()}
    for context in contexts.values():
        context.close()


@pytest.mark.parametrize("place", PLACES, ids=[place.name for place in PLACES])
def test_page(place: Place, world: World, visitors: dict[str, Page]) -> None:
    page = visitors[place.who]
    with watch(page):
        path = place.path.format(**world.paths)
        answer = page.goto(path)
        assert answer is not None
        assert (answer.status, page.url.endswith(path)) == (place.status, True), page.url
        if place.press:
            page.evaluate("for (const form of document.forms) form.noValidate = true")
            page.get_by_role("button", name=place.press, exact=True).last.click()
            expect(page.locator(".error, .summary").first).to_be_visible()
        assert findings(page) == []
