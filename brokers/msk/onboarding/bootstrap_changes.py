"""Noticing that AWS names more bootstrap servers for a cluster than its connection has."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q

from brokers.models import BROKERS, AwsQuery, Connection
from brokers.msk.accounts.sign_in import HostNotServed, host_serves
from brokers.msk.aws_queries import requests
from brokers.permissions import SCHEDULE
from kalixweb.core import clock
from kalixweb.core.actor import Actor

LOOK_EVERY = timedelta(hours=6)
_AT_ONCE = 20


def notice(query: AwsQuery, document: Mapping[str, Any]) -> None:
    """Keep what AWS names now as an offer, where a connection of this cluster lacks some of it.

    Servers that AWS does not name are no reason: its answer may be a part of them.
    """
    if query.kind != BROKERS:
        return
    usable = [one["servers"] for one in document["strings"] if one["usable"]]
    rows = Connection.objects.for_project(query.project_id).filter(
        aws_account=query.account_id, cluster_arn=query.cluster_arn
    )
    for row in rows.only("servers", "offered_servers", "revision"):
        offered = _offer(row.servers, usable)
        if offered != row.offered_servers:
            # Of a connection that was saved meanwhile, this says nothing.
            rows.filter(id=row.id, revision=row.revision).update(offered_servers=offered)


def _offer(present: Sequence[str], named: Sequence[Sequence[str]]) -> list[str]:
    """What the connection has and what its own string has besides; empty when that is nothing.

    Its string is the one that most of its servers are in. A connection that shares none with any
    goes another way, as through a load balancer.
    """
    have = {server.lower() for server in present}

    def shared(servers: Sequence[str]) -> int:
        return len(have & {server.lower() for server in servers})

    best = max(named, key=shared, default=())
    more = [server for server in best if server.lower() not in have]
    return [*present, *more] if shared(best) and more else []


def ask_again() -> list[AwsQuery]:
    """Queries about connections that nobody looked after for six hours; the caller sends them.

    A schedule asks, for nobody: who filled the connection may have left the project since.
    """
    due = Q(bootstrap_seen_at__isnull=True) | Q(bootstrap_seen_at__lte=clock.now() - LOOK_EVERY)
    rows = Connection.all_projects.filter(due, aws_account__isnull=False).exclude(cluster_arn="")
    rows = rows.select_related("aws_account__project", "aws_account__key_secret")
    parameters = [_ask(row) for row in rows.order_by("bootstrap_seen_at", "id")[:_AT_ONCE]]
    return [query for query in parameters if query is not None]


def why_not(row: Connection) -> str:
    """Why no worker looks any more what AWS names for the connection; "" where one does."""
    if not row.cluster_arn:
        return ""
    account = row.aws_account
    if account is None:
        return "Its AWS account was deleted. Fill it in from another one."
    if account.uses_host and not host_serves(account.project):
        return str(HostNotServed(account.project.name))
    return ""


def _ask(row: Connection) -> AwsQuery | None:
    mine = Connection.all_projects.filter(id=row.id, bootstrap_seen_at=row.bootstrap_seen_at)
    if not mine.update(bootstrap_seen_at=clock.now()):
        return None  # another worker asks
    if row.aws_account is None:
        return None
    schedule = Actor(kind="service", id=None, label=SCHEDULE)
    return requests.request_scheduled(actor=schedule, account=row.aws_account, connection=row)
