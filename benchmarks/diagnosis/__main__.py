"""How many faults each client names, and how soon.

python -m benchmarks.diagnosis [--parallel 16] [--only-kalixweb] [--json FILE] [--markdown FILE]
"""

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import threading
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

from benchmarks.diagnosis import cases, report
from benchmarks.diagnosis.clients.run import OURS, Answers, Stores, others, ours
from benchmarks.diagnosis.judging import score, truths
from benchmarks.diagnosis.situation import Situation, World
from benchmarks.practice_kafka import machine, running

FASTER, MEDIAN_MS, MOST_MS = 20, 50, 100


def main() -> int:
    """0 when every goal is reached."""
    options = _options()
    # What a client does to a small server ends that connection, and is the client's answer.
    threading.excepthook = lambda _: None
    began = machine()
    folder = Path(tempfile.mkdtemp(prefix="kalixweb-diagnosis-"))
    try:
        with running() as practice, ExitStack() as stack:
            world = World(stack, practice, folder)
            cases.set_up(world)
            stores = Stores(folder)
            stores.make(world.public_root.pem)
            answers: Answers = {OURS: ours(world, stores)}
            if not options.only_kalixweb:
                answers |= others(world, stores, options.parallel)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    text = report.markdown(world.situations, answers, began)
    print(text)
    if options.markdown:
        options.markdown.write_text(text, encoding="utf-8")
    if options.json:
        options.json.write_text(_json(world.situations, answers), encoding="utf-8")
    return _judged(world.situations, answers)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parallel", type=int, default=16, help="other clients at a time")
    parser.add_argument("--only-kalixweb", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--markdown", type=Path)
    return parser.parse_args()


def _judged(situations: list[Situation], answers: Answers) -> int:
    """Says of each goal whether it is reached."""
    mine = answers[OURS]
    known = truths(situations, mine)
    own = score(situations, mine, known)
    loud = [one for one in situations if one.fault and not one.silent]
    median = statistics.median(mine[one.name].ms for one in loud)
    late = [f"{one.name} ({mine[one.name].ms:.0f} ms)" for one in loud
            if mine[one.name].ms > MOST_MS]  # fmt: skip
    unnamed = [
        f"{one.name} ({one.fault}: {mine[one.name].code})"
        for one in situations
        if one.fault and (one.name not in own.named or mine[one.name].code != one.fault)
    ]
    goals = {
        "every fault named": (not unnamed, ", ".join(unnamed)),
        "no false alarm": (not own.false_alarms, ", ".join(own.false_alarms)),
        f"median over what answers at most {MEDIAN_MS} ms": (median <= MEDIAN_MS, f"{median:.1f}"),
        f"none of these above {MOST_MS} ms": (not late, ", ".join(late)),
    }
    for client in answers.keys() - {OURS}:
        times = score(situations, answers[client], known).median_ms / own.median_ms
        goals[f"{FASTER} times faster than {client}"] = (times >= FASTER, f"{times:.0f} times")
    for goal, (reached, seen) in goals.items():
        print(f"{'yes' if reached else 'NO ':<4}{goal}{f': {seen}' if seen else ''}")
    return 0 if all(reached for reached, _ in goals.values()) else 1


def _json(situations: list[Situation], answers: Answers) -> str:
    told = [
        {"name": one.name, "fault": one.fault, "silent": one.silent}
        | {client: asdict(found[one.name]) for client, found in answers.items()}
        for one in situations
    ]
    return json.dumps({"machine": machine(), "situations": told}, indent=1, ensure_ascii=False)


if __name__ == "__main__":
    sys.exit(main())
