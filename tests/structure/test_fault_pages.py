"""Each fault has its page, and the pages speak of nothing that does not exist."""

import re
from pathlib import Path

import pytest

from brokers.engine.faults import TABLE
from brokers.engine.guide import FAMILIES, PAGES, markdown
from brokers.engine.guide.find import find
from brokers.engine.guide.page import LISTENERS, PLATFORMS, PORT_BASE, Line
from brokers.engine.guide.text import blocks
from brokers.engine.owners import OWNERS
from kalixweb.practice import listeners, server

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "faults"
CODE = re.compile(rf"`((?:{'|'.join(FAMILIES)})\.[a-z_]+)`")


def texts(code: str) -> list[str]:
    page = PAGES[code]
    return [
        page.title, page.first, page.means, page.recognised, page.client, page.practice,
        *page.mend.values(),
    ]  # fmt: skip


def test_every_fault_has_its_page_and_every_page_its_fault() -> None:
    assert set(PAGES) == set(TABLE)


def test_every_family_and_job_has_its_words() -> None:
    assert {code.split(".")[0] for code in TABLE} == set(FAMILIES)
    assert {row.owner for row in TABLE.values()} <= set(OWNERS)


@pytest.mark.parametrize("code", sorted(PAGES))
def test_a_page_is_whole_and_short(code: str) -> None:
    page = PAGES[code]
    prose = [
        line
        for text in texts(code)
        for block in blocks(text)
        if block.kind != "command"
        for line in block.lines
    ]
    assert 80 <= len(" ".join(prose).split()) <= 260
    assert page.practice or page.line
    assert page.title.strip(". ") == page.title != ""
    assert page.first.endswith(".")
    assert len(page.first) <= 100
    assert set(page.mend) <= set(PLATFORMS)


@pytest.mark.parametrize("code", sorted(PAGES))
def test_a_page_names_faults_that_exist(code: str) -> None:
    named = {found for text in texts(code) for found in CODE.findall(text)}
    assert named - {"sasl.mechanism"} <= set(TABLE)  # a setting of Kafka's clients
    related = PAGES[code].related
    assert related
    assert set(related) <= set(TABLE) - {code}
    assert len(related) == len(set(related))


@pytest.mark.parametrize("code", sorted(PAGES))
def test_commands_stand_in_their_own_lines(code: str) -> None:
    """A command that lost its mark would be shown as running text."""
    for text in texts(code):
        assert text.count("`") % 2 == 0, text
        for block in blocks(text):
            if block.kind == "command":
                assert not block.text.endswith("\\")
                assert max(map(len, block.lines)) <= 90
            else:
                assert not re.search(r"\\( |$)", block.text), block.text


def test_practice_lines_lead_to_the_listeners_that_there_are() -> None:
    assert server.DEFAULT_PORT_BASE == PORT_BASE
    there = [(recipe.name, recipe.offset) for recipe in listeners.RECIPES]
    there += [("controller", listeners.CONTROLLER_OFFSET), ("nothing", listeners.CLOSED_OFFSET)]
    assert [(name, at) for at, name in enumerate(LISTENERS)] == there
    assert Line("wrongname").address().startswith("localhost:")


def test_a_listener_that_shows_a_fault_is_on_its_page() -> None:
    shown = {recipe.fault for recipe in (*listeners.RECIPES, listeners.CONTROLLER) if recipe.fault}
    assert {code for code in shown if not PAGES[code].line} == set()


def test_the_documentation_is_what_the_source_says() -> None:
    wanted = markdown.files()
    found = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*")}
    assert sorted(found) == sorted(wanted)
    stale = [name for name in wanted if found[name] != wanted[name]]
    assert not stale, f"run: make docs ({', '.join(stale[:5])})"


def test_writing_removes_pages_of_codes_that_are_gone(tmp_path: Path) -> None:
    (tmp_path / "tls.of_yore.md").write_text("old")

    markdown.write(tmp_path)

    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(markdown.files())


@pytest.mark.parametrize(
    ("search", "first"),
    [("tls.exp", "tls.expired"), ("EXPIRED", "tls.expired"), ("base64", "sasl.wrong_password_enc")],
)
def test_part_of_a_code_or_a_word_finds_the_page(search: str, first: str) -> None:
    assert any(code.startswith(first) for code in find(search)[:3])


def test_all_words_must_stand_on_the_page() -> None:
    assert find("advertised strimzi nodeport")
    assert find("advertised no-such-word") == []
    assert set(find("")) == set(PAGES)
