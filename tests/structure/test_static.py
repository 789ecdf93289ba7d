"""What stylesheets and scripts must keep to."""

import gzip
import re
from pathlib import Path

import pytest

from kalixweb.core.shipped_files import shipped_folder

STATIC = shipped_folder("static")
STYLES = sorted(STATIC.rglob("*.css"))
SCRIPTS = sorted(STATIC.rglob("*.js"))
LINKED = (shipped_folder("templates") / "components/styles.html").read_text(encoding="utf-8")
BUDGET = 12 * 1024
COLOUR = re.compile(
    r"#[0-9a-f]{3,8}\b|\b(?:rgba?|hsla?|oklch|oklab|lab|lch|color-mix)\(", re.IGNORECASE
)


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(STATIC)) for path in paths]


@pytest.mark.parametrize("path", STYLES, ids=names(STYLES))
def test_colours_stand_in_the_tokens_alone(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    if path.name != "tokens.css":
        declared = re.findall(r":[^;{}]*", text)
        assert not [value for value in declared if COLOUR.search(value)]


@pytest.mark.parametrize("path", STYLES, ids=names(STYLES))
def test_a_stylesheet_stands_in_a_layer_and_is_linked(path: Path) -> None:
    assert "@layer" in path.read_text(encoding="utf-8")
    assert f"'{path.relative_to(STATIC)}'" in LINKED


def test_nothing_is_linked_that_is_not_there() -> None:
    linked = re.findall(r"static '([^']+)'", LINKED)
    assert sorted(linked) == names(STYLES)
    assert linked[0] == "css/tokens.css", "the first file names the layers"


def test_the_styles_stay_within_their_budget() -> None:
    size = sum(len(gzip.compress(path.read_bytes(), 9)) for path in STYLES)
    assert size <= BUDGET, f"{size} bytes gzipped, {BUDGET} allowed"


def test_a_colour_is_defined_for_light_and_dark() -> None:
    tokens = (STATIC / "css/tokens.css").read_text(encoding="utf-8")
    for line in tokens.splitlines():
        if "oklch(" in line:
            assert "light-dark(" in line, line


@pytest.mark.parametrize("path", SCRIPTS, ids=names(SCRIPTS))
def test_a_script_imports_no_other_and_evaluates_nothing(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"^\s*(?:import|export)\b|\bimport\(", text, re.MULTILINE)
    assert not re.search(r"\beval\(|new Function|innerHTML|document\.write", text)
