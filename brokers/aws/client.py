"""The calls to AWS: one signed-in client, its retries and its bookkeeping."""

import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import boto3
from botocore.client import BaseClient
from botocore.exceptions import BotoCoreError, ClientError

from brokers.aws import boto_logging, responses, service_errors, transport_errors
from brokers.aws.call_context import CallContext, Service
from brokers.aws.failures import AwsFailure, Kind
from brokers.aws.host_credentials import CONFIGURATION
from brokers.aws.sessions import CONFIG, open_session, secrets_of
from brokers.aws.sign_in import AccessKey, AssumedRole, HostChain, SignIn
from kalixweb.core.redaction import Redactor
from kalixweb.core.secret_value import SecretValue

# Of ten calls in a row three may be throttled; silence is not worth waiting for twice.
_ATTEMPTS: dict[Kind, int] = {"throttled": 12, "aws_down": 8, "timeout": 2, "unreachable": 2}
_SECONDS = 15.0
_FIRST_WAIT = 0.1
_LONGEST_WAIT = 2.0
_SLICE = 0.1
_PAGES = 200
_PORTS = {"http": 80, "https": 443}
_KEYS = ("AccessKeyId", "SecretAccessKey", "SessionToken")
_SUBJECTS = ("ClusterArn", "Arn", "ClusterOperationArn", "SecretId", "KeyId", "RoleArn")


