"""The guide to Amazon MSK says what the checks say, and its commands exist as they stand there."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import botocore.session
import click
import pytest
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from brokers.aws import checks
from brokers.aws.arn import ClusterArn
from brokers.aws.checks import CHECKS
from brokers.aws.policy import as_json, least_policy
from brokers.engine.faults.page import FOLDER as PAGES_OF_FAULTS
from kalixweb.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docs" / "guide" / "msk.md").read_text(encoding="utf-8")
PAGES_OF_CHECKS = Path(checks.__file__).parent / "pages"
PAGES_OF_DOCS = sorted(
    path
    for folder in (ROOT / "docs", PAGES_OF_CHECKS, PAGES_OF_FAULTS)
    for path in folder.rglob("*.md")
)
ARN = ClusterArn.parse(
    "arn:aws:kafka:eu-west-1:111122223333:cluster/orders/0a1b2c3d-0000-0000-0000-000000000000-4"
)
KEY = "arn:aws:kms:eu-west-1:111122223333:key/4e5f6a7b-0000-0000-0000-000000000000"
SECRET = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:AmazonMSK_alice-??????"
BLOCKS = [
    block
    for page in (ROOT / "docs" / "guide" / "msk.md", *sorted(PAGES_OF_CHECKS.iterdir()))
    for block in re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
]
# Options of every command, and what the command line has in place of a structure of the API.
OF_ALL = {"query", "output", "region", "profile"}
OF_EC2 = {"authorize-security-group-ingress": {"protocol", "port", "cidr"}}


def fenced(text: str) -> list[str]:
    return re.findall(r"^```(?:sh)?\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def commands(text: str, name: str) -> Iterator[list[str]]:
    """The words of each command ``name`` of a block, also inside ``$(…)``."""
    joined = re.sub(r"\\\n\s*", " ", text)
    for found in re.finditer(rf"(?:^|\$\(|\| *){name} (?=[a-z])[^\n]*", joined, flags=re.MULTILINE):
        line = found.group().lstrip("$(| ")
        end = _end_of_substitution(line)
        yield shlex.split(line[:end], comments=True)


def _end_of_substitution(line: str) -> int:
    """Where the command ends: at a parenthesis or a pipe that it did not open."""
    open_, quoted = 0, ""
    for at, letter in enumerate(line):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "\"'":
            quoted = letter
        elif letter == "(":
            open_ += 1
        elif letter in ")|;" and open_ == 0:
            return at
        elif letter == ")":
            open_ -= 1
    return len(line)


def all_blocks() -> list[tuple[str, str]]:
    """Every block of commands of the documentation and of the fault pages, with its place."""
    return [(page.name, block) for page in PAGES_OF_DOCS for block in fenced(page.read_text())]


def page_of(check: str) -> str:
    return (PAGES_OF_CHECKS / f"{check}.md").read_text(encoding="utf-8")


def test_each_check_is_one_file_with_one_page_beside_it() -> None:
    files = {path.stem for path in PAGES_OF_CHECKS.parent.glob("*.py")} - {"__init__"}
    assert set(CHECKS) == files == {path.stem for path in PAGES_OF_CHECKS.iterdir()}
    for places in zip(*((one.position, one.fix_position) for one in CHECKS.values()), strict=True):
        assert len(set(places)) == len(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_a_page_is_headed_by_its_check_and_says_what_must_be_green_first(check: str) -> None:
    assert page_of(check).startswith(f"# `{check}`: ")
    assert set(CHECKS[check].waits_for) <= set(re.findall(r"`(\w+)`", page_of(check)))


def test_guide_and_pages_lead_to_what_is_there() -> None:
    for page in (ROOT / "docs" / "guide" / "msk.md", *PAGES_OF_CHECKS.iterdir()):
        text = page.read_text(encoding="utf-8")
        links = re.findall(r"\]\((?!https?:)([^)#]+)|^\[[^\]]+\]: (\S+)", text, flags=re.MULTILINE)
        for link in map("".join, links):
            assert (page.parent / link).exists(), (page.name, link)
        defined = set(re.findall(r"^\[`(\w+)`\]:", text, flags=re.MULTILINE))
        assert set(re.findall(r"\[`(\w+)`\](?![(:])", text)) == defined


def test_the_number_of_checks_is_counted_and_never_written() -> None:
    written = re.compile(rf"\b{len(CHECKS)} (?:checks|prerequisites)|\bThe {len(CHECKS)}\b")
    places = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *PAGES_OF_CHECKS.iterdir()]
    places += [*(ROOT / "templates").rglob("*.html"), *(ROOT / "brokers").rglob("*.py")]
    places += (ROOT / "kalixweb").rglob("*.py")
    assert [path.name for path in places if written.search(path.read_text("utf-8"))] == []


def test_the_policies_are_those_that_the_page_makes() -> None:
    whole = as_json(least_policy(ARN, key_arn=KEY, topics=("orders",)))
    assert f"```json\n{whole}\n```" in GUIDE
    password = least_policy(ARN, key_arn=KEY, secret_arn=SECRET, with_password=True)[-2:]
    statements = ",\n".join(json.dumps(one.document(), indent=2) for one in password)
    assert f"```json\n{statements}\n```" in GUIDE


def test_the_lock_out_is_said_before_any_command_and_at_its_check() -> None:
    said = "With no ACLs this locks every SCRAM and mTLS user out of the cluster."
    assert said in " ".join(page_of("allow_everyone_off").split())
    assert GUIDE.index("## Before you begin: the lock-out") < GUIDE.index("```")


def test_no_line_of_a_command_was_left_behind() -> None:
    """The guide that this one replaces lost a backslash, and has one too many."""
    for place, block in all_blocks():
        lines = block.rstrip("\n").split("\n")
        assert not lines[-1].endswith("\\"), (place, lines[-1])
        for before, line in pairwise(lines):
            if re.match(r"\s*--\w", line):
                assert before.endswith("\\"), (place, line)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_shell_reads_the_blocks(block: str) -> None:
    read = subprocess.run(["bash", "-n"], input=block, text=True, capture_output=True, check=False)
    assert (read.returncode, read.stderr) == (0, "")


def test_the_commands_of_aws_exist_with_their_options() -> None:
    session, seen = botocore.session.get_session(), 0
    for place, block in all_blocks():
        for words in commands(block, "aws"):
            assert len(words) > 2, (place, words)
            seen += 1
            options = {word[2:] for word in words[3:] if word.startswith("--")}
            assert options <= _options(session, words[1], words[2]), (place, words)
    assert seen > 40


def _options(session: botocore.session.Session, service: str, operation: str) -> set[str]:
    try:
        model = session.get_service_model(service)
    except UnknownServiceError:
        return set()
    known = {xform_name(name, "-"): name for name in model.operation_names}
    assert operation in known, (service, operation)
    shape = model.operation_model(known[operation]).input_shape
    own = {xform_name(name, "-") for name in shape.members} if shape else set()
    return own | OF_ALL | OF_EC2.get(operation, set())


def test_the_commands_of_kalixweb_exist_with_their_options() -> None:
    seen = 0
    for place, block in all_blocks():
        for words in commands(block, "kalixweb"):
            seen += 1
            command: click.Command = main
            rest = words[1:]
            while isinstance(command, click.Group) and rest and not rest[0].isupper():
                found = command.get_command(click.Context(command), rest[0])
                assert found is not None, (place, words)
                command, rest = found, rest[1:]
            known = {option for param in command.params for option in param.opts} | {"--help"}
            given = {word.strip("[]").partition("=")[0] for word in rest if re.match(r"\[?-", word)}
            assert given - {"-"} <= known, (place, words)
    assert seen > 40
