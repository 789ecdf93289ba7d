"""Looks at what an instance stands on, and says in words what is wrong and what to do about it."""

import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from allauth.socialaccount.adapter import get_adapter
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, Error, connections
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse
from redis import Redis, RedisError

from kalixweb.audit import triggers
from kalixweb.celery import app
from kalixweb.core import clock
from kalixweb.core.paths import FOLDERS, data_folder
from kalixweb.keys import lifecycle

State = Literal["ok", "warned", "failed"]
_MIB = 1024 * 1024
_LITTLE_SPACE, _NO_SPACE = 200 * _MIB, 10 * _MIB
_LARGEST_CLOCK_DIFFERENCE = timedelta(seconds=5)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at, and what to do about it when it is not well."""

    subject: str
    state: State
    sentence: str


def findings() -> Iterator[Finding]:
    """Everything that is looked at, one after the other."""
    checks = [
        _data_folder,
        _disk,
        _database,
        _keys,
        _key_backup,
        _triggers,
        _queue,
        _worker,
        _clock,
    ]
    if settings.KALIXWEB_OIDC_ISSUER:
        checks.append(_single_sign_on)
    for check in checks:
        yield _looked_at(check)


def _looked_at(check: Callable[[], Finding]) -> Finding:
    """A check that cannot even be made is a finding, not a crash."""
    try:
        return check()
    except Exception as error:  # noqa: BLE001 - doctor goes on to the next subject
        subject = check.__name__.strip("_").replace("_", " ")
        return Finding(subject, "failed", f"could not be checked: {type(error).__name__}")


def _data_folder() -> Finding:
    folder = data_folder()
    if not folder.is_dir():
        return Finding("data folder", "failed", f"{folder} does not exist. Run: kalixweb up")
    folders = [folder, *(folder / name for name in FOLDERS if (folder / name).exists())]
    readable = [one for one in folders if stat.S_IMODE(one.stat().st_mode) & 0o077]
    if readable:
        names = " ".join(str(one) for one in readable)
        return Finding("data folder", "failed", f"can be read by others. Run: chmod 700 {names}")
    return Finding("data folder", "ok", f"{folder}, private")


def _disk() -> Finding:
    free = shutil.disk_usage(data_folder()).free
    if free >= _LITTLE_SPACE:
        return Finding("disk", "ok", f"{free // _MIB:,} MiB free")
    state: State = "failed" if free < _NO_SPACE else "warned"
    sentence = f"{free // _MIB} MiB free: nothing is saved on a full disk. Free some space"
    return Finding("disk", state, sentence)


def _database() -> Finding:
    connection = connections[DEFAULT_DB_ALIAS]
    try:
        connection.ensure_connection()
        executor = MigrationExecutor(connection)
    except Error as error:
        reason = str(error).strip().splitlines()[0]
        return Finding("database", "failed", f"cannot be opened: {reason}")
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if pending:
        first, _backwards = pending[0]
        sentence = (
            f"{len(pending)} migrations are missing, from {first.app_label} {first.name} on. "
            "Run: kalixweb migrate"
        )
        return Finding("database", "failed", sentence)
    return Finding("database", "ok", f"{connection.display_name}, up to date")


def _keys() -> Finding:
    try:
        lifecycle.verify()
    except lifecycle.KeysUnusable as unusable:
        return Finding("keys", "failed", unusable.sentence)
    return Finding("keys", "ok", "open, and fit this database")


def _key_backup() -> Finding:
    at = lifecycle.backed_up_at()
    if at is None:
        sentence = (
            "never made: without the keys no secret can be read again. "
            "Run: kalixweb backup keys FILE"
        )
        return Finding("key backup", "warned", sentence)
    return Finding("key backup", "ok", f"made on {at:%d %B %Y}")


def _triggers() -> Finding:
    missing = triggers.missing()
    if missing:
        sentence = (
            f"{', '.join(missing)} missing or changed: events could be altered. Find out who did "
            "it, then run: kalixweb migrate"
        )
        return Finding("audit trail", "failed", sentence)
    return Finding("audit trail", "ok", "append-only triggers in place")


def _queue() -> Finding:
    try:
        _redis().ping()
    except RedisError as error:
        return Finding("queue", "failed", f"does not answer ({error}). Is kalixweb up running?")
    return Finding("queue", "ok", "answers")


def _redis() -> Redis:
    return Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2)


def _worker() -> Finding:
    try:
        answers = app.control.ping(timeout=1.0)
    except Exception:  # noqa: BLE001 - kombu raises many kinds; the queue's own line names the cause
        answers = []
    if not answers:
        return Finding("worker", "failed", "no worker answers, so no test runs. Run: kalixweb up")
    count = len(answers)
    return Finding(
        "worker", "ok", f"{count} {'worker answers' if count == 1 else 'workers answer'}"
    )


def _clock() -> Finding:
    """A clock that is off makes good certificates look expired."""
    try:
        seconds, micros = _redis().time()
    except RedisError:
        return Finding("clock", "warned", "could not be compared: the queue does not answer")
    difference = abs(clock.now().timestamp() - (seconds + micros / 1e6))
    if difference > _LARGEST_CLOCK_DIFFERENCE.total_seconds():
        sentence = f"differs from the queue's by {difference:.0f} s. Set both by NTP"
        return Finding("clock", "failed", sentence)
    return Finding("clock", "ok", f"{clock.now():%Y-%m-%d %H:%M:%S} UTC, as the queue's")


def _single_sign_on() -> Finding:
    subject, issuer = "sign-on", settings.KALIXWEB_OIDC_ISSUER
    with get_adapter().get_requests_session() as session:
        answer = session.get(f"{issuer}/.well-known/openid-configuration")
    says = answer.json().get("issuer") if answer.ok else None
    if says is None:
        return Finding(subject, "failed", f"{issuer} is no OpenID Connect issuer")
    if says.rstrip("/") != issuer:
        return Finding(subject, "failed", f"{issuer} says that its issuer is {says}. Set that one")
    path = reverse("openid_connect_callback", args=[settings.KALIXWEB_OIDC_ID])
    return Finding(
        subject, "ok", f"{issuer} answers; redirect address {settings.KALIXWEB_URL}{path}"
    )
