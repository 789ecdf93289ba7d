"""What is wrong with how a page stands there: axe in both themes, and its width."""

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

_WIDE, _PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 844}
_WIDTHS = (360, 900, 1280)
# Everything that unfolds stands open, as whoever reads it has it.
_UNFOLD = "document.querySelectorAll('main details').forEach((one) => (one.open = true))"
_AXE = "async () => (await axe.run(document, { resultTypes: ['violations'] })).violations"


def findings(page: Page) -> list[str]:
    """One line a finding; empty when there is none. Leaves the page wide and light."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    page.set_viewport_size(_WIDE)
    page.evaluate(_UNFOLD)
    page.evaluate(AXE_SCRIPT)
    found = _axe(page, "light and wide")
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.set_viewport_size(_PHONE)
    found += _axe(page, "dark on a phone")
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    for width in _WIDTHS:
        page.set_viewport_size({"width": width, "height": 800})
        found += _too_wide(page, width)
    return found


def _axe(page: Page, way: str) -> list[str]:
    return [
        f"{way}: {one['id']} ({one['help']}): {node['html'][:200]} {node['failureSummary']}"
        for one in page.evaluate(_AXE)
        for node in one["nodes"]
    ]


def _too_wide(page: Page, width: int) -> list[str]:
    seen, given = page.evaluate(
        "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
    )
    return [f"{seen} px wide where {given} fit, at a width of {width}"] if seen > given else []
