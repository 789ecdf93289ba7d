"""A person with a browser that has no JavaScript, on a running instance."""

import re
import time
from collections.abc import Mapping
from html import unescape
from typing import Any

import requests

from tests.running import RunningInstance

NAME = "mira"
PASSWORD = "a-long-enough-passphrase"
PROJECT = "payments"
_LIMIT = 60.0


class Visitor:
    """Follows redirects and keeps every page that came; ``pages`` are their bodies."""

    def __init__(self, up: RunningInstance) -> None:
        self.up = up
        self.pages: list[bytes] = []
        self._token = ""
        self._session = requests.Session()
        self._session.trust_env = False

    def get(self, address: str) -> requests.Response:
        """A page of the instance; ``address`` begins with a slash or with the instance's URL."""
        return self._keep(self._session.get(self._full(address), timeout=_LIMIT))

    def send(
        self, address: str, data: Mapping[str, Any] | None = None, *, to: str = "", **more: Any
    ) -> requests.Response:
        """Open the page at ``address`` and send its form, to ``to`` if that is another place."""
        self._token = ""
        self.get(address)
        assert self._token, f"{address} has no form"
        return self.send_again(to or address, data, **more)

    def send_again(
        self, address: str, data: Mapping[str, Any] | None = None, **more: Any
    ) -> requests.Response:
        """Send a form with the token of the last page that had one."""
        sent = {"csrfmiddlewaretoken": self._token, **(data or {})}
        return self._keep(
            self._session.post(self._full(address), data=sent, timeout=_LIMIT, **more)
        )

    def clone(self) -> "Visitor":
        """A second tab of the same browser, for use in another thread."""
        other = Visitor(self.up)
        other._session.cookies.update(self._session.cookies)
        other.pages = self.pages
        return other

    def close(self) -> None:
        """Close the browser's connections."""
        self._session.close()

    def _full(self, address: str) -> str:
        return address if address.startswith("http") else self.up.url + address

    def _keep(self, answer: requests.Response) -> requests.Response:
        for one in (*answer.history, answer):
            self.pages.append(one.content)
            self.pages.append(repr(dict(one.headers)).encode())
        if token := re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.text):
            self._token = token[1]
        return answer


def set_up(up: RunningInstance) -> Visitor:
    """Follow the setup link as the first person would; answers their browser, signed in."""
    visitor = Visitor(up)
    assert up.setup_link is not None
    sent = {"username": NAME, "password1": PASSWORD, "password2": PASSWORD, "project": PROJECT}
    answer = visitor.send(up.setup_link, sent, to="/setup/")
    assert answer.url.endswith(f"/p/{PROJECT}/"), readable(answer)
    return visitor


def connection_form(name: str, servers: str, **changes: Any) -> dict[str, Any]:
    """What a browser sends for a new connection that refers to ``orders-kafka/pwd``."""
    return {
        "name": name,
        "servers": servers,
        "platform": "kafka",
        "auth": "scram-sha-512",
        "user": "svc-orders",
        "password_from": "choose",
        "password_ref": "orders-kafka/pwd",
        "ca_from": "none",
        "do": "save",
    } | changes


def readable(answer: requests.Response) -> str:
    """The words of a page: no tags, entities decoded, one space between."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.text, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


def shows(visitor: Visitor, address: str, words: str, *, within: float) -> str:
    """The page's words once they contain ``words``; fails with the last page otherwise."""
    end = time.monotonic() + within
    while True:
        seen = readable(visitor.get(address))
        if words in seen:
            return seen
        assert time.monotonic() < end, f"“{words}” was never shown: {seen}"
        time.sleep(0.1)
