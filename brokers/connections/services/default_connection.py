"""The project's one broker configuration, as commands of the guide set, show and unset it."""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from brokers.connections.services import connections
from brokers.connections.services.configuration import Configuration, Existing, configuration_of
from brokers.connections.services.form_texts import values_of
from brokers.connections.services.secret_references import NO_CA
from brokers.connections.services.validation import NotAcceptable
from brokers.engine import platforms
from brokers.engine.bootstrap_servers import parse_servers
from brokers.engine.target import Server
from brokers.models import Connection
from kalixweb.audit.unit_of_work import unit_of_work
from kalixweb.core.actor import Actor
from secrets_app.models import TLS_CA
from secrets_app.queries import ReferenceMissing, resolve_reference

NAME = "broker"


def set_broker(
    *,
    actor: Actor,
    project: UUID,
    given: Mapping[str, str],
    password_reference: str,
    ca_reference: str | None = None,
) -> Connection:
    """Change the default connection, or make one.

    ``given`` are fields of a configuration as a form takes them, servers among them. Every other
    field stays as it is. Raises as ``connections.create`` and ``connections.change`` do.
    """
    parsed, faults = parse_servers(given["servers"])
    if refused := [fault for fault in faults if fault.fails]:
        raise NotAcceptable([("servers", f"{one.sentence} {one.action}") for one in refused])
    password = Existing(*resolve_reference(project, password_reference))
    ca = Existing(*resolve_reference(project, ca_reference)) if ca_reference else None
    if ca is not None and ca.secret.type != TLS_CA:
        raise ReferenceMissing(ca.reference, NO_CA, "ca_ref")
    row = _default(project)
    values = values_of(given)
    wanted = (
        replace(configuration_of(row), **values)
        if row is not None
        else Configuration(name=_free_name(project), platform=_platform(parsed), **values)
    )
    if row is not None:
        return connections.change(
            actor=actor,
            connection=row,
            expected_revision=row.revision,
            wanted=wanted,
            password=password,
            ca=ca,
        )
    with unit_of_work(actor):
        made = connections.create(
            actor=actor, project=project, wanted=wanted, password=password, ca=ca
        )
        connections.set_default(actor=actor, connection=made)
    return made


def unset_broker(*, actor: Actor, project: UUID) -> Connection | None:
    """Leave the project without a default connection; answers which one it was. It is kept."""
    row = _default(project)
    if row is not None:
        connections.set_default(actor=actor, connection=row, default=False)
    return row


def _platform(servers: tuple[Server, ...]) -> str:
    return "msk" if platforms.on_msk("", (server.host for server in servers)) else "kafka"


def _default(project: UUID) -> Connection | None:
    rows = Connection.objects.for_project(project).select_related("password_secret", "ca_secret")
    return rows.filter(is_default=True).first()


def _free_name(project: UUID) -> str:
    taken = set(Connection.objects.for_project(project).values_list("name", flat=True))
    names = [NAME, *(f"{NAME}-{number}" for number in range(2, len(taken) + 3))]
    return next(name for name in names if name not in taken)
