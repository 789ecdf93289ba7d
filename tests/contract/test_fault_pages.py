"""Each line that a fault's page tells to type shows that fault on the real practice Kafka."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from brokers.engine.guide import PAGES
from kalixweb.cli.probe import probe
from kalixweb.practice.server import Practice

USUAL = re.compile(r":192(\d\d)\b")  # ports as pages print them; the tests' Kafka has others
LINES = {code: page.line for code, page in PAGES.items() if page.line}


@pytest.mark.parametrize("code", LINES)
def test_the_line_shows_the_fault(practice: Practice, code: str) -> None:
    line = LINES[code]
    folder = f"{Path(practice.ca_path).parent}/" if line.ca == "ca.pem" else ""
    arguments = line.arguments(practice.port_base, folder)
    moved = [USUAL.sub(lambda port: f":{practice.port_base + int(port[1])}", w) for w in arguments]

    said = CliRunner().invoke(probe, [*moved, "-o", "json"], input=line.typed)

    assert said.exit_code in {0, 1, 2}, said.output
    document = json.loads(said.output)
    found = {fault["code"] for fault in document["faults"]} | {document["verdict"]["fault"]}
    for part in (*document["rights"], *(s for node in document["nodes"] for s in node["stages"])):
        found |= {fault["code"] for fault in part["faults"]}
    assert code in found, f"{document['verdict']['sentence']} {sorted(map(str, found))}"
