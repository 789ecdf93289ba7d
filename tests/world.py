"""One project with a member of each role and one of everything in it, and a stranger apart."""

import pytest

from brokers import tasks
from brokers.connections.services import connections
from brokers.connections.services.configuration import Configuration, Existing
from brokers.models import READINESS, AwsQuery, Connection, TestRun
from brokers.msk.accounts import aws_accounts
from brokers.msk.aws_queries import requests, validation
from brokers.msk.onboarding import lifecycle
from brokers.runs.services.state_changes import set_state
from kalixweb.audit.unit_of_work import unit_of_work
from kalixweb.core import clock
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Invitation, Membership
from kalixweb.projects.roles import ROLES
from kalixweb.projects.services import invitations
from kalixweb.projects.services.projects import record_project
from secrets_app.services import secrets
from tests.factories import make_project, make_user


def leave_queued(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is asked for waits: no worker takes it."""
    for name in ("send", "send_bulk"):
        monkeypatch.setattr(tasks, name, lambda *_: True)


class World:
    """Reached through its attributes; every user signs in with the factories' password.

    ``mark`` begins each name in it, so that several worlds fit into one database.
    """

    def __init__(self, mark: str = "") -> None:
        self.mark = mark
        self.users = {role: make_user(mark + role.replace("_", "-")) for role in ROLES}
        self.project = make_project(f"{mark}payments", **self.users)
        other = make_user(f"{mark}other-admin")
        Membership(project=self.project, user=other, roles=["project_admin"]).save()
        self.stranger = make_user(f"{mark}stranger")
        make_project(f"{mark}elsewhere", project_admin=self.stranger, secret_keeper=self.stranger)
        shell = Actor("shell", None, "operator")
        self.secret = secrets.create(
            actor=shell,
            project=self.project.id,
            name=f"{mark}orders-kafka",
            type="generic",
            entries={"pwd": SecretValue("canary-password")},
            allowed_hosts=[f"{mark}b-1.example.test"],
        )
        self.connection = self._connection(shell)
        self.run = TestRun.all_projects.create(
            project=self.project,
            connection=self.connection,
            actor_kind="shell",
            actor_label="operator",
            target={"name": f"{mark}orders-prod", "servers": [f"{mark}b-1.example.test:9096"]},
            state="done",
            verdict="passed",
            finished_at=clock.now(),
        )
        ended = self.run.finished_at
        set_state(self.connection, state="passed", fault="", run=self.run.id, at=ended)
        self.connection.save()
        self._msk(shell)
        self.member = Membership.objects.for_project(self.project).get(user=other)
        invitations.invite(actor=shell, label=f"{mark}tom", project=self.project, roles=["viewer"])
        self.invitation = Invitation.objects.get(project=self.project)

    def _msk(self, actor: Actor) -> None:
        """An AWS account, an onboarding to a cluster of it, and a question that is open.

        By the audit trail the project is the first one, which has the host's credentials.
        """
        with unit_of_work(actor):
            record_project("project.created", self.project, also_instance=True)
        self.account = aws_accounts.create(
            actor=actor,
            project=self.project,
            wanted=aws_accounts.Wanted(f"{self.mark}production", "eu-west-1"),
        )
        arn = (
            f"arn:aws:kafka:eu-west-1:111122223333:cluster/{self.mark}orders/"
            "8a5960f2-382a-554e-ad83-a8447b82-7"
        )
        changes = lifecycle.Changes(
            account=self.account, cluster_arn=arn, connection=self.connection
        )
        self.onboarding = lifecycle.start(actor=actor, project=self.project, changes=changes)
        self.query: AwsQuery = requests.request(
            actor=actor,
            account=self.account,
            kind=READINESS,
            parameters=validation.readiness_of(self.onboarding),
            onboarding=self.onboarding,
        )[0]

    def _connection(self, actor: Actor) -> Connection:
        return connections.create(
            actor=actor,
            project=self.project.id,
            wanted=Configuration(
                name=f"{self.mark}orders-prod",
                servers=(f"{self.mark}b-1.example.test:9096",),
                auth="scram-sha-512",
                user=f"{self.mark}svc-orders",
                labels=(f"{self.mark}team:orders",),
            ),
            password=Existing(self.secret, "pwd"),
        )
