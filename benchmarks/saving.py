"""Saving in a project while its 1,000 connections are tested: two web servers, four workers.

python -m benchmarks.saving

The brokers refuse the connection at once, so that uses of the secret follow one another as fast as
they can. Needs PostgreSQL and Redis.
"""

import sys
import time
from collections import Counter

import psycopg

from benchmarks.figures import Figure, median, p95, show
from benchmarks.filled import fill
from benchmarks.person import NAME, PASSWORD, PROJECT, Person
from tests.production import Production

TESTS, ADDRESSES = 1000, 40
ALONE = 40
PAUSE_SECONDS = 0.1
GIVE_UP_SECONDS = 240.0


def main() -> int:
    """0 when 95 of 100 saves keep the limit and none was refused."""
    with Production(web=2, workers=4) as up:
        _furnish(up)
        saving, testing = (_signed_in(url) for url in up.urls)
        alone = [_save(saving, number) for number in range(ALONE)]
        time.sleep(2)
        with psycopg.connect(up.environment["DATABASE_URL"], autocommit=True) as database:
            began = time.perf_counter()
            answer = testing.post(f"/p/{PROJECT}/connections/test/", {})
            assert answer.status == 302, answer.body
            asked = time.perf_counter() - began
            busy: list[float] = []
            while _open(database) and time.perf_counter() - began < GIVE_UP_SECONDS:
                busy.append(_save(saving, len(busy)))
                time.sleep(PAUSE_SECONDS)
            took = time.perf_counter() - began
            outcomes = Counter(dict(database.execute(_OUTCOMES).fetchall()))
    print("outcomes:", dict(outcomes), "of", len(busy), "saves")
    assert outcomes == {"connect.refused": TESTS}, outcomes
    return show(
        f"Saving while {TESTS} connections of the project are tested",
        [
            Figure("a save, nobody else there, p95", p95(alone), "s", None, f"of {ALONE}"),
            Figure("meanwhile, median", median(busy), "s", None, f"of {len(busy)}"),
            Figure("meanwhile, p95", p95(busy), "s", 0.3, f"longest {max(busy):.2f} s"),
            Figure("asking for all tests", asked, "s"),
            Figure("until the last verdict", took, "s"),
        ],
    )


_OUTCOMES = "SELECT fault, count(*) FROM test_run GROUP BY fault"


def _open(database: "psycopg.Connection[tuple[int]]") -> int:
    row = database.execute("SELECT count(*) FROM test_run WHERE state IN ('queued', 'running')")
    return (row.fetchone() or (0,))[0]


def _furnish(up: Production) -> None:
    password = up.data / "password"
    password.write_text(PASSWORD)
    for words in (
        ["admin", "create", NAME, "--password-file", str(password)],
        ["projects", "new", PROJECT, "--owner", NAME],
    ):
        done = up.command(*words)
        assert done.returncode == 0, done.stderr
    shared = {"user": "svc", "login": "login", "password": "p", "ca": ""}
    places = [f"127.0.0.{n % ADDRESSES + 1}:1" for n in range(TESTS)]
    wanted = [shared | {"name": f"c-{n:04}", "server": place} for n, place in enumerate(places)]
    fill(up, "connections", wanted)


def _signed_in(url: str) -> Person:
    person = Person(url)
    person.get("/account/login/")
    answer = person.post("/account/login/", {"login": NAME, "password": PASSWORD})
    assert answer.status == 302, answer.body
    return person


def _save(person: Person, number: int) -> float:
    """Seconds that it takes to save the project's description."""
    answer = person.post(f"/p/{PROJECT}/settings/", {"name": PROJECT, "description": f"{number}"})
    assert answer.status == 302, (answer.status, answer.body)
    return answer.ms / 1000


if __name__ == "__main__":
    sys.exit(main())
