"""Somebody who uses the pages over HTTP, on one connection that stays open as a browser's does."""

import http.client
import re
import time
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Self
from urllib.parse import urlencode, urlsplit

NAME, PASSWORD, PROJECT = "mira", "a-long-enough-passphrase", "payments"


@dataclass(frozen=True)
class Answer:
    """``ms`` goes from sending the request to the last byte of the body."""

    status: int
    location: str
    body: str
    ms: float


class Person:
    """Keeps cookies; ``post`` sends the CSRF token along."""

    def __init__(self, url: str) -> None:
        place = urlsplit(url)
        self._connection = http.client.HTTPConnection(
            place.hostname or "127.0.0.1", place.port, timeout=60
        )
        self.cookies: dict[str, str] = {}

    @classmethod
    def from_setup_link(cls, link: str) -> Self:
        """The first person of an instance: an administrator with the project ``payments``."""
        person = cls(link)
        person.get(urlsplit(link).path)
        form = {"username": NAME, "password1": PASSWORD, "password2": PASSWORD, "project": PROJECT}
        person.get("/setup/")
        answer = person.post("/setup/", form)
        assert answer.status == 302, answer.body
        return person

    def at(self, url: str) -> Self:
        """The same person at an instance that was started again."""
        other = type(self)(url)
        other.cookies = dict(self.cookies)
        return other

    def rows(self, where: str) -> dict[str, str]:
        """Name → address, of the things that the first page of a list shows."""
        pattern = rf'<a href="(/p/{PROJECT}/{where}/[0-9a-f-]{{36}}/)">([^<]+)</a>'
        return {
            name: path
            for path, name in re.findall(pattern, self.get(f"/p/{PROJECT}/{where}/").body)
        }

    def get(self, path: str) -> Answer:
        return self._ask("GET", path, None)

    def post(self, path: str, form: dict[str, str]) -> Answer:
        token = {"csrfmiddlewaretoken": self.cookies.get("kalixweb_csrf", "")}
        return self._ask("POST", path, urlencode(token | form))

    def state(self, url: str) -> list[dict[str, str]]:
        """The cookies as a browser takes them over."""
        return [{"name": name, "value": held, "url": url} for name, held in self.cookies.items()]

    def _ask(self, method: str, path: str, body: str | None) -> Answer:
        headers = {"Cookie": "; ".join(f"{name}={held}" for name, held in self.cookies.items())}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            began, answer = self._send(method, path, body, headers)
        except ConnectionError:  # it was idle for longer than the server waits
            self._connection.close()
            began, answer = self._send(method, path, body, headers)
        text = answer.read()
        ms = (time.perf_counter() - began) * 1000
        for header in answer.headers.get_all("Set-Cookie") or []:
            self.cookies |= {name: one.value for name, one in SimpleCookie(header).items()}
        location = urlsplit(answer.headers.get("Location") or "").path
        return Answer(answer.status, location, text.decode(errors="replace"), ms)

    def _send(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[float, http.client.HTTPResponse]:
        began = time.perf_counter()
        self._connection.request(method, path, body, headers)
        return began, self._connection.getresponse()
