"""The web server of ``kalixweb demo``: that of ``up``, with a project to look at.

The tests are only asked for here; the worker takes them up when it starts, so that every cause
stands on the page before anybody has clicked.
"""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from uuid import UUID

from kalixweb.cli import web
from kalixweb.cli.client import shell_actor
from kalixweb.cli.output import CannotBeDone
from kalixweb.core.paths import data_folder
from kalixweb.core.secret_value import SecretValue
from kalixweb.practice import server
from kalixweb.practice.listeners import Listener

if TYPE_CHECKING:
    from brokers.connections.services.configuration import Existing
    from kalixweb.core.actor import Actor
    from kalixweb.projects.models import Project

PROJECT = "practice"
BROKEN = ("expired", "wrongname", "otherca", "only256", "mtls", "plain", "advdns", "advrefused")
HOSTS = ("127.0.0.1", "localhost", "*.kafka.invalid")


def main() -> None:
    """Serve, after the project was filled."""
    web.main(fill_from_practice)


def fill_from_practice() -> None:
    """Fill the project from the practice Kafka that runs; CannotBeDone when none does."""
    practice = server.running(data_folder() / "practice")
    if not practice:
        raise CannotBeDone("The practice Kafka has ended. Start the demo again.")
    fill(shell_actor(), practice)


def fill(actor: "Actor", practice: server.Practice) -> None:
    """Make the project with its ten connections unless it is there, and ask for all tests."""
    from brokers.models import Connection
    from brokers.runs.services import runs
    from kalixweb.projects.models import Project

    project = Project.objects.filter(name=PROJECT).first() or _new_project(actor)
    everything = Connection.objects.for_project(project.pk)
    if not everything.exists():
        _Filling(actor, project.pk, practice).make_all()
    runs.request_many(actor=actor, project=project.pk, connections=everything.all())


def _new_project(actor: "Actor") -> "Project":
    """It belongs to the only administrator, or to the one who will answer the setup link."""
    from kalixweb.projects import services
    from kalixweb.projects.services import people

    try:
        owner = people.owner_for(None)
    except people.OwnerUnclear as unclear:
        raise CannotBeDone(
            "The demo's project needs an owner. Make it first: "
            f"kalixweb projects new {PROJECT} --owner NAME"
        ) from unclear
    description = "One working and nine broken connections to the practice Kafka."
    return services.create_project(actor=actor, name=PROJECT, description=description, owner=owner)


@dataclass(frozen=True)
class _Filling:
    actor: "Actor"
    project: UUID
    practice: server.Practice

    def make_all(self) -> None:
        good = self.practice.listeners["good"]
        password = self._secret(good.user, SecretValue(good.password))
        mistyped = self._secret(f"{good.user}-mistyped", SecretValue("alise-practice"))
        ca = self._secret("practice-ca", SecretValue(good.ca_path.read_bytes()), ca=True)
        self._connect(good, password, ca)
        wrong = replace(good, name="wrong-password", shows="the password is mistyped")
        self._connect(wrong, mistyped, ca)
        for name in BROKEN:
            self._connect(self.practice.listeners[name], password, ca)

    def _secret(self, name: str, value: SecretValue, *, ca: bool = False) -> "Existing":
        from brokers.connections.services.configuration import Existing
        from secrets_app.models import CA_ENTRY, GENERIC, TLS_CA
        from secrets_app.services import secrets

        entry = CA_ENTRY if ca else "pwd"
        made = secrets.create(
            actor=self.actor,
            project=self.project,
            name=name,
            type=TLS_CA if ca else GENERIC,
            entries={entry: value},
            allowed_hosts=() if ca else HOSTS,
        )
        return Existing(made, entry)

    def _connect(self, listener: Listener, password: "Existing", ca: "Existing") -> None:
        from brokers.connections.services import connections
        from brokers.connections.services.configuration import Configuration

        wanted = Configuration(
            name=listener.name,
            servers=(listener.server,),
            auth=listener.auth,
            user=listener.user,
            description=f"{listener.shows[:1].upper()}{listener.shows[1:]}.",
            labels=("practice",),
            topics=("orders",),
            groups=("orders-svc",),
        )
        connections.create(
            actor=self.actor, project=self.project, wanted=wanted, password=password, ca=ca
        )


if __name__ == "__main__":
    main()
