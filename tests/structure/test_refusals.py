"""One kind of refusal: names and codes mean one thing, and only the edge tells people of them."""

import ast
import builtins
import importlib
import pkgutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

import brokers
import kalixweb
import secrets_app
from kalixweb.core.refusals import Refusal

ROOT = Path(__file__).parents[2]
APPS = ("brokers", "kalixweb", "secrets_app")
EDGE = {
    "kalixweb/accounts/refusals.py",
    "kalixweb/cli/main.py",
    "kalixweb/core/forms.py",
    "kalixweb/core/refusals.py",
    "kalixweb/projects/middleware.py",
}
# What a page or a command may catch beside refusals: of Python, Django and the libraries, and of
# the pure packages, which are no services. Each is raised where nothing was asked of a service.
NO_SERVICES = ("brokers.engine", "brokers.aws", "secrets_app.certificates", "kalixweb.practice",
               "kalixweb.launcher", "kalixweb.cli")  # fmt: skip


def _import_all() -> None:
    for package in (brokers, kalixweb, secrets_app):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if {"services", "keys", "msk", "operations"} & set(found.name.split(".")):
                importlib.import_module(found.name)


def refusals() -> list[type[Refusal]]:
    """Every kind that the product has."""
    _import_all()

    def below(kind: type[Refusal]) -> Iterator[type[Refusal]]:
        for one in kind.__subclasses__():
            yield one
            yield from below(one)

    return [one for one in below(Refusal) if one.__module__.partition(".")[0] in APPS]


def test_no_two_kinds_share_a_name_or_a_code() -> None:
    kinds = refusals()
    assert len(kinds) > 25
    names = Counter(one.__name__ for one in kinds)
    assert [name for name, count in names.items() if count > 1] == []
    assert len({one.code for one in kinds}) == len(kinds)


@pytest.mark.parametrize("kind", refusals(), ids=lambda kind: kind.code)
def test_each_has_the_status_of_a_refused_request(kind: type[Refusal]) -> None:
    assert 400 <= kind.status < 500 or kind.status == 503


def _catches(path: str) -> Iterator[tuple[ast.ExceptHandler, set[str]]]:
    tree = ast.parse((ROOT / path).read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            parts = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            yield node, {ast.unparse(part).rpartition(".")[2] for part in parts}


def _files(*folders: str) -> list[str]:
    found = [path for app in APPS for path in (ROOT / app).rglob("*.py")]
    files = [path.relative_to(ROOT).as_posix() for path in found]
    return [one for one in files if not folders or any(f"/{name}/" in one for name in folders)]


def _only_repeats(handler: ast.ExceptHandler) -> bool:
    """Whether a handler does nothing but say what the refusal says itself."""
    if handler.name is None or len(handler.body) != 1:
        return False
    said = {
        f"str({handler.name})",
        f"{handler.name}.sentence",
    }
    (statement,) = handler.body
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    if any(ast.unparse(call.func) == "answer_no" for call in calls):  # of another status
        return False
    arguments = {ast.unparse(one) for call in calls for one in call.args}
    return bool(arguments & said)


def repeats(path: str, names: set[str]) -> list[str]:
    """Where a module catches a refusal only to repeat its sentence."""
    return [
        f"{path}:{handler.lineno}"
        for handler, caught in _catches(path)
        if caught & names and _only_repeats(handler)
    ]


def test_no_view_form_or_command_catches_a_refusal_only_to_repeat_its_sentence() -> None:
    names = {one.__name__ for one in refusals()} | {"Refusal"}
    files = [one for one in _files("views", "forms", "cli") if one not in EDGE]
    assert len(files) > 80
    assert [place for path in files for place in repeats(path, names)] == []


def test_what_a_view_a_form_or_a_command_catches_of_a_service_is_a_refusal() -> None:
    ours = {one.__name__ for one in refusals()} | {"Refusal"}
    other: set[str] = set()
    for path in _files("views", "forms", "cli"):
        tree = ast.parse((ROOT / path).read_text())
        imported = {
            (alias.asname or alias.name): node.module or ""
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for _, caught in _catches(path):
            other |= {
                f"{path}: {name}"
                for name in caught - ours
                if not hasattr(builtins, name)
                and imported.get(name, "").startswith(APPS)
                and not imported[name].startswith(NO_SERVICES)
                and imported[name] != "secrets_app"
            }
    assert other == set()


def test_a_breach_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.structure.test_refusals.ROOT", tmp_path)
    (tmp_path / "view.py").write_text(
        "try:\n    save()\nexcept rows.NameTaken as taken:\n"
        "    form.add_error(0, str(taken))\n"
        "except ChangedMeanwhile as meanwhile:\n    show(meanwhile.current)\n"
    )
    assert repeats("view.py", {"NameTaken", "ChangedMeanwhile"}) == ["view.py:3"]
