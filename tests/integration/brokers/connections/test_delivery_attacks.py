"""Ways in which an editor, who may not reveal, could have somebody else's password sent away."""

import pytest

from brokers.connections.services import connections
from brokers.connections.services.configuration import Existing
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from secrets_app.services import secrets
from secrets_app.services.delivery import DeliveryRefused
from tests.integration.brokers.conftest import PASSWORD, configuration

pytestmark = pytest.mark.django_db

EVIL = configuration(name="mine", servers=("evil.example.test:9096",), auth="plain")


@pytest.fixture
def unsent(project: Project, keeper: Actor) -> Secret:
    """Somebody else's secret that nothing uses yet."""
    return secrets.create(
        actor=keeper,
        project=project.id,
        name="payments-kafka",
        type="generic",
        entries={"pwd": SecretValue(PASSWORD)},
    )


def test_a_value_of_ones_own_does_not_lead_an_earlier_one_away(
    project: Project, editor: Actor, unsent: Secret
) -> None:
    """Once the connection stood, the version before could be made current again."""
    secrets.save_version(actor=editor, secret=unsent, values={"pwd": SecretValue("bait")})
    unsent.refresh_from_db()
    with pytest.raises(DeliveryRefused):
        connections.create(
            actor=editor, project=project.id, wanted=EVIL, password=Existing(unsent, "pwd")
        )


def test_an_entry_of_ones_own_does_not_open_the_hosts_for_the_others(
    project: Project, editor: Actor, unsent: Secret
) -> None:
    """Allowed hosts are the secret's: filled through one entry, they would hold for all."""
    secrets.save_version(actor=editor, secret=unsent, values={"bait": SecretValue("bait")})
    unsent.refresh_from_db()
    with pytest.raises(DeliveryRefused):
        connections.create(
            actor=editor, project=project.id, wanted=EVIL, password=Existing(unsent, "bait")
        )


def test_whoever_wrote_all_that_a_secret_ever_held_may_choose_where_it_goes(
    project: Project, editor: Actor
) -> None:
    own = secrets.create(
        actor=editor,
        project=project.id,
        name="own",
        type="generic",
        entries={"pwd": SecretValue("mine")},
    )
    connections.create(actor=editor, project=project.id, wanted=EVIL, password=Existing(own, "pwd"))
    assert Secret.all_projects.get(id=own.id).allowed_hosts == ["evil.example.test"]
