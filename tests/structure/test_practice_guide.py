"""The guide to the practice Kafka lists the listeners that there are, with what a test names."""

import re
from pathlib import Path

from kalixweb.practice.listeners import CONTROLLER, RECIPES

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "practice.md"


def test_every_listener_with_its_fault() -> None:
    row = re.compile(r"^\| `(\w+)` \|.*\| (?:`([\w.]+)`|[^|`]) \|$", re.MULTILINE)
    rows = row.findall(GUIDE.read_text())

    assert rows == [(recipe.name, recipe.fault or "") for recipe in (*RECIPES, CONTROLLER)]
