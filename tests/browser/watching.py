"""What the browser complains about: errors of scripts, and what the content policy refused."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import ConsoleMessage, Error, Page

# A refused form, a page that is missing or denied: the browser reports the status as an error.
_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
_MEANT = {"403", "404", "422"}


@contextmanager
def watch(page: Page) -> Iterator[None]:
    """Fails at the end when the console of ``page`` held an error."""
    problems: list[str] = []

    def on_error(error: Error) -> None:
        problems.append(str(error))

    def on_console(message: ConsoleMessage) -> None:
        status = _STATUS.match(message.text)
        if message.type in {"error", "warning"} and (not status or status[1] not in _MEANT):
            problems.append(f"{message.text} ({message.location.get('url', '')})")

    page.on("pageerror", on_error)
    page.on("console", on_console)
    yield
    page.remove_listener("pageerror", on_error)
    page.remove_listener("console", on_console)
    assert not problems, problems
