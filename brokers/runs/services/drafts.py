"""Testing what stands in a form and is not saved. Typed values live sealed while the run does."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from brokers.connections.services import limits, secret_references
from brokers.connections.services.configuration import Configuration, New, Reference
from brokers.connections.services.connections import require_unaltered
from brokers.connections.services.recorded_values import destination_details
from brokers.connections.services.validation import name_problems, require_testable
from brokers.models import DRAFT, Connection, TestRun
from brokers.runs.services import snapshots
from kalixweb.audit.unit_of_work import record, unit_of_work
from kalixweb.core.actor import Actor
from kalixweb.jobs.models import requested_by
from kalixweb.projects import permissions
from secrets_app.services import drafts

TYPED = "typed for this test"


def request(
    *,
    actor: Actor,
    project: UUID,
    wanted: Configuration,
    password: Reference,
    ca: Reference | None = None,
    connection: Connection | None = None,
    form: Mapping[str, Any] | None = None,
) -> TestRun:
    """A new run of an unsaved configuration, which the caller sends to the queue.

    ``connection`` is the stored one whose form it is, if any; ``form`` what the form shows again.
    A stored password goes only where saving could send it. Raises Denied, NotAcceptable (also
    TooManyEndpoints), ReferenceMissing, DeliveryRefused, TooManyTests, RowAltered.
    """
    label = "draft" if name_problems(wanted.name) else wanted.name
    permissions.require(
        actor,
        project,
        "connection.test_draft",
        object_kind="connection",
        object_id=connection.id if connection else None,
        object_label=label,
    )
    secret_references.require_use(actor, project, password, ca)
    if connection is not None:
        require_unaltered(connection)
    require_testable(wanted, password, ca)
    secret_references.require_delivery(
        actor=actor, project=project, wanted=wanted, password=password, ca=ca, connection=connection
    )
    limits.count_request(actor, project)
    limits.count_endpoints(actor, wanted.servers)
    run_id = uuid4()
    target = snapshots.snapshot_of_draft(
        run=run_id,
        project=project,
        wanted=wanted,
        password=password,
        ca=ca,
        connection=connection,
        form=form or {},
    )
    with unit_of_work(actor):
        run = _new_run(actor, project, run_id, target)
        drafts.keep(project=project, run_id=run.id, values=snapshots.typed_values(password, ca))
        record(
            "connection.tested",
            chain=project,
            object_kind="connection",
            object_id=connection.id if connection else None,
            object_label=label,
            run=str(run.id),
            origin=DRAFT,
            **_audit_details(wanted, target, password, ca),
        )
    return run


def _new_run(actor: Actor, project: UUID, run_id: UUID, target: dict[str, Any]) -> TestRun:
    return TestRun.objects.for_project(project).create(
        id=run_id,
        project_id=project,
        origin=DRAFT,
        target=target,
        **requested_by(actor),
    )


def _audit_details(
    wanted: Configuration, target: Mapping[str, Any], password: Reference, ca: Reference | None
) -> dict[str, Any]:
    pin, ca_pin = target["password"], target["ca"]
    return destination_details(wanted) | {
        "password": _words(password),
        "password_version": pin["version"] if pin else None,
        "ca": _words(ca),
        "ca_version": ca_pin["version"] if ca_pin else None,
    }


def _words(reference: Reference | None) -> str | None:
    if isinstance(reference, New):
        return TYPED
    return reference.reference if reference else None


def note_advertised(run: TestRun, servers: list[str]) -> None:
    """Count the brokers that a draft's cluster advertised among the servers its asker named.

    Whoever runs the cluster chooses what it advertises: the limit must hold for that too.
    """
    if run.origin == DRAFT and run.actor_kind == "user" and run.actor_id:
        for server in servers:
            limits.note_endpoint(run.actor_id, server)
