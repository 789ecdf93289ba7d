"""Two who saw the same version of a secret save it at the same moment: one wins."""

import pytest

from kalixweb.audit.models import AuditEvent
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from secrets_app.models import Secret, SecretVersion
from secrets_app.services import rows, sealed, versions
from tests.integration.secrets_app.conftest import Person
from tests.racing import at_once, linger_after

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_of_two_savers_wins_and_leaves_one_event(
    secret: Secret, keeper: Actor, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    linger_after(monkeypatch, rows, "locked")

    def save(actor: Actor) -> None:
        versions.save_version(
            actor=actor,
            secret=secret,
            values={"pwd": SecretValue(f"of {actor.label}")},
            expected=1,
        )

    failures = at_once(lambda: save(keeper), lambda: save(editor))
    assert [type(failure).__name__ for failure in failures] == ["ChangedMeanwhile"]
    now = Secret.all_projects.get(id=secret.id)
    newest = SecretVersion.all_projects.get(secret=secret, number=2)
    assert now.current_version == 2
    assert SecretVersion.all_projects.filter(secret=secret).count() == 2
    entry = sealed.entries_of(now, 2)["pwd"]
    assert sealed.holds(now, entry, SecretValue(f"of {newest.saved_by_label}"))
    (event,) = AuditEvent.objects.filter(action="secret.version_saved")
    assert event.actor_label == newest.saved_by_label


def test_a_version_is_made_current_of_what_was_seen_only(
    secret: Secret, keeper: Actor, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    for value in ("second", "third"):
        versions.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue(value)})
    linger_after(monkeypatch, rows, "locked")

    def choose(actor: Actor, number: int) -> None:
        versions.make_current(actor=actor, secret=secret, number=number, expected=3)

    failures = at_once(lambda: choose(keeper, 1), lambda: choose(editor, 2))
    assert [type(failure).__name__ for failure in failures] == ["ChangedMeanwhile"]
    (event,) = AuditEvent.objects.filter(action="secret.made_current")
    chosen = {"mira": 1, "jonas": 2}[event.actor_label]
    assert Secret.all_projects.get(id=secret.id).current_version == chosen


def test_savers_who_name_no_version_come_one_after_the_other(
    secret: Secret, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    linger_after(monkeypatch, rows, "locked", 0.1)
    people = [person(f"editor-{number}", "editor") for number in range(4)]

    def save(actor: Actor) -> None:
        values = {"pwd": SecretValue(f"of {actor.label}")}
        versions.save_version(actor=actor, secret=secret, values=values)

    assert at_once(*(lambda actor=actor: save(actor) for actor in people)) == []
    numbers = SecretVersion.all_projects.filter(secret=secret).values_list("number", flat=True)
    assert sorted(numbers) == [1, 2, 3, 4, 5]
    assert AuditEvent.objects.filter(action="secret.version_saved").count() == 4
