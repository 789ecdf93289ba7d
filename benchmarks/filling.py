"""Fills an instance through the services themselves. Run in a process of its own, as a command is:

KALIXWEB_DATA=… python -m benchmarks.filling pages        what benchmarks.pages looks at
KALIXWEB_DATA=… python -m benchmarks.filling connections  those on standard input, as JSON
"""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from benchmarks.person import NAME, PROJECT
from kalixweb.cli.client import local
from kalixweb.core.secret_value import SecretValue

if TYPE_CHECKING:
    from brokers.connections.services.configuration import Existing
    from brokers.engine.results import RunResult
    from brokers.models import Connection
    from kalixweb.core.actor import Actor
    from kalixweb.projects.models import Project

CONNECTIONS, SECRETS, MEMBERS, EVENTS = 1000, 2000, 200, 20_000
RUNS_EACH, RUNS_OF_ONE = 5, 300
ONBOARDINGS, CLUSTERS = 30, 500


def main() -> int:
    """Fill, and answer on standard output with what the caller cannot know."""
    here = local()
    project = here.project(PROJECT)
    if sys.argv[1:] == ["connections"]:
        make_connections(here.actor, project, json.load(sys.stdin))
        return 0
    first = fill_for_pages(here.actor, project)
    json.dump(count_queries(project, first), sys.stdout)
    return 0


def make_connections(actor: "Actor", project: "Project", wanted: list[dict[str, str]]) -> None:
    """One connection for each ``name, server, user, login, password, ca``.

    ``login`` names the secret that holds the password; ``ca`` is a path, or empty for none.

    All are made in one commit.
    """
    from kalixweb.audit.unit_of_work import unit_of_work

    logins: dict[str, Existing] = {}
    cas: dict[str, Existing | None] = {"": None}
    alike: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for one in wanted:
        alike.setdefault((one["login"], one["ca"], one["user"]), []).append(one)
    with unit_of_work(actor):
        for (login, ca, user), (one, *others) in alike.items():
            if login not in logins:
                logins[login] = _secret(actor, project, login, SecretValue(one["password"]))
            if ca not in cas:
                pem = SecretValue(Path(ca).read_bytes())
                cas[ca] = _secret(actor, project, f"ca-{len(cas)}", pem, ca=True)
            made = _connection(
                actor, project, one["name"], one["server"], user, logins[login], cas[ca]
            )
            _copies(made, others)


def _copies(made: "Connection", others: list[dict[str, str]]) -> None:
    """The same connection under other names and servers, as its service would write the rows.

    The service itself looks at every user of the password before it lets another one be saved.
    """
    from dataclasses import replace

    from brokers.connections.services import secret_references
    from brokers.connections.services.configuration import apply, configuration_of
    from brokers.models import Connection
    from secrets_app.models import Usage

    names = [field.attname for field in Connection._meta.fields]  # noqa: SLF001 - Django's own API
    fields = {name: getattr(made, name) for name in names}
    usages = list(Usage.objects.for_project(made.project_id).filter(holder_id=made.id))
    copies, used = [], []
    for one in others:
        copy = Connection(**fields | {"id": uuid4()})
        apply(copy, replace(configuration_of(made), name=one["name"], servers=(one["server"],)))
        secret_references.sign(copy)
        copies.append(copy)
        used += [
            Usage(
                project_id=made.project_id,
                secret_id=usage.secret_id,
                entry=usage.entry,
                holder_kind=usage.holder_kind,
                holder_id=copy.id,
                label=copy.name,
            )
            for usage in usages
        ]
    Connection.all_projects.bulk_create(copies)
    Usage.all_projects.bulk_create(used)


def fill_for_pages(actor: "Actor", project: "Project") -> "Connection":
    """A project as a large team's after a year; answers its first connection."""
    from kalixweb.audit.unit_of_work import record, unit_of_work
    from tests.fakes import pki

    with unit_of_work(actor):
        root = SecretValue(pki.authority("Benchmark Root").pem)
        cas = [_secret(actor, project, f"ca-{n:04}", root, ca=True) for n in range(20)]
        logins = [
            _secret(actor, project, f"login-{n:04}", SecretValue(f"password of {n}"))
            for n in range(SECRETS - len(cas))
        ]
        for n in range(CONNECTIONS):
            server = f"b-1.cluster-{n % 60:02}.example.invalid:9096"
            _connection(actor, project, f"c-{n:04}", server, "svc", logins[n], cas[n % 20])
    with unit_of_work(actor):
        about = {"chain": project.pk, "object_kind": "secret", "object_id": uuid4()}
        for n in range(EVENTS):
            name = f"login-{n % 900:04}"
            record("secret.used", **about, object_label=name, entry="password", version=1)
    _members(project)
    _onboardings(project)
    return _history(project)


def _onboardings(project: "Project") -> None:
    """Onboardings to MSK clusters of an AWS account that has five hundred."""
    from tests.integration.brokers.msk import samples

    account = samples.account(project)
    for _ in range(ONBOARDINGS):
        onboarding = samples.onboarding(
            project, account, user="svc-orders", topics=("orders", "shipments")
        )
        samples.answer(onboarding, samples.CLUSTERS, samples.clusters(CLUSTERS))
        samples.answer(onboarding, samples.BROKERS, samples.strings())
        for _ in range(2):
            samples.answer(
                onboarding, samples.READINESS, samples.readiness(public_access="fail", acls="fail")
            )


