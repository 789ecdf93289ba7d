"""``kalixweb audit``: the verdict, its exit status, and an export that is safe to open."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from kalixweb.audit import anchors
from kalixweb.audit.models import AuditEvent
from kalixweb.audit.unit_of_work import record_alone
from kalixweb.cli.audit import audit
from kalixweb.core.actor import Actor
from tests.integration.audit.conftest import unguarded

pytestmark = pytest.mark.django_db

Append = Callable[..., None]


def kalixweb_audit(*arguments: str | Path) -> Result:
    return CliRunner().invoke(audit, [str(argument) for argument in arguments])


@pytest.fixture(autouse=True)
def _no_anchors_of_other_tests(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(anchors, "embedded_file", lambda: tmp_path / "anchors.jsonl")


def alter(seq: int) -> None:
    with unguarded():
        AuditEvent.objects.filter(seq=seq).update(object_label="other")


def test_a_whole_trail_answers_yes(append: Append) -> None:
    append(3)
    answer = kalixweb_audit("verify")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "3 events in 1 chains" in answer.stdout


def test_an_altered_trail_answers_no_and_names_the_event(append: Append, chain: UUID) -> None:
    append(3)
    alter(2)
    answer = kalixweb_audit("verify")
    assert answer.exit_code == 1
    assert f"chain {chain}: Event 2 (secret.created) was altered" in answer.stdout
    assert answer.stderr == "The audit trail is not whole: 1 finding.\n"
    document = json.loads(kalixweb_audit("verify", "-o", "json").stdout)
    assert (document["whole"], document["findings"][0]["seq"]) == (False, 2)


def test_an_embedded_instance_uses_its_own_anchors(
    append: Append, chain: UUID, tmp_path: Path
) -> None:
    append(2)
    row = AuditEvent.objects.get(chain=chain, seq=2)
    anchor = anchors.make(chain, 9, bytes(row.hash), row.time)
    for path in (tmp_path / "anchors.jsonl", tmp_path / "kept.jsonl"):
        path.write_text(json.dumps(asdict(anchor)) + "\n")
    assert "Events 3 to 9 were cut off" in kalixweb_audit("verify").stdout
    (tmp_path / "anchors.jsonl").unlink()
    assert kalixweb_audit("verify").exit_code == 0
    kept = kalixweb_audit("verify", "--anchors", tmp_path / "kept.jsonl")
    assert kept.exit_code == 1
    assert "If an older backup was restored" in kept.stderr


def test_one_project_by_its_name_also_a_deleted_one(
    append: Append, actor: Actor, chain: UUID
) -> None:
    append(2)
    record_alone(
        actor,
        "project.deleted",
        chain=chain,
        object_kind="project",
        object_id=chain,
        object_label="shop",
    )
    assert "3 events in 1 chains" in kalixweb_audit("verify", "--project", "shop").stdout
    unknown = kalixweb_audit("verify", "--project", "nobody")
    assert unknown.exit_code == 3
    assert "“nobody”" in unknown.stderr


def test_the_export_tells_every_event_and_is_recorded(append: Append, tmp_path: Path) -> None:
    append(2)
    file = tmp_path / "events.jsonl"
    assert kalixweb_audit("export", file).exit_code == 0
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert [line["event"]["action"] for line in lines] == [
        "secret.created",
        "secret.created",
        "audit.exported",
    ]
    row = AuditEvent.objects.get(action="audit.exported")
    assert lines[2]["hash"] == bytes(row.hash).hex()
    assert file.stat().st_mode & 0o777 == 0o600
    again = kalixweb_audit("export", file)
    assert again.exit_code == 3
    assert str(file) in again.stderr


def test_a_spreadsheet_finds_no_formula_in_the_export(actor: Actor, chain: UUID) -> None:
    for label in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "plain"):
        record_alone(
            Actor("user", None, label),
            "secret.deleted",
            chain=chain,
            object_kind="secret",
            object_id=None,
            object_label=label,
        )
    rows = list(csv.DictReader(io.StringIO(kalixweb_audit("export", "--format", "csv").stdout)))
    labels = [row["object_label"] for row in rows if row["action"] == "secret.deleted"]
    assert labels == ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "plain"]
    assert all(row["actor_label"][0] not in "=+-@\t" for row in rows)


def test_an_export_of_a_period(append: Append) -> None:
    append(1)
    assert kalixweb_audit("export", "--until", "2020-01-01").stdout == ""
    assert len(kalixweb_audit("export", "--since", "2020-01-01").stdout.splitlines()) == 3
