"""Sealing, the audit chain and its verification on this machine, in a throw-away instance.

Run: ``python -m benchmarks.trust``
"""

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

EVENTS = 5_000


def median_microseconds(work: Callable[[], object], rounds: int = 2_000) -> float:
    """The median duration of one call, in microseconds."""
    taken = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return statistics.median(taken) * 1e6


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"KALIXWEB_DATA": folder, "DJANGO_SETTINGS_MODULE": "kalixweb.settings"}
        (Path(folder) / "db").mkdir()
        _prepare(Path(folder))
        _sealing()
        _audit()


def _prepare(folder: Path) -> None:
    from kalixweb.keys import bootstrap

    bootstrap.make_key_files(folder / "keys")
    from kalixweb.cli.client import load_django

    load_django()
    from django.core.management import call_command

    from kalixweb.keys import lifecycle

    call_command("migrate", verbosity=0, interactive=False)
    lifecycle.create_instance_keys()


def _sealing() -> None:
    from kalixweb.core.secret_value import SecretValue
    from kalixweb.keys import lifecycle, sealing

    project = uuid4()
    lifecycle.create_project_keys(project)
    place = {"purpose": "secret_value", "project": project, "object_id": uuid4(), "kind": "generic"}
    place |= {"field": "pwd", "version": 1}
    value = SecretValue(os.urandom(1024))
    blob = sealing.seal(**place, plaintext=value)
    seal = median_microseconds(lambda: sealing.seal(**place, plaintext=value))
    opened = median_microseconds(lambda: sealing.open_sealed(**place, blob=blob))
    print(f"seal 1 KiB                  {seal:8.1f} µs")
    print(f"open 1 KiB                  {opened:8.1f} µs")


def _audit() -> None:
    from kalixweb.audit import anchors
    from kalixweb.audit.unit_of_work import record, record_alone, unit_of_work
    from kalixweb.audit.verify import verify
    from kalixweb.core.actor import Actor

    actor, chain = Actor("user", uuid4(), "ada", "192.0.2.7", "r"), uuid4()
    about = {"chain": chain, "object_kind": "secret", "object_id": uuid4(), "object_label": "db"}
    alone = median_microseconds(
        lambda: record_alone(actor, "secret.used", **about, entry="pwd", version=1), 300
    )
    print(f"one event, committed        {alone:8.1f} µs")
    with unit_of_work(actor):
        for _ in range(EVENTS):
            record("secret.used", **about, entry="pwd", version=1)
    anchors.flush()
    began = time.process_time()
    report = verify()
    taken = time.process_time() - began
    assert not report.findings
    print(f"verify                      {report.events / taken:8.0f} events/s of one core")


if __name__ == "__main__":
    main()
