"""Opens what a run needs, for whoever asked for it and still may."""

from brokers.connections.services.recorded_values import tested_values
from brokers.connections.services.target_policy import target_policy
from brokers.engine.platforms import patterns_for
from brokers.engine.target import Target
from brokers.models import DRAFT, TestRun
from brokers.runs.services import snapshots
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects import permissions
from secrets_app.models import Secret
from secrets_app.services import drafts, values


def require_rights(actor: Actor, run: TestRun) -> None:
    """Raise Denied unless the actor may make this test."""
    password, ca = snapshots.pins_of(run.target)
    permissions.require(
        actor,
        run.project_id,
        "connection.test_draft" if run.origin == DRAFT else "connection.test",
        *(["secret.use"] if password or ca else []),
        object_kind="connection",
        object_id=run.connection_id,
    )


def open_target(run: TestRun, actor: Actor) -> Target:
    """Everything that the probe needs; each secret's use is in the audit before it is opened.

    Raises RowAltered, and what opening values raises.
    """
    wanted = run.target
    password, ca = snapshots.pins_of(wanted)
    snapshots.require_unaltered(run)
    opened = _open(run, actor, password, ca)
    return Target(
        password=opened["password"],
        ca_pem=opened["ca"].reveal() if "ca" in opened else None,
        transactional_ids=tuple(wanted.get("transactional_ids", ())),
        # Delivery to the named servers was authorised when they were saved, or the test asked for.
        allowed_hosts=(
            *_allowed_hosts(run, password),
            *patterns_for(wanted["servers"]),
        ),
        previous_cluster_id=wanted["cluster_id"] or None,
        policy=target_policy(),
        **tested_values(wanted) | {"servers": "\n".join(wanted["servers"])},
    )


def _open(
    run: TestRun, actor: Actor, password: values.Pin | None, ca: values.Pin | None
) -> dict[str, SecretValue]:
    """``password`` and, if there is one, ``ca``: from secrets, or as typed for this run."""
    pins = {field: pin for field, pin in (("password", password), ("ca", ca)) if pin}
    used = values.use(
        actor=actor,
        project=run.project_id,
        pins=list(pins.values()),
        reason="connection test",
        run=str(run.id),
        connection=run.target["name"],
        hosts=run.target["servers"],
    )
    opened = {field: used[pin] for field, pin in pins.items()}
    for field in run.target.get("typed", ()):
        opened[field] = drafts.take(project=run.project_id, run_id=run.id, field=field)
    return opened


def _allowed_hosts(run: TestRun, password: values.Pin | None) -> list[str]:
    """Where the stored password may go; a typed one goes where its first save would let it go."""
    if password is None:
        return []
    secret = Secret.objects.for_project(run.project_id).get(id=password.secret_id)
    return list(secret.allowed_hosts)
