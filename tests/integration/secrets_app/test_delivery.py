"""Who may have a stored value sent where: the decision table."""

from dataclasses import replace
from uuid import uuid4

import pytest

from brokers.engine.platforms import patterns_for
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from secrets_app.services import allowed_hosts, secrets
from secrets_app.services.delivery import DeliveryRefused, DeliveryTarget, authorise_delivery
from tests.integration.secrets_app.conftest import SHELL

pytestmark = pytest.mark.django_db

CA, OTHER_CA = (uuid4(), "ca.crt"), (uuid4(), "ca.crt")
ALLOWED = ["*.kafka.example", "kafka.example"]


@pytest.fixture
def saved(secret: Secret) -> DeliveryTarget:
    """What was authorised last: two hosts inside the allowed ones."""
    allowed_hosts.allow_first(actor=SHELL, secret=secret, patterns=["kafka.example"])
    allowed_hosts.change(actor=SHELL, secret=secret, patterns=ALLOWED)
    secret.refresh_from_db()
    return DeliveryTarget(
        hosts=("kafka.example:9093", "b-1.kafka.example:9093"),
        auth="scram-sha-512",
        user="svc",
        password_ref=(secret.id, "pwd"),
        ca_ref=CA,
    )


SAME = ("B-1.kafka.example:9093", "Kafka.example:9093")
INSIDE = {"hosts": ("b-2.kafka.example:9094",)}
OUTSIDE = {"hosts": ("kafka.example:9093", "evil.example:9093")}
TYPED = {"typed_password": True}

# what changes · editor · fresh editor · keeper without fresh sign-in · fresh keeper
TABLE = [
    ("nothing", {}, True, True, True, True),
    ("order and letter case", {"hosts": SAME}, True, True, True, True),
    ("hosts inside", INSIDE, True, True, True, True),
    ("user", {"user": "other"}, True, True, True, True),
    ("stronger auth", {"auth": "scram-sha-512"}, True, True, True, True),
    ("hosts outside", OUTSIDE, False, False, False, True),
    ("hosts outside, typed", OUTSIDE | TYPED, True, True, True, True),
    ("look-alike host", {"hosts": ("evilkafka.example:9093",)}, False, False, False, True),
    ("weaker auth", {"auth": "plain"}, False, False, False, True),
    ("a little weaker auth", {"auth": "scram-sha-256"}, False, False, False, True),
    ("weaker auth, typed", {"auth": "plain"} | TYPED, False, False, False, True),
    ("another CA", {"ca_ref": OTHER_CA}, False, False, False, True),
    ("no CA any more", {"ca_ref": None}, False, False, False, True),
    ("another CA, typed", {"ca_ref": OTHER_CA} | TYPED, False, False, False, True),
]


@pytest.mark.parametrize(
    ("changes", "editor_may", "fresh_editor_may", "keeper_may", "fresh_keeper_may"),
    [row[1:] for row in TABLE],
    ids=[row[0] for row in TABLE],
)
def test_changing_a_saved_connection(
    secret: Secret,
    saved: DeliveryTarget,
    editor: Actor,
    keeper: Actor,
    changes: dict[str, object],
    editor_may: bool,
    fresh_editor_may: bool,
    keeper_may: bool,
    fresh_keeper_may: bool,
) -> None:
    target = replace(saved, **changes)
    # The keeper typed the value; somebody else with the right to reveal did not.
    secrets.save_version(actor=SHELL, secret=secret, values={"pwd": SecretValue("by shell")})
    secret.refresh_from_db()
    for actor, may in [
        (editor, editor_may),
        (replace(editor, fresh=True), fresh_editor_may),
        (replace(keeper, fresh=False), keeper_may),
        (replace(keeper, fresh=True), fresh_keeper_may),
        (SHELL, True),
    ]:
        if may:
            authorise_delivery(actor=actor, target=target, previous=saved, secret=secret)
            continue
        with pytest.raises(DeliveryRefused) as refused:
            authorise_delivery(actor=actor, target=target, previous=saved, secret=secret)
        assert refused.value.fresh_would_do == (actor.id == keeper.id)


def test_weaker_than_before_is_told_from_before(
    secret: Secret, saved: DeliveryTarget, editor: Actor
) -> None:
    plain = replace(saved, auth="plain")
    authorise_delivery(actor=editor, target=plain, previous=plain, secret=secret)
    authorise_delivery(actor=editor, target=saved, previous=plain, secret=secret)


def test_a_secret_that_nobody_uses_yet(secret: Secret, editor: Actor, keeper: Actor) -> None:
    """An editor who does not know the value cannot choose where it goes."""
    target = DeliveryTarget(
        hosts=("anywhere.example:9093",),
        auth="scram-sha-512",
        user="svc",
        password_ref=(secret.id, "pwd"),
        ca_ref=CA,
    )

    def ask(actor: Actor, **changes: object) -> None:
        authorise_delivery(
            actor=actor, target=replace(target, **changes), previous=None, secret=secret
        )

    with pytest.raises(DeliveryRefused, match="Another CA decides"):
        ask(editor)
    with pytest.raises(DeliveryRefused, match=r"has not been sent to anywhere\.example before"):
        ask(editor, ca_ref=None)
    ask(editor, typed_password=True)
    ask(replace(keeper, fresh=False))  # wrote all of it, so knows it
    secrets.save_version(actor=editor, secret=secret, values={"pwd": SecretValue("mine")})
    secret.refresh_from_db()
    with pytest.raises(DeliveryRefused):  # the version before could be made current again
        ask(editor)
    with pytest.raises(DeliveryRefused) as refused:
        ask(replace(keeper, fresh=False))
    assert refused.value.fresh_would_do


def test_allowed_hosts_hold_for_a_new_connection(
    secret: Secret, saved: DeliveryTarget, editor: Actor
) -> None:
    safe = replace(saved, ca_ref=None)
    authorise_delivery(actor=editor, target=safe, previous=None, secret=secret)
    with pytest.raises(DeliveryRefused):
        authorise_delivery(
            actor=editor, target=replace(safe, auth="plain"), previous=None, secret=secret
        )


def test_what_was_authorised_for_another_secret_says_nothing(
    secret: Secret, saved: DeliveryTarget, editor: Actor
) -> None:
    target = replace(saved, ca_ref=OTHER_CA)
    previous = replace(target, password_ref=(uuid4(), "pwd"))
    with pytest.raises(DeliveryRefused, match="Another CA decides"):
        authorise_delivery(actor=editor, target=target, previous=previous, secret=secret)


def test_the_first_save_fills_the_allowed_hosts_once(project: Project, secret: Secret) -> None:
    servers = [
        "b-1.orders.k3x9ab.c4.kafka.eu-west-1.amazonaws.com:9096",
        "b-2.orders.k3x9ab.c4.kafka.eu-west-1.amazonaws.com:9096",
        "Kafka.Example:9093",
        "[::1]:9093",
    ]
    allowed_hosts.allow_first(actor=SHELL, secret=secret, patterns=patterns_for(servers))
    secret.refresh_from_db()
    assert secret.allowed_hosts == [
        "*.orders.k3x9ab.c4.kafka.eu-west-1.amazonaws.com",
        "::1",
        "kafka.example",
    ]
    allowed_hosts.allow_first(actor=SHELL, secret=secret, patterns=["evil.example"])
    secret.refresh_from_db()
    assert "evil.example" not in secret.allowed_hosts