class Aws:
    """AWS as one sign-in sees it in one Region, for one piece of work. Threads may share it."""

    def __init__(
        self,
        sign_in: SignIn,
        region: str,
        *,
        is_cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self.region = region
        self._sign_in = sign_in
        self._is_cancelled = is_cancelled
        self._base: Aws | None = None
        boto_logging.hush()
        self._lock = threading.RLock()
        self._counting = threading.Lock()
        self._sent = 0
        # What signing in came to; it is not tried again.
        self._session: boto3.Session | AwsFailure | None = None
        self._clients: dict[str, BaseClient] = {}

    def __repr__(self) -> str:
        return f"Aws({type(self._sign_in).__name__}, {self.region})"

    @property
    def calls(self) -> int:
        """The HTTP requests that were sent, retries and AssumeRole included."""
        return self._sent + (self._base.calls if self._base else 0)

    def call(
        self,
        service: Service,
        operation: str,
        *,
        required: Sequence[str] = (),
        one_of: Sequence[str] = (),
        **params: object,
    ) -> dict[str, Any]:
        """The answer to boto3's method ``operation``; raises AwsFailure, and nothing else.

        An answer that lacks one of the ``required`` fields, or every field of ``one_of``, is
        malformed: botocore takes a document of something else for an empty one.
        """
        client = self.client(service)
        context = _context(client, operation, params)
        answer = self._answer(client, operation, context, params)
        if not _is_complete(answer, required, one_of):
            raise transport_errors.incomplete(context)
        return answer

    def _answer(
        self, client: BaseClient, operation: str, context: CallContext, params: Mapping[str, object]
    ) -> dict[str, Any]:
        """After as many attempts as its failures are worth."""
        ends = time.monotonic() + _SECONDS
        for attempt in count(1):
            self._stop_if_cancelled()
            try:
                return self._try(client, operation, context, params)
            except AwsFailure as failure:
                wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2 ** (attempt - 1))
                wait *= random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, hides nothing
                if attempt >= _ATTEMPTS.get(failure.kind, 1) or time.monotonic() + wait > ends:
                    raise
            self._wait(wait)
        raise AssertionError("it is counted without end")

    def pages(self, service: Service, operation: str, key: str, **params: object) -> Iterator[Any]:
        """Every item of the lists under ``key``, page after page."""
        token: str | None = None
        for _ in range(_PAGES):
            more = {"NextToken": token} if token else {}
            answer = self.call(service, operation, required=(key,), one_of=(), **params, **more)
            yield from answer[key]
            before, token = token, answer.get("NextToken")
            if not token:
                return
            if token == before:
                break
        raise transport_errors.endless(_context(self.client(service), operation, params))

    def client(self, service: Service) -> BaseClient:
        """boto3's own client of a service, made once; raises AwsFailure."""
        if made := self._clients.get(service):
            return made
        with self._lock:
            if service not in self._clients:
                session = self._signed_in()
                try:
                    made = session.client(service, config=CONFIG)
                    _where(made)
                except (BotoCoreError, ValueError) as error:
                    raise transport_errors.no_client(
                        error, CallContext(service, "", self.region)
                    ) from None
                boto_logging.hush()
                self._clients[service] = made
            return self._clients[service]

    def _try(
        self, client: BaseClient, operation: str, context: CallContext, params: Mapping[str, object]
    ) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = getattr(client, operation)(**params)
        except ClientError as error:
            named = context.actual_call(error.operation_name)
            raise service_errors.failure_of(error.response, named, self._redactor()) from None
        except (BotoCoreError, responses.NotOfAws, *responses.MISREAD) as error:
            raise transport_errors.failure_of(error, context) from None
        except RuntimeError as error:
            raise transport_errors.stale(error) from None
        return answer

    def _signed_in(self) -> boto3.Session:
        """The session whose credentials sign the calls; a role is assumed first, once."""
        if self._session is None:
            self._session = self._open()
        if isinstance(self._session, AwsFailure):
            raise self._session
        return self._session

    def _open(self) -> boto3.Session | AwsFailure:
        handlers: dict[str, Callable[..., None]] = {
            "before-send": self._count,
            "before-parse": responses.check_body,
        }
        try:
            return open_session(self._keys(), self.region, handlers)
        except AwsFailure as failure:
            return failure
        except BotoCoreError as error:
            return transport_errors.no_client(error, CallContext("sts", "", self.region))
        except ClientError as error:
            named = CallContext("sts", "", self.region).actual_call(error.operation_name)
            return service_errors.failure_of(error.response, named, Redactor())
        except (responses.NotOfAws, OSError, *responses.MISREAD):
            return AwsFailure(*CONFIGURATION)

    def _keys(self) -> HostChain | AccessKey:
        if not isinstance(self._sign_in, AssumedRole):
            return self._sign_in
        self._base = Aws(self._sign_in.base, self.region, is_cancelled=self._is_cancelled)
        return assume(self._sign_in, self._base)

    def _redactor(self) -> Redactor:
        return Redactor(secrets_of(self._signed_in()))

    def _count(self, **_event: object) -> None:
        with self._counting:
            self._sent += 1

    def _wait(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while (left := ends - time.monotonic()) > 0:
            self._stop_if_cancelled()
            time.sleep(min(left, _SLICE))

    def _stop_if_cancelled(self) -> None:
        if self._is_cancelled():
            raise AwsFailure(
                "stopped", "This was stopped before AWS had answered.", "Start it anew."
            )


def assume(role: AssumedRole, base: Aws) -> AccessKey:
    """The temporary key of a role, valid for an hour."""
    answer = base.call(
        "sts",
        "assume_role",
        required=("Credentials",),
        RoleArn=role.role_arn,
        RoleSessionName="kalixweb",
        ExternalId=role.external_id,
    )
    key_id, secret, token = map(answer["Credentials"].get, _KEYS)
    if not key_id or not secret or not token:
        raise transport_errors.incomplete(
            CallContext("sts", "AssumeRole", base.region, role.role_arn)
        )
    return AccessKey(key_id, SecretValue(secret), SecretValue(token))


def _is_complete(
    answer: Mapping[str, object], required: Sequence[str], one_of: Sequence[str]
) -> bool:
    if any(answer.get(name) is None for name in required):
        return False
    return not one_of or any(answer.get(name) is not None for name in one_of)


def _context(client: BaseClient, operation: str, params: Mapping[str, object]) -> CallContext:
    about = (str(params[name]) for name in _SUBJECTS if name in params)
    meta = client.meta
    return CallContext(
        meta.service_model.service_name,
        meta.method_to_api_mapping[operation],
        meta.region_name,
        next(about, "*"),
        *_where(client),
    )


def _where(client: BaseClient) -> tuple[str, int]:
    """Host and port that the calls go to; raises ValueError when its address is none."""
    endpoint = urlsplit(client.meta.endpoint_url)
    if endpoint.scheme not in _PORTS or not endpoint.hostname:
        raise ValueError(endpoint.scheme)
    return endpoint.hostname, endpoint.port or _PORTS[endpoint.scheme]
