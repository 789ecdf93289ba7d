"""Every page at 1,000 connections, 2,000 secrets, 200 members and 20,000 events.

python -m benchmarks.pages

Queries are counted in a process of their own on the same database; times are those of the real web
server as ``kalixweb up`` starts it, asked over one connection by one visitor.
"""

import json
import sys

from benchmarks.figures import machine, median, p95
from benchmarks.filled import fill
from benchmarks.person import Person
from benchmarks.processes import cpu_ms, family
from tests.running import RunningInstance

REQUESTS = 50
MOST_QUERIES, MOST_MS = 12, 60.0


def main() -> int:
    """0 when every page keeps both limits."""
    with RunningInstance() as up:
        assert up.setup_link is not None
        person = Person.from_setup_link(up.setup_link)
        found = fill(up, "pages")
        web = family(up.children()["web"])
        print(f"### Pages on SQLite\n\n{machine()}\n")
        print("| page | queries | p50 | p95 | processor p50 | processor p95 | kB |")
        print("|---|---|---|---|---|---|---|")
        kept = [_page(person, web, *one) for one in json.loads(found)]
        print(f"\n{sum(kept)} of {len(kept)} pages keep both limits.\n", flush=True)
    return 0 if all(kept) else 1


def _page(person: Person, web: list[int], name: str, path: str, queries: int) -> bool:
    for _ in range(3):
        answer = person.get(path)
        assert answer.status == 200, f"{path}: {answer.status}"
    wall, cpu = [], []
    for _ in range(REQUESTS):
        before = cpu_ms(web)
        wall.append(person.get(path).ms)
        cpu.append(cpu_ms(web) - before)
    high = p95(wall)
    shown = [_marked(queries, MOST_QUERIES, ""), f"{median(wall):.1f} ms"]
    shown += [_marked(high, MOST_MS, " ms"), f"{median(cpu):.1f} ms", f"{p95(cpu):.1f} ms"]
    print(f"| {name} | {' | '.join(shown)} | {len(answer.body) / 1000:.0f} |", flush=True)
    return queries <= MOST_QUERIES and high <= MOST_MS


def _marked(value: float, most: float, unit: str) -> str:
    text = f"{value:.1f}{unit}" if isinstance(value, float) else f"{value}{unit}"
    return text if value <= most else f"**{text}**"


if __name__ == "__main__":
    sys.exit(main())
