"""Of which cluster of AWS a connection is, and when it is that no more."""

from collections.abc import Iterable

from brokers.engine.platforms import patterns_for
from brokers.models import Connection
from kalixweb.audit.unit_of_work import record


def leave(row: Connection, before: Iterable[str]) -> tuple[str, str] | None:
    """Forget the cluster where the servers, which were typed, are not its any more.

    That is so when none of those before is left, or one is of another cluster of MSK. Answers the
    account and the cluster that were left, or None.
    """
    old, new = _places(before), _places(row.servers)
    elsewhere = any(place.startswith("*.") for place in new - old)
    if not row.cluster_arn or (old & new and not elsewhere):
        return None
    left = row.aws_account.name if row.aws_account else "", row.cluster_arn
    row.aws_account, row.cluster_arn, row.aws_asker = None, "", None
    row.offered_servers, row.bootstrap_seen_at = [], None
    return left


def record_left(row: Connection, left: tuple[str, str]) -> None:
    """Inside the unit of work that stored the row."""
    record(
        "connection.cluster_left",
        chain=row.project_id,
        object_kind="connection",
        object_id=row.id,
        object_label=row.name,
        account_before=left[0],
        cluster_before=left[1],
    )


def _places(servers: Iterable[str]) -> set[str]:
    """Each server as it is, in place of a broker of MSK all brokers of its cluster."""
    found = set()
    for server in servers:
        (pattern,) = patterns_for([server])
        found.add(pattern if pattern.startswith("*.") else server.lower())
    return found
