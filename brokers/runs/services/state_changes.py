"""A connection's state: how its last finished run went, and the rows that tell when it changed."""

from datetime import datetime
from uuid import UUID

from brokers.models import Connection, ConnectionStateChange


def set_state(row: Connection, *, state: str, fault: str, run: UUID, at: datetime) -> None:
    """Put state and cause into the row, which the caller saves; a change is written down now.

    ``state_since`` moves with the state alone: another cause of the same state is not its begin.
    """
    if (row.state, row.last_fault) == (state, fault):
        return
    ConnectionStateChange.objects.for_project(row.project_id).create(
        project_id=row.project_id,
        connection=row,
        from_state=row.state,
        from_fault=row.last_fault,
        to_state=state,
        fault=fault,
        run=run,
        at=at,
    )
    if row.state != state:
        row.state, row.state_since = state, at
    row.last_fault = fault
