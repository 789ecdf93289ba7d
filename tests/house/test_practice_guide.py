"""The guide to the practice Kafka lists the listeners that there are, with what a test names."""

import re
from pathlib import Path

from kalixweb.practice.listeners import CONTROLLER, RECIPES

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "practice.md"


def test_every_listener_with_its_fault() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| (?:`([\w.]+)`|[^|`]) \|$", GUIDE.read_text(), re.MULTILINE)

    assert rows == [(recipe.name, recipe.fault or "") for recipe in (*RECIPES, CONTROLLER)]