def _secret(
    actor: "Actor", project: "Project", name: str, value: SecretValue, *, ca: bool = False
) -> "Existing":
    from brokers.connections.services.configuration import Existing
    from secrets_app.models import CA_ENTRY, GENERIC, TLS_CA
    from secrets_app.services import secrets

    entry = CA_ENTRY if ca else "password"
    hosts = () if ca else ("127.0.0.1", "localhost", "*.example.invalid")
    kind = TLS_CA if ca else GENERIC
    made = secrets.create(
        actor=actor,
        project=project.pk,
        name=name,
        type=kind,
        entries={entry: value},
        allowed_hosts=hosts,
    )
    return Existing(made, entry)


def _connection(
    actor: "Actor",
    project: "Project",
    name: str,
    server: str,
    user: str,
    password: "Existing",
    ca: "Existing | None",
) -> "Connection":
    from brokers.connections.services import connections
    from brokers.connections.services.configuration import Configuration

    wanted = Configuration(
        name=name,
        servers=(server,),
        auth="scram-sha-512",
        user=user,
        labels=("env:prod", f"team:{sum(name.encode()) % 12}"),
        description=f"What {name} is for.",
    )
    return connections.create(
        actor=actor, project=project.pk, wanted=wanted, password=password, ca=ca
    )


def _members(project: "Project") -> None:
    from kalixweb.accounts.models import User
    from kalixweb.projects.models import Membership

    people = [User(username=f"member-{n:03}", password="!") for n in range(MEMBERS)]
    User.objects.bulk_create(people)
    Membership.all_projects.bulk_create(
        Membership(project=project, user=one, roles=["editor"]) for one in people
    )


def _history(project: "Project") -> "Connection":
    """Finished runs with the documents that the engine made of real (fake) brokers just now."""
    from brokers.models import DONE, Connection, TestRun
    from brokers.runs.services.outcomes import earliest_end
    from brokers.runs.services.snapshots import snapshot_of
    from brokers.runs.services.state_changes import set_state
    from kalixweb.core import clock

    now, place = clock.now(), {"host": "bench", "worker": "worker 1"}
    kinds = _results()
    rows = list(
        Connection.objects.for_project(project)
        .select_related("password_secret", "ca_secret")
        .order_by("name")
    )
    last: list[TestRun] = []
    for n, row in enumerate(rows):
        result = kinds[0 if n % 10 else 1]
        assert result.verdict is not None
        common: dict[str, Any] = {
            "project": project,
            "connection": row,
            "actor_kind": "user",
            "actor_label": NAME,
            "target": snapshot_of(row),
            "place": place,
            "state": DONE,
            "verdict": result.verdict.state,
            "fault": result.verdict.fault or "",
            "sentence": result.verdict.sentence,
            "reach": result.reach,
            "took_ms": result.took_ms,
            "document": result.document(now, place),
        }
        count = RUNS_OF_ONE if n == 0 else RUNS_EACH
        at = [now - timedelta(hours=age) for age in range(count, 0, -1)]
        runs = [TestRun(queued_at=one, started_at=one, finished_at=one, **common) for one in at]
        TestRun.all_projects.bulk_create(runs)
        set_state(
            row,
            state=result.verdict.state,
            fault=common["fault"],
            run=runs[-1].id,
            at=at[-1],
        )
        row.last_run_id, row.tested_at, row.tested_revision = runs[-1].id, at[-1], 1
        row.tested_password_version = row.tested_ca_version = 1
        row.recent = [[result.verdict.state, result.reach]] * 20
        row.certificate_ends_at = earliest_end(result)
        last.append(runs[-1])
    names = ["last_run", "state", "state_since", "last_fault", "tested_at", "tested_revision"]
    names += ["tested_password_version", "tested_ca_version", "recent", "certificate_ends_at"]
    Connection.all_projects.bulk_update(rows, names, batch_size=50)
    return rows[0]


def _results() -> "tuple[RunResult, RunResult]":
    """A cluster of three brokers that works, and a refused password."""
    from contextlib import ExitStack

    from brokers.engine.runner import run
    from brokers.engine.target import Target, TargetPolicy
    from tests.fakes import pki
    from tests.fakes.kafka import Broker

    root = pki.authority("Benchmark Root")
    with ExitStack() as stack:
        brokers = [stack.enter_context(Broker(pki.leaf(root))) for _ in range(3)]
        for broker in brokers:
            broker.script.brokers = [(n + 1, "127.0.0.1", b.port) for n, b in enumerate(brokers)]
        found = []
        for password in ("alice-secret", "mistyped"):
            target = Target(
                servers=brokers[0].address,
                auth="scram-sha-512",
                user="alice",
                password=SecretValue(password),
                ca_pem=root.pem,
                policy=TargetPolicy(loopback=True),
            )
            *_, last = run(target)
            found.append(last)
    return found[0], found[1]


def count_queries(project: "Project", first: "Connection") -> list[list[Any]]:
    """[name, path, queries] of every page, asked through the same stack in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from benchmarks.addresses import pages
    from kalixweb.accounts.models import User

    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(User.objects.get(username=NAME))
    counted: list[list[Any]] = []
    for name, path in pages(project, first):
        client.get(path)
        with CaptureQueriesContext(connection) as made:
            answer = client.get(path)
        assert answer.status_code == 200, f"{path}: {answer.status_code}"
        counted.append([name, path, len(made)])
    return counted


if __name__ == "__main__":
    sys.exit(main())
