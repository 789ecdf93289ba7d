"""Each fault has its page, and the pages speak of nothing that does not exist."""

import re
import shlex

import pytest

from brokers.engine.faults import FAMILIES, TABLE
from brokers.engine.faults.page import FOLDER, Page, find, pages, read
from brokers.engine.owners import OWNERS
from kalixweb.practice import listeners, server

CODE = re.compile(rf"`((?:{'|'.join(FAMILIES)})\.[a-z_]+)`")
COMMANDS = re.compile(r"^```(?:sh)?\n(.*?)\n```$", re.MULTILINE | re.DOTALL)
PRACTICE_LINE = re.compile(r"^printf %s (.*) \| kalixweb probe (.*)$", re.MULTILINE)
# In the order of a page. One that has nothing of the cluster's side has no second heading.
SECTIONS = (
    "What it means", "How to fix it", "On the client's side", "How it is recognised",
    "See it in practice Kafka",
)  # fmt: skip
PLATFORMS = {
    "Any cluster", "Amazon MSK", "Confluent Cloud", "Aiven", "Azure Event Hubs", "Strimzi",
    "Self-managed Kafka",
}  # fmt: skip


def practice_line(page: Page) -> tuple[str, str] | None:
    """What the page's own line types as the password, and the arguments of the probe."""
    _, _, practice = page.body.partition(f"## {SECTIONS[-1]}\n")
    found = PRACTICE_LINE.search(practice)
    return ("".join(shlex.split(found[1])), found[2]) if found else None


def test_every_fault_has_its_page_and_every_page_its_fault() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {f"{code}.md" for code in TABLE}


def test_every_family_and_owner_has_its_words() -> None:
    assert {code.split(".")[0] for code in TABLE} == set(FAMILIES)
    assert {row.owner for row in TABLE.values()} <= set(OWNERS)


@pytest.mark.parametrize("code", sorted(TABLE))
def test_a_page_is_whole_and_short(code: str) -> None:
    page = pages()[code]
    titles = re.findall(r"^## (.*)$", page.body, re.MULTILINE)
    assert titles in ([*SECTIONS], [title for title in SECTIONS if title != SECTIONS[2]])
    assert set(re.findall(r"^### (.*)$", page.body, re.MULTILINE)) <= PLATFORMS
    prose = re.sub("^#+ .*$", "", COMMANDS.sub("", page.body), flags=re.MULTILINE)
    assert 80 <= len(f"{page.title} {page.first} {prose}".split()) <= 300
    assert page.title.strip(". ") == page.title != ""
    assert page.first.endswith(".")
    assert len(page.first) <= 100


@pytest.mark.parametrize("code", sorted(TABLE))
def test_a_page_names_faults_that_exist(code: str) -> None:
    page = pages()[code]
    named = set(CODE.findall(page.first + page.body))
    assert named - {"sasl.mechanism"} <= set(TABLE)  # a setting of Kafka's clients
    assert page.related
    assert set(page.related) <= set(TABLE) - {code}
    assert len(page.related) == len(set(page.related))


@pytest.mark.parametrize("code", sorted(TABLE))
def test_commands_stand_in_blocks_of_their_own(code: str) -> None:
    """A command that lost its block would be shown as running text."""
    page = pages()[code]
    prose = COMMANDS.sub("", page.body)
    assert "```" not in prose
    assert prose.count("`") % 2 == 0
    assert not re.search(r"\\( |$)", prose, re.MULTILINE)
    for block in COMMANDS.findall(page.body):
        assert not block.endswith("\\")
        if not PRACTICE_LINE.search(block):
            assert max(map(len, block.split("\n"))) <= 90


@pytest.mark.parametrize("code", sorted(TABLE))
def test_practice_lines_lead_to_listeners_that_there_are(code: str) -> None:
    line = practice_line(pages()[code])
    ports = {int(port) for port in re.findall(r"(?:127\.0\.0\.1|localhost):(192\d\d)\b", str(line))}
    offsets = {one.offset for one in (*listeners.RECIPES, listeners.CONTROLLER)}
    known = {server.DEFAULT_PORT_BASE + at for at in offsets | {listeners.CLOSED_OFFSET}}
    assert ports <= known


def test_a_listener_that_shows_a_fault_is_on_its_page() -> None:
    for recipe in (*listeners.RECIPES, listeners.CONTROLLER):
        if recipe.fault:
            line = practice_line(pages()[recipe.fault])
            assert line is not None, recipe.name


def test_a_page_that_is_none_is_refused() -> None:
    for text in ("no lines at all", 'x\n---\ntitle: "a"\n---\n', "---\ntitle: a\n---\n"):
        with pytest.raises((ValueError, TypeError)):
            read(text)


@pytest.mark.parametrize(
    ("search", "first"),
    [("tls.exp", "tls.expired"), ("EXPIRED", "tls.expired"), ("base64", "sasl.wrong_password_enc")],
)
def test_part_of_a_code_or_a_word_finds_the_page(search: str, first: str) -> None:
    assert any(code.startswith(first) for code in find(search)[:3])


def test_all_words_must_stand_on_the_page() -> None:
    assert find("advertised strimzi nodeport")
    assert find("advertised no-such-word") == []
    assert set(find("")) == set(TABLE)
