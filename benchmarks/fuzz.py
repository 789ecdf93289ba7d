"""Mutated answers at every stage: no crash, no hang, no answer outside the list of faults.

python -m benchmarks.fuzz [--answers 100000] [--seed 0] [--processes 2]
"""

import argparse
import sys
import time
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from benchmarks.practice_kafka import machine
from tests.fakes import fuzz

SHARE_OF_HANDSHAKES = 20  # one in so many answers is one of TLS itself


def main() -> int:
    """0 when nothing escaped."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    print(machine())
    started = time.monotonic()
    first, count, parts = options.seed, options.answers, options.processes
    shares = [
        (first + part * count // parts, first + (part + 1) * count // parts)
        for part in range(parts)
    ]
    with ProcessPoolExecutor(parts) as pool:
        found = list(pool.map(_share, *zip(*shares, strict=True)))
    verdicts: Counter[str] = sum((counted for counted, _ in found), Counter())
    escaped = [sentence for _, sentences in found for sentence in sentences]
    print(
        f"{count:,} mutated answers in {time.monotonic() - started:.0f} s: {len(escaped)} escaped"
    )
    for code, times in verdicts.most_common():
        print(f"{times:8,} {code}")
    print("\n".join(escaped[:50]))
    return 1 if escaped else 0


def _share(first: int, last: int) -> tuple[Counter[str], list[str]]:
    warnings.simplefilter("ignore")  # the library warns of odd certificates before it refuses
    verdicts: Counter[str] = Counter()
    escaped: list[str] = []
    with fuzz.handshakes(first) as server:
        for number in range(first, last, SHARE_OF_HANDSHAKES):
            try:
                verdicts[f"handshake: {server.one(number)}"] += 1
            except fuzz.Escaped as sentence:
                escaped.append(str(sentence))
    with fuzz.alone() as port:
        for number in range(first, last):
            if (number - first) % SHARE_OF_HANDSHAKES == 0:
                continue
            try:
                verdict = fuzz.one_answer(number, port).verdict
                verdicts[(verdict and verdict.fault) or "passed"] += 1
            except fuzz.Escaped as sentence:
                escaped.append(str(sentence))
    return verdicts, escaped


if __name__ == "__main__":
    sys.exit(main())
