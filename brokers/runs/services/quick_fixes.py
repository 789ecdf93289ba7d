"""What of a run's cause can be fixed here and now, and doing it. The caller tests again."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from http import HTTPStatus
from uuid import UUID

from brokers.connections.services import connections
from brokers.connections.services.configuration import (
    Configuration,
    Existing,
    New,
    ca_reference_of,
    configuration_of,
    reference_of,
)
from brokers.engine import platforms
from brokers.engine.document import Document, read
from brokers.engine.input import bare_user
from brokers.models import Connection, TestRun
from brokers.runs.queries import matching_cas
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from secrets_app.models import CA_ENTRY, TLS_CA, Secret
from secrets_app.services import corrections, secrets

_OTHER_SCRAM = {"scram-sha-512": "scram-sha-256", "scram-sha-256": "scram-sha-512"}


@dataclass(frozen=True, slots=True)
class QuickFix:
    """``kind``: trim, json, unquote, decode (the stored password); user, servers, auth, ca, no-ca
    (the connection). ``to`` is the new value where it is no secret; ``ca`` the secret meant."""

    kind: str
    to: str = ""
    ca: Secret | None = None

    @property
    def corrects(self) -> bool:
        return self.kind in corrections.CORRECTIONS


class NotOfferedAnyMore(Refusal):
    """The connection or its password was changed since the run, or never had this cause."""

    status = HTTPStatus.CONFLICT

    def __init__(self) -> None:
        super().__init__(
            "This was offered for what was tested, and that has changed since. Test again."
        )


def possible(run: TestRun, document: Document) -> tuple[QuickFix, ...]:
    """What would fix the causes of this run, as long as what it tested is still what is stored."""
    if not _trouble(document) or not _is_current(run):
        return ()
    return tuple(_fixes(run, document))


def better_ca(run: TestRun, document: Document) -> Secret | None:
    """A stored CA that would verify what the brokers served, if theirs did not; for drafts too."""
    pin = run.target.get("ca")
    given = UUID(pin["secret"]) if pin else None
    return matching_cas.would_verify(run.project_id, document, besides=given, now=clock.now())


def trustable(document: Document) -> bool:
    """Whether brokers were refused for nothing but a root that is not trusted yet."""
    return bool(matching_cas.unknown_chains(document))


def trust(
    *, actor: Actor, project: UUID, connection: Connection | None, name: str, pem: SecretValue
) -> None:
    """Store a root as a CA secret and have the connection, if one is given, use it.

    The caller has held it against the fingerprint that the cluster's owner gave. Raises what
    making a secret or changing a connection raises.
    """
    if connection is None:
        secrets.create(
            actor=actor, project=project, name=name, type=TLS_CA, entries={CA_ENTRY: pem}
        )
        return
    connections.change(
        actor=actor,
        connection=connection,
        expected_revision=connection.revision,
        wanted=configuration_of(connection),
        password=reference_of(connection),
        ca=New(name, CA_ENTRY, pem),
    )


def carry_out(*, actor: Actor, run: TestRun, kind: str) -> None:
    """Do one of ``possible``. Raises NotOfferedAnyMore, and what changing a connection (Denied,
    DeliveryRefused, ChangedMeanwhile …) or correcting a value raises."""
    fixes = {one.kind: one for one in possible(run, read(run.document))}
    fix, connection = fixes.get(kind), run.connection
    if fix is None or connection is None:
        raise NotOfferedAnyMore
    if fix.corrects:
        corrections.correct(
            actor=actor,
            secret=connection.password_secret,
            entry=connection.password_entry,
            kind=kind,
            version=connection.password_secret.current_version,
        )
        return
    ca = Existing(fix.ca, CA_ENTRY) if fix.ca else ca_reference_of(connection)
    connections.change(
        actor=actor,
        connection=connection,
        expected_revision=connection.revision,
        wanted=_changed(configuration_of(connection), fix),
        password=reference_of(connection),
        ca=None if kind == "no-ca" else ca,
    )


def _changed(present: Configuration, fix: QuickFix) -> Configuration:
    if fix.kind == "user":
        return replace(present, user=fix.to)
    if fix.kind == "auth":
        return replace(present, auth=fix.to)
    if fix.kind == "servers":
        return replace(present, servers=tuple(map(platforms.right_port, present.servers)))
    return present


def _trouble(document: Document) -> bool:
    """White space in a password that works belongs to it: nothing is offered for what works."""
    return document.verdict is not None and document.verdict.state in {"failed", "degraded"}


def _is_current(run: TestRun) -> bool:
    connection, password = run.connection, run.target.get("password")
    if connection is None or not password:
        return False
    tested = run.target.get("revision"), password["version"]
    return tested == (connection.target_revision, connection.password_secret.current_version)


def _fixes(run: TestRun, document: Document) -> Iterator[QuickFix]:
    fixes = {fix for fault, _ in document.all_faults() for fix in fault.quick_fixes}
    if not _login_failed(document):  # white space in a password that was not refused belongs to it
        fixes.discard("trim")
    yield from (QuickFix(kind) for kind in corrections.CORRECTIONS if kind in fixes)
    yield from _of_the_connection(run, document, fixes)
    if (ca := better_ca(run, document)) is not None:
        yield QuickFix("ca", ca.name, ca)


def _of_the_connection(
    run: TestRun, document: Document, fixes: Collection[str]
) -> Iterator[QuickFix]:
    user = run.target["user"]
    bare = bare_user(user)
    if "user" in fixes and bare and bare != user:
        yield QuickFix("user", bare)
    if "servers" in fixes:
        yield from _ports(run.target["servers"])
    if "other-auth" in fixes and run.target["auth"] in _OTHER_SCRAM:
        yield QuickFix("auth", _OTHER_SCRAM[run.target["auth"]])
    if "auth" in fixes and (auth := _offered(document)):
        yield QuickFix("auth", auth)
    if "no-ca" in fixes and run.target.get("ca"):
        yield QuickFix("no-ca")


def _offered(document: Document) -> str | None:
    """The best SCRAM that every listener offers which refused ours; PLAIN is never suggested."""
    stages = [node.stage("sasl-mechanism") for node in document.nodes]
    lists = [set(s.facts.get("offered") or ()) for s in stages if s and s.state == "failed"]
    shared = set.intersection(*lists) if lists else set()
    return next((auth for auth in _OTHER_SCRAM if auth.upper() in shared), None)


def _login_failed(document: Document) -> bool:
    stages = (node.stage("sasl-login") for node in document.nodes)
    return any(stage is not None and stage.state == "failed" for stage in stages)


def _ports(servers: list[str]) -> Iterator[QuickFix]:
    right = [platforms.right_port(server) for server in servers]
    if right != servers:
        ports = sorted({new.rpartition(":")[2] for new in set(right) - set(servers)})
        yield QuickFix("servers", " and ".join(ports))
