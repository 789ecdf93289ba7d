"""The commands of administrators and projects, as the host operator types them."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kalixweb.accounts.models import User
from kalixweb.audit import queries
from kalixweb.cli.main import main
from kalixweb.projects.models import Membership, Project
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_config(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


def _run(*arguments: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, list(arguments), input=typed)


def test_an_administrator_is_made_with_a_typed_password() -> None:
    answer = _run("admin", "create", "root", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert answer.exit_code == 0, answer.output
    assert PASSWORD not in answer.output
    root = User.objects.get(username="root")
    assert root.is_administrator
    assert root.check_password(PASSWORD)
    (row,) = queries.events([queries.instance_chain()], action="user.created")
    assert row.actor_kind == "shell"


def test_an_instance_auditor_is_made_with_a_password_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n")
    answer = _run("admin", "create", "anna", "--auditor", "--password-file", str(file))
    assert answer.exit_code == 0, answer.output
    anna = User.objects.get()
    assert (anna.is_instance_auditor, anna.is_administrator) == (True, False)


def test_a_taken_name_and_a_short_password_are_one_sentence_each() -> None:
    make_user("root")
    taken = _run("admin", "create", "root", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert (taken.exit_code, taken.stderr) == (3, "The user name root is taken.\n")
    short = _run("admin", "create", "anna", typed="short\nshort\n")
    assert short.exit_code == 3
    assert "at least 12 characters" in short.stderr


def test_a_new_project_belongs_to_the_only_administrator_and_is_remembered() -> None:
    root = make_user("root", is_administrator=True)
    answer = _run("projects", "new", "search", "Everything about search")
    assert answer.exit_code == 0, answer.output
    project = Project.objects.get()
    assert Membership.objects.for_project(project).get().user == root
    assert _run("config", "get-project").output == "search\n"
    listed = json.loads(_run("projects", "list", "-o", "json").output)
    assert listed == [{"name": "search", "description": "Everything about search", "members": 1}]


def test_with_several_administrators_the_owner_is_asked_for() -> None:
    make_user("root", is_administrator=True)
    make_user("mira", is_administrator=True)
    answer = _run("projects", "new", "search")
    assert (answer.exit_code, answer.stderr) == (2, "Who gets the project? Add --owner USER.\n")
    assert _run("projects", "new", "search", "--owner", "mira").exit_code == 0


@pytest.mark.parametrize("name", ["Search", "new", "a_b"])
def test_a_name_that_cannot_be_is_refused(name: str) -> None:
    answer = _run("projects", "new", name)
    assert answer.exit_code in {2, 3}
    assert not Project.objects.exists()
