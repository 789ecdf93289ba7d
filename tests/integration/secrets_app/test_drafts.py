"""Values typed for one test live two minutes, sealed."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from kalixweb.core import clock
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from secrets_app.models import Draft
from secrets_app.services import drafts

pytestmark = pytest.mark.django_db


def test_a_draft_is_sealed_taken_and_deleted(project: Project) -> None:
    run = uuid4()
    drafts.keep(project=project.id, run_id=run, values={"password": SecretValue("hunter2")})
    assert b"hunter2" not in bytes(Draft.all_projects.get().blob)
    taken = drafts.take(project=project.id, run_id=run, field="password")
    assert taken.text() == "hunter2"
    for lost in ({"run_id": uuid4(), "field": "password"}, {"run_id": run, "field": "ca"}):
        with pytest.raises(drafts.DraftGone):
            drafts.take(project=project.id, **lost)
    drafts.delete(project=project.id, run_id=run)
    with pytest.raises(drafts.DraftGone):
        drafts.take(project=project.id, run_id=run, field="password")


def test_a_draft_is_refused_after_two_minutes_and_swept(project: Project) -> None:
    run = uuid4()
    drafts.keep(project=project.id, run_id=run, values={"password": SecretValue("hunter2")})
    assert drafts.delete_expired() == 0
    with time_machine.travel(clock.now() + timedelta(minutes=2, seconds=1), tick=False):
        with pytest.raises(drafts.DraftGone, match="2 minutes"):
            drafts.take(project=project.id, run_id=run, field="password")
        assert drafts.delete_expired() == 1
    assert not Draft.all_projects.exists()
