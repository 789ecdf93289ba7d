"""A small OpenID Connect provider on loopback, which lets in whoever ``subject`` names."""

import base64
import hashlib
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

CLIENT_ID, CLIENT_SECRET = "kalixweb", "the-client's-secret"


class Issuer:
    """``claims`` are put over those of the next ID token; ``codes`` are those that are not used.

    ``asked`` is the query of the last visit to the authorisation endpoint.
    """

    def __init__(self) -> None:
        self.subject = "subject-1"
        self.claims: dict[str, Any] = {}
        self.error = ""
        self.asked: dict[str, str] = {}
        self.codes: dict[str, dict[str, str]] = {}
        issuer = self

        class Handler(_Handler):
            at = issuer

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        if not self._thread.is_alive():
            return
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def authorise(self, query: dict[str, str]) -> str:
        """Where the browser goes after the person has said yes, or ``error``."""
        self.asked = query
        back: dict[str, str] = {"state": query["state"]}
        if self.error:
            back["error"] = self.error
        else:
            back["code"] = secrets.token_urlsafe()
            self.codes[back["code"]] = query
        return f"{query['redirect_uri']}?{urlencode(back)}"

    def token(self, form: dict[str, str]) -> dict[str, Any] | None:
        """The answer of the token endpoint; None where the request is not as it must be."""
        asked = self.codes.pop(form.get("code", ""), None)
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).rstrip(b"=").decode()
        given = form.get("client_id"), form.get("client_secret")
        if not asked or asked.get("code_challenge") != challenge:
            return None
        if given != (CLIENT_ID, CLIENT_SECRET) or form["redirect_uri"] != asked["redirect_uri"]:
            return None
        now = int(time.time())
        claims = {"iss": self.url, "aud": CLIENT_ID, "sub": self.subject, "iat": now}
        claims |= {"exp": now + 60, "email": "canary@example.test"} | self.claims
        id_token = jwt.encode(claims, "not-looked-at-" * 4, algorithm="HS256")
        return {"access_token": "an-access-token", "token_type": "Bearer", "id_token": id_token}


class _Handler(BaseHTTPRequestHandler):
    at: Issuer

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/.well-known/openid-configuration":
            url = self.at.url
            self._answer(
                {
                    "issuer": url,
                    "authorization_endpoint": f"{url}/authorise",
                    "token_endpoint": f"{url}/token",
                    "jwks_uri": f"{url}/keys",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif parts.path == "/authorise":
            self.send_response(302)
            self.send_header("Location", self.at.authorise(_single(parts.query)))
            self.end_headers()
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        answer = self.at.token(_single(body))
        if answer is None:
            self.send_error(400)
        else:
            self._answer(answer)

    def _answer(self, value: dict[str, Any]) -> None:
        body = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing: the tests' output is theirs."""


def _single(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
