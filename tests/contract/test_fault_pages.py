"""Each line that a fault's page tells to type shows that fault on the real practice Kafka."""

import json
import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from brokers.engine.faults.page import pages
from kalixweb.cli.probe import probe
from kalixweb.practice.server import Practice
from tests.structure.test_fault_pages import practice_line

USUAL = re.compile(r":192(\d\d)\b")  # ports as pages print them; the tests' Kafka has others
LINES = {code: line for code, page in pages().items() if (line := practice_line(page))}


@pytest.mark.parametrize("code", LINES)
def test_the_line_shows_the_fault(practice: Practice, code: str) -> None:
    typed, arguments = LINES[code]
    moved = [
        USUAL.sub(lambda port: f":{practice.port_base + int(port[1])}", word).replace(
            "ca.pem", str(Path(practice.ca_path).parent / "ca.pem")
        )
        for word in shlex.split(arguments)
    ]

    said = CliRunner().invoke(probe, [*moved, "-o", "json"], input=typed)

    assert said.exit_code in {0, 1, 2}, said.output
    document = json.loads(said.output)
    found = {fault["code"] for fault in document["faults"]} | {document["verdict"]["fault"]}
    for part in (*document["rights"], *(s for node in document["nodes"] for s in node["stages"])):
        found |= {fault["code"] for fault in part["faults"]}
    assert code in found, f"{document['verdict']['sentence']} {sorted(map(str, found))}"
