"""Fills in the changes of state of before, from the runs that are kept.

In batches of connections, each in a transaction of its own: it can be ended and begun again, and
workers may finish runs meanwhile. What is older than the first row of a connection is filled in.
"""

from collections import defaultdict

from django.db import migrations, transaction
from django.db.models import Min

BATCH = 50


def fill(apps, schema_editor):
    alias = schema_editor.connection.alias
    Connection = apps.get_model('brokers', 'Connection')
    rows = Connection.all_projects.using(alias).order_by('id')
    left = rows
    while batch := list(left.only('id', 'project_id', 'state', 'last_fault', 'state_since')[:BATCH]):
        with transaction.atomic(using=alias):
            fill_batch(apps, alias, batch)
        left = rows.filter(id__gt=batch[-1].id)


def fill_batch(apps, alias, batch):
    Change = apps.get_model('brokers', 'ConnectionStateChange')
    there = Change.all_projects.using(alias)
    ids = [row.id for row in batch]
    first = dict(
        there.filter(connection_id__in=ids).values_list('connection_id').annotate(Min('at'))
    )
    runs = finished_runs(apps, alias, ids)
    for row in batch:
        until = first.get(row.id)
        changes = changes_of(Change, row, runs[row.id], until)
        there.bulk_create(changes, batch_size=500)


def finished_runs(apps, alias, ids):
    """(id, verdict, fault, when) of the runs that set their connection's state, oldest first."""
    runs = apps.get_model('brokers', 'TestRun').all_projects.using(alias)
    columns = ('connection_id', 'id', 'verdict', 'fault', 'queued_at', 'finished_at', 'target__once')
    found = defaultdict(list)
    kept = runs.filter(connection_id__in=ids, state='done').exclude(verdict='')
    kept = kept.order_by('connection_id', 'queued_at')
    for connection, run, verdict, fault, queued, finished, once in kept.values_list(*columns).iterator():
        # A right that was asked for in one test alone says nothing about the connection.
        if not (once and fault.startswith('rights.')):
            found[connection].append((run, verdict, fault, finished or queued))
    return found


def changes_of(Change, row, runs, until):
    before, changes = ('unknown', ''), []
    for run, state, fault, at in runs:
        if until is not None and at >= until:
            break
        if (state, fault) != before:
            changes.append(
                Change(
                    project_id=row.project_id, connection_id=row.id, run=run, at=at,
                    from_state=before[0], from_fault=before[1], to_state=state, fault=fault,
                )
            )
        before = state, fault
    if changes and until is None and all(one.to_state == row.state for one in changes):
        # It has been so since a run that is forgotten.
        one = changes[0]
        if row.state_since is not None and row.state_since < one.at:
            one.at, one.run = row.state_since, None
    return changes


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('brokers', '0005_state_changes'),
    ]

    operations = [
        # The way back takes the table away.
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
