"""Runs every situation through every client; kalixweb alone first, then the others side by side."""

import json
import os
import re
import statistics
import subprocess
import sys
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.diagnosis.situation import Situation, World
from kalixweb.practice import jars

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
OURS, OTHERS = "kalixweb", ("confluent-kafka", "kafka-python", "Java AdminClient")
TIMES = 3
MOST_LINES = 500
CASE = re.compile(r"case-\d+\.")
STACK = re.compile(r"\s+(at |\.\.\. \d+ more)")
CHILD_SECONDS = 30
PASSWORD = "changeit"  # of a file that holds public certificates alone


@dataclass(frozen=True)
class Answer:
    """What a client said about one situation. ``ms`` of the median run; ``codes`` are ours."""

    ok: bool
    lines: tuple[str, ...]
    ms: float
    code: str | None = None
    codes: tuple[str, ...] = ()
    crashed: bool = False


Answers = dict[str, dict[str, Answer]]


@dataclass
class Stores:
    """What the system trusts: one public root, or nothing."""

    folder: Path
    public: Path = field(init=False)
    empty: Path = field(init=False)

    def __post_init__(self) -> None:
        self.public, self.empty = self.folder / "public.pem", self.folder / "empty.pem"

    def make(self, root: bytes) -> None:
        self.public.write_bytes(root)
        self.empty.write_bytes(b"")
        for name in ("public", "empty"):
            self._keytool("-importcert", "-noprompt", "-file", str(self.public), name=name)
        self._keytool("-delete", name="empty")

    def java(self, name: str) -> Path:
        return self.folder / f"{name}.p12"

    def environment(self, situation: Situation | None = None) -> dict[str, str]:
        empty = situation is not None and situation.empty_store
        return os.environ | {
            "SSL_CERT_FILE": str(self.empty if empty else self.public),
            "SSL_CERT_DIR": str(self.folder / "no-folder"),
            "BENCHMARK_FOLDER": str(self.folder),
        }

    def _keytool(self, *arguments: str, name: str) -> None:
        store = ["-keystore", str(self.java(name)), "-storetype", "PKCS12"]
        subprocess.run(
            ["keytool", *arguments, "-alias", "root", *store, "-storepass", PASSWORD],
            check=True,
            capture_output=True,
        )


def ours(world: World, stores: Stores) -> dict[str, Answer]:
    """One process, one situation after the other; the silent ones at last, side by side."""
    empty = [one for one in world.situations if one.empty_store]
    loud = [one for one in world.situations if not (one.silent or one.empty_store)]
    silent = [one for one in world.situations if one.silent]
    found = _engine(loud, stores) | _engine(empty, stores)
    with ThreadPoolExecutor(8) as pool:
        for answers in pool.map(lambda one: _engine([one], stores, times=1), silent):
            found |= answers
    _progress(OURS)
    return found


def _engine(situations: list[Situation], stores: Stores, times: int = TIMES) -> dict[str, Answer]:
    if not situations:
        return {}
    child = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.diagnosis.clients.kalixweb_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=stores.environment(situations[0]),
    )
    assert child.stdin is not None
    assert child.stdout is not None

    def ask(situation: Situation) -> dict[str, Any]:
        print(json.dumps(situation.document()), file=child.stdin, flush=True)
        said: dict[str, Any] = json.loads(child.stdout.readline())  # type: ignore[union-attr]
        return said

    try:
        if times > 1:
            for situation in situations[:5]:  # what a process does for the first time
                ask(situation)
        return {one.name: _middle([ask(one) for _ in range(times)]) for one in situations}
    finally:
        child.stdin.close()
        child.wait(CHILD_SECONDS)


def _middle(said: list[dict[str, Any]]) -> Answer:
    middle = statistics.median_low(one["ms"] for one in said)
    return _read(next(one for one in said if one["ms"] == middle))


def others(world: World, stores: Stores, parallel: int) -> Answers:
    """The other clients; a child for each situation in Python, one JVM for all in Java."""
    programs = {"confluent-kafka": "confluent_child.py", "kafka-python": "kafka_python_child.py"}
    with ThreadPoolExecutor(parallel) as pool:
        waiting = {
            client: {
                one.name: pool.submit(_child, program, one, stores) for one in world.situations
            }
            for client, program in programs.items()
        }
        java = _java(world.situations, stores, parallel // 2)
        _progress("Java AdminClient")
        found: Answers = {}
        for client, answers in waiting.items():
            found[client] = {name: answer.result() for name, answer in answers.items()}
            _progress(client)
        return found | {"Java AdminClient": java}


def _progress(client: str) -> None:
    print(f"{client}: done", file=sys.stderr, flush=True)


def _child(program: str, situation: Situation, stores: Stores) -> Answer:
    try:
        done = subprocess.run(
            [sys.executable, "-I", str(HERE / program)],
            input=json.dumps(situation.document()) + "\n",
            capture_output=True,
            text=True,
            timeout=CHILD_SECONDS,
            check=False,
            env=stores.environment(situation),
        )
        return _read(json.loads(done.stdout))
    except (subprocess.TimeoutExpired, ValueError):
        return Answer(ok=False, lines=(), ms=CHILD_SECONDS * 1000, crashed=True)


def _java(situations: Iterable[Situation], stores: Stores, threads: int) -> dict[str, Answer]:
    names = {f"case-{number}.": one for number, one in enumerate(situations)}
    # fmt: off
    child = subprocess.Popen(
        [jars.java(), "-Xmx512m", f"-Djavax.net.ssl.trustStore={stores.java('public')}",
         f"-Djavax.net.ssl.trustStorePassword={PASSWORD}",
         f"-Dbenchmark.empty={stores.java('empty')}", "-cp", jars.class_path(),
         str(HERE / "Clients.java"), str(threads)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    # fmt: on
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stderr is not None
    logged: list[str] = []
    reader = threading.Thread(target=logged.extend, args=(child.stderr,))
    reader.start()
    for name, one in names.items():
        print(json.dumps(one.document() | {"id": name}), file=child.stdin, flush=True)
    child.stdin.close()
    said = {each["id"]: each for each in map(json.loads, child.stdout)}
    child.wait(CHILD_SECONDS)
    reader.join()
    found = {}
    name = ""
    for line in logged:
        if line.startswith("["):  # what follows without a sign is the stack of its exception
            sign = CASE.search(line)
            name = sign.group() if sign else ""
        if name in said and not STACK.match(line):
            said[name]["lines"].append(line.strip())
    for name, one in names.items():
        if name in said:
            found[one.name] = _read(said[name])
        else:
            found[one.name] = Answer(ok=False, lines=(), ms=CHILD_SECONDS * 1000, crashed=True)
    return found


def _read(said: dict[str, Any]) -> Answer:
    return Answer(
        ok=said["ok"],
        lines=tuple(dict.fromkeys(said["lines"]))[:MOST_LINES],
        ms=said["ms"],
        code=said.get("code"),
        codes=tuple(said.get("codes", ())),
    )
