"""The fake behind real HTTP."""

import re
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.fakes.aws import ec2, kafka, refusals, trust, wire
from tests.fakes.aws.account import KEY_ID, SECRET_KEY, Account, Record, Request
from tests.fakes.aws.refusals import Raw, Refused

_SIGNED = re.compile(r"Credential=(\w+)/\d{8}/([\w-]+)/(\w+)/aws4_request")
_ANSWERS = {"kafka": kafka.answer, "ec2": ec2.answer}
_ANSWERS |= {"secretsmanager": trust.secretsmanager, "kms": trust.kms}
_APART = timedelta(minutes=5)


class FakeAws:
    """``with FakeAws(account) as aws``: ``aws.url`` answers, ``aws.environment`` leads there."""

    def __init__(self, account: Account, port: int = 0) -> None:
        self.account = account
        self._server = _Server(("127.0.0.1", port), _Handler)
        self._server.account = account
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def environment(self) -> dict[str, str]:
        """What makes boto3 in another process talk to the fake, and to nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.url,
            "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": self.account.region,
            "AWS_DEFAULT_REGION": self.account.region,
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(2)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    account: Account

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the base class
        pass

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        account = self.server.account
        signed = _SIGNED.search(self.headers.get("Authorization", ""))
        if not signed:
            self._send(_unsigned(account, body))
            return
        key_id, region, service = signed.groups()
        try:
            operation, params = wire.read_request(
                service, self.command, self.path, self.headers, body
            )
            request = Request(service, operation, region, key_id, params)
            account.note(request)
            time.sleep(account.seconds_of(request.action))
            answer = respond(account, request, self.headers)
        except Refused as refused:
            answer = wire.write_refusal(service, refused)
        self._send(answer)

    def _send(self, answer: Raw) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response_only(answer.status)
        self.send_header("Date", format_datetime(self.server.account.now, usegmt=True))
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _unsigned(account: Account, body: bytes) -> Raw:
    """Only a web identity signs in without a signature, and only as a test has told."""
    if b"Action=AssumeRoleWithWebIdentity" in body:
        scripted = account.scripted("sts:AssumeRoleWithWebIdentity")
        if isinstance(scripted, Raw):
            return scripted
    return Raw('{"message":"Missing Authentication Token"}', 403)


def respond(account: Account, request: Request, headers: Mapping[str, str]) -> Raw:
    """The answer to one request, after everything that may stand in its way."""
    service, action = request.service, request.action
    scripted = account.scripted(action)
    if isinstance(scripted, Raw):
        return scripted
    if scripted:
        raise scripted
    if account.is_throttled(action):
        raise refusals.throttled(service)
    _refuse_signature(account, request, headers)
    who = account.access_keys[request.key_id]
    _refuse_denied(account, request, who)
    if service == "sts":
        answered = trust.sts(account, who, request.operation, request.params)
    else:
        answer = _ANSWERS[service]
        answered = answer(account, request.region, request.operation, request.params)
    return wire.write_answer(service, request.operation, answered)


def _refuse_signature(account: Account, request: Request, headers: Mapping[str, str]) -> None:
    service, key_id = request.service, request.key_id
    sent = datetime.strptime(headers["X-Amz-Date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if abs(account.now - sent) > _APART:
        raise refusals.skewed(service, headers["X-Amz-Date"], f"{account.now:%Y%m%dT%H%M%SZ}")
    token = account.session_tokens.get(key_id)
    if key_id not in account.access_keys or token != headers.get("X-Amz-Security-Token"):
        raise refusals.unknown_key(service)
    if key_id in account.expired_keys:
        raise refusals.expired(service)
    if key_id in account.refused_keys:
        raise refusals.wrong_secret_key(service)


def _refuse_denied(account: Account, request: Request, who: str) -> None:
    actions = [request.action]
    if request.service == "kafka" and request.operation in kafka.CONNECTING:
        actions += ["kafka-cluster:Connect"]
    for action in actions:
        if because := account.reason_to_deny(action):
            resource = _resource_of(request.params)
            raise refusals.denied(request.service, action, who, resource, because)


def _resource_of(params: Record) -> str:
    names = ("ClusterArn", "Arn", "ClusterOperationArn", "SecretId", "KeyId", "RoleArn")
    return next((params[name] for name in names if name in params), "*")
