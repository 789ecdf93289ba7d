"""No sentence is data: whatever decides, decides by codes and fields.

A sentence, and the action that goes with it, is written for a person and may be worded anew at any
time. This finds where one is taken apart, compared, looked up or matched: as an attribute, a key, a
variable of that name, or a variable that one was put into.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXTS = {"sentence", "action"}
# Here an action is a code: of the audit trail, or a permission of AWS.
ACTION_IS_A_CODE = (
    "brokers/aws/",
    "brokers/msk/",
    "kalixweb/audit/",
    "kalixweb/projects/",
    "secrets_app/queries/",
)
# Capitals and full stops of a sentence inside another one; nothing is decided by them.
TYPOGRAPHY = ("brokers/engine/wording.py",)
PATTERNS = {"match", "search", "fullmatch", "findall", "finditer", "sub", "subn", "split"}
# ``format`` fills a template in, and the others are not methods of texts.
NOT_TAKEN_APART = {"format", "format_map", "append", "extend", "items", "keys", "values"}
_TEXT = r"(?:sentence|action)"
IN_TEMPLATES = re.compile(
    r"{%\s*(?:el)?if[^%]*\b"
    rf"(?:{_TEXT}\s*(?:==|!=|(?:not )?in\b)|(?:==|!=|\bin)\s*[\w.]*\.{_TEXT}\b)"
)


class Finder(ast.NodeVisitor):
    """Collects ``line: what`` for one module."""

    def __init__(self, texts: set[str]) -> None:
        self.texts = texts
        self.aliases: set[str] = set()
        self.found: list[str] = []

    def is_text(self, node: ast.AST | None) -> bool:
        if isinstance(node, ast.Name):
            return node.id in self.texts | self.aliases
        if isinstance(node, ast.Attribute):
            return node.attr in self.texts
        if isinstance(node, ast.Subscript):
            if isinstance(node.slice, ast.Slice):  # to cut one short decides nothing yet
                return self.is_text(node.value)
            return isinstance(node.slice, ast.Constant) and node.slice.value in self.texts
        if isinstance(node, ast.BoolOp):
            return any(map(self.is_text, node.values))
        return isinstance(node, ast.Call) and self._gives_text(node)

    def _gives_text(self, node: ast.Call) -> bool:
        """``str(sentence)``, ``part.get("sentence")``, ``sentence.lower()``."""
        called, first = node.func, node.args[0] if node.args else None
        if isinstance(called, ast.Name):
            return called.id == "str" and self.is_text(first)
        if not isinstance(called, ast.Attribute):
            return False
        if called.attr == "get":
            return isinstance(first, ast.Constant) and first.value in self.texts
        return called.attr in _KEEPING and self.is_text(called.value)

    def note(self, node: ast.expr | ast.stmt, what: str) -> None:
        self.found.append(f"{node.lineno}: {what}")

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        before = set(self.aliases)
        for inner in ast.walk(node):
            self._alias(inner)
        self.generic_visit(node)
        self.aliases = before

    def _alias(self, node: ast.AST) -> None:
        if isinstance(node, ast.Assign) and self.is_text(node.value):
            self.aliases |= {one.id for one in node.targets if isinstance(one, ast.Name)}
        elif isinstance(node, ast.NamedExpr) and self.is_text(node.value):
            self.aliases.add(node.target.id)
        elif isinstance(node, ast.For | ast.comprehension) and self._lists_texts(node.iter):
            self.aliases |= {node.target.id} if isinstance(node.target, ast.Name) else set()

    def _lists_texts(self, node: ast.expr) -> bool:
        lists = isinstance(node, ast.ListComp | ast.GeneratorExp | ast.SetComp)
        return lists and self.is_text(node.elt)

    def visit_Call(self, node: ast.Call) -> None:
        called = node.func
        if isinstance(called, ast.Attribute):
            if self.is_text(called.value) and called.attr not in NOT_TAKEN_APART:
                self.note(node, f"method {called.attr}")
            elif called.attr in PATTERNS and any(map(self.is_text, node.args)):
                self.note(node, f"pattern {called.attr}")
            elif called.attr == "get" and node.args and self.is_text(node.args[0]):
                self.note(node, "looked up")
        self.generic_visit(node)

    def visit_Compare(self, node: ast.Compare) -> None:
        by_identity = all(isinstance(one, ast.Is | ast.IsNot) for one in node.ops)
        if not by_identity and any(map(self.is_text, [node.left, *node.comparators])):
            self.note(node, "compared")
        self.generic_visit(node)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if self.is_text(node.slice):
            self.note(node, "looked up")
        elif self.is_text(node.value) and not isinstance(node.slice, ast.Slice):
            self.note(node, "a letter of it")
        self.generic_visit(node)

    def visit_Match(self, node: ast.Match) -> None:
        if self.is_text(node.subject):
            self.note(node, "matched")
        self.generic_visit(node)


_KEEPING = {"strip", "lower", "upper", "casefold"}


def breaches(path: str, source: str) -> list[str]:
    """``line: what`` for each place of a module where a sentence decides."""
    if path.endswith(".html"):
        return [found.group() for found in IN_TEMPLATES.finditer(source)]
    if path in TYPOGRAPHY:
        return []
    codes = path.startswith(ACTION_IS_A_CODE)
    finder = Finder(TEXTS - {"action"} if codes else set(TEXTS))
    finder.visit(ast.parse(source))
    return finder.found


def _sources() -> Iterator[tuple[str, str]]:
    for folder in ("brokers", "kalixweb", "secrets_app", "templates"):
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html"} and "migrations" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_nothing_is_decided_by_a_sentence() -> None:
    found = {path: found for path, source in _sources() if (found := breaches(path, source))}
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        'fault.sentence.startswith("The password")',
        'verdict.action.partition(" The statement")',
        'part["sentence"].lower()',
        'part.get("sentence").split()',
        '"ten minutes" in fault.action',
        'fault.sentence in {"It is so."}',
        'fault.sentence == "It is so."',
        'str(fault.sentence) != ""',
        're.search("ten minutes", fault.sentence)',
        "_MINUTES.match(fault.action)",
        '_MINUTES.sub("", part["action"])',
        "_FIELDS[fault.sentence]",
        "_FIELDS.get(fault.sentence)",
        'fault.sentence[:10] == "The passwo"',
        'fault.sentence[0] == "T"',
        'sentence.endswith("inside.")',
        'any(s.startswith("The") for s in [f.sentence for f in faults])',
        "text = fault.sentence\n    text.split()",
        'match fault.sentence:\n        case "It is so.":\n            pass',
    ],
)
def test_a_sentence_that_decides_is_noticed(line: str) -> None:
    assert breaches("brokers/views/page.py", f"def decide():\n    {line}\n")


@pytest.mark.parametrize(
    "line",
    [
        'f"{fault.sentence} {fault.action}"',
        "fault.sentence or fault.action",
        "verdict.action is not None",
        'fault.code.startswith("sasl.")',
        "row.sentence.format(**values)",
        "short = fault.sentence[:200]",
    ],
)
def test_to_write_a_sentence_is_no_breach(line: str) -> None:
    assert not breaches("brokers/views/page.py", f"def write():\n    {line}\n")


@pytest.mark.parametrize(
    "tag", ['{% if fault.sentence == "so" %}', '{% if "so" in fault.action %}']
)
def test_a_template_that_decides_by_one_is_noticed(tag: str) -> None:
    assert breaches("templates/page.html", tag)
    assert not breaches("templates/page.html", "{% if fault.sentence %}{{ fault.sentence }}")
