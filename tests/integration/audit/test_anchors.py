"""Heads leave the database at most once a minute a chain, in order, and at the end."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from kalixweb.audit import anchors
from kalixweb.audit.anchors import Anchor
from kalixweb.audit.verify import verify
from kalixweb.core import clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def outlet(monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path) -> Path:
    """A fresh outlet that writes below a folder of its own; its file."""
    settings.KALIXWEB_DATA = tmp_path
    monkeypatch.setattr(anchors, "_writer", anchors._Writer())
    path = tmp_path / "audit" / "anchors.jsonl"
    monkeypatch.setattr(anchors, "embedded_file", lambda: path)
    return path


def written(path: Path) -> list[int]:
    if not path.exists():
        return []
    with path.open() as lines:
        return [anchor.seq for _, anchor in anchors.read(lines)]


def anchor(chain: UUID, seq: int) -> Anchor:
    return anchors.make(chain, seq, bytes(32), clock.now() - timedelta(seconds=1))


def test_the_first_head_leaves_at_once_and_the_newest_later(outlet: Path, chain: UUID) -> None:
    for seq in (1, 2, 4, 3):
        anchors.write_soon(anchor(chain, seq))
    assert written(outlet) == [1]
    anchors.flush()
    assert written(outlet) == [1, 4]
    assert outlet.stat().st_mode & 0o777 == 0o600


def test_a_minute_later_the_next_head_leaves(
    outlet: Path, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    anchors.write_soon(anchor(chain, 1))
    monkeypatch.setattr(anchors, "INTERVAL", 0.05)
    anchors.write_soon(anchor(chain, 2))
    anchors.write_soon(anchor(chain, 3))
    anchors._writer._timer and anchors._writer._timer.join(5)
    assert written(outlet)[-1] == 3


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_server_lets_out_its_own_heads_and_not_its_parents(
    outlet: Path, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    heads = [anchor(chain, seq) for seq in range(1, 5)]
    for head in heads[:2]:
        anchors.write_soon(head)
    child = os.fork()
    if child == 0:
        monkeypatch.setattr(anchors, "INTERVAL", 0.05)
        for head in heads[2:]:
            anchors.write_soon(head)
        timer = anchors._writer._timer
        if timer is not None:
            timer.join(5)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert written(outlet)[0] == 1
    assert written(outlet)[-1] == 4
    assert 2 not in written(outlet)


def test_only_committed_events_are_anchored(
    outlet: Path,
    append: Callable[..., None],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    append(1)
    assert written(outlet) == []
    with django_capture_on_commit_callbacks(execute=True):
        append(1)
    assert written(outlet) == [2]
    with outlet.open() as lines:
        report = verify(None, anchors.read(lines))
    assert (report.anchors, report.findings) == (1, [])


def test_a_full_disk_does_not_undo_what_was_committed(
    outlet: Path, chain: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(anchors, "embedded_file", lambda: Path("/dev/full/anchors.jsonl"))
    anchors.write_soon(anchor(chain, 1))
    monkeypatch.setattr(anchors, "embedded_file", lambda: Path("/dev/full"))
    anchors.write_soon(anchor(UUID(int=3), 1))
