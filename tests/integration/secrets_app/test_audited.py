"""Rows of secrets are held against the trail: whatever SQL did to them shows."""

import pytest

from kalixweb.audit.verify import verify
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from secrets_app.models import Secret
from secrets_app.services import allowed_hosts, secrets

pytestmark = pytest.mark.django_db


def findings(secret: Secret) -> list[str]:
    return [finding.sentence for finding in verify([secret.project_id]).findings]


def test_ordinary_life_leaves_nothing_to_find(secret: Secret, keeper: Actor) -> None:
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("2")})
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("2")})
    secrets.make_current(actor=keeper, secret=secret, number=1)
    secrets.rename(actor=keeper, secret=secret, name="billing")
    allowed_hosts.change(actor=keeper, secret=secret, patterns=["kafka.example"])
    assert findings(secret) == []
    secrets.delete(actor=keeper, secret=secret)
    assert findings(secret) == []


def test_a_row_set_back_is_found(secret: Secret, keeper: Actor) -> None:
    old = Secret.all_projects.values().get()
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("2")})
    Secret.all_projects.update(**old)  # a whole old row, with its own MAC
    assert findings(secret) == [
        "The secret orders-kafka differs from its newest event: version is 1 and was 2."
    ]


def test_a_row_made_or_removed_by_hand_is_found(secret: Secret) -> None:
    row = Secret.all_projects.get()
    Secret.all_projects.all().delete()
    assert findings(secret) == ["The secret orders-kafka is gone without an event of its deletion."]
    row.pk = None
    row.id = secret.project_id
    row.save(force_insert=True)
    assert "has no event that says how it came to be" in " ".join(findings(secret))
