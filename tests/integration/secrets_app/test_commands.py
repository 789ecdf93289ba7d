"""``kalixweb secret`` as the guide prints it; no value ever comes out."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kalixweb.cli.main import main
from kalixweb.core.actor import Actor
from kalixweb.projects.models import Project
from secrets_app.models import Secret, SecretEntry
from secrets_app.services import usage
from secrets_app.services.values import Pin, use
from tests.fakes import pki
from tests.integration.secrets_app.conftest import SHELL

pytestmark = pytest.mark.django_db
Run = Callable[..., Result]


@pytest.fixture
def run(project: Project, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on the test's own database."""
    monkeypatch.setattr("kalixweb.cli.client.refuse_other_users", lambda: None)

    def go(*arguments: object, given: str | None = None) -> Result:
        words = [str(argument) for argument in arguments]
        return CliRunner().invoke(main, ["secret", *words, "--project", project.name], input=given)

    return go


def stored(name: str, entry: str) -> str:
    row = Secret.all_projects.get(name=name)
    pin = Pin(row.id, row.current_version, entry)
    return use(actor=SHELL, project=row.project_id, pins=[pin], reason="test")[pin].text()


def test_the_guide_s_commands(run: Run, tmp_path: Path) -> None:
    made = run("create", "generic", "aws-msk-secret", "--literal", "pwd=hun,ter=2")
    assert (made.exit_code, made.output) == (0, "aws-msk-secret is made in payments with pwd.\n")
    assert stored("aws-msk-secret", "pwd") == "hun,ter=2"
    (tmp_path / "ca.pem").write_bytes(pki.authority("Root").pem)
    made = run("create", "tls-ca", "kafka-ca-cert", "--cert", tmp_path / "ca.pem")
    assert made.exit_code == 0, made.output
    listed = run("list").output.splitlines()
    assert [line.split() for line in listed] == [
        ["NAME", "TYPE", "KEYS"],
        ["aws-msk-secret", "generic", "pwd"],
        ["kafka-ca-cert", "tls-ca", "ca.crt"],
    ]
    assert run("get", "aws-msk-secret").output == "NAME: aws-msk-secret\nKEYS:\n   pwd\n"


def test_create_again_sets_what_is_given_and_keeps_the_rest(run: Run) -> None:
    run("create", "generic", "db", "--literal", "user=svc", "--literal", "pwd=one")
    again = run("create", "generic", "db", "--literal", "pwd=two")
    assert again.output == "db is at version 2: pwd set.\n"
    assert (stored("db", "user"), stored("db", "pwd")) == ("svc", "two")
    assert (
        "version 2 stays current" in run("create", "generic", "db", "--literal", "pwd=two").output
    )


def test_a_value_from_standard_input_or_a_file_is_kept_exactly(run: Run, tmp_path: Path) -> None:
    made = run("create", "generic", "db", "--literal", "pwd=-", given="hunter2\n")
    assert "The value of pwd ends with a newline" in made.stderr
    assert "hunter2" not in made.output
    assert stored("db", "pwd") == "hunter2\n"
    run("create", "generic", "db", "--literal", "pwd=-", "--trim", given="hunter2\n")
    assert stored("db", "pwd") == "hunter2"
    (tmp_path / "token").write_bytes(b"\x00binary")
    assert run("create", "generic", "db", "--from-file", f"t={tmp_path / 'token'}").exit_code == 0
    assert SecretEntry.all_projects.filter(name="t").get().size == 7


def test_json_for_programs(run: Run) -> None:
    made = run("create", "generic", "db", "--literal", "pwd=hunter2", "-o", "json")
    assert json.loads(made.output) == {
        "name": "db",
        "type": "generic",
        "keys": ["pwd"],
        "version": 1,
    }
    listed = run("list", "-o", "json").output
    assert "hunter2" not in listed
    assert json.loads(listed)[0]["keys"] == ["pwd"]
    assert json.loads(run("get", "db", "-o", "json").output)["used_by"] == []


def test_a_secret_in_use_is_not_deleted(run: Run) -> None:
    run("create", "generic", "db", "--literal", "pwd=x")
    row = Secret.all_projects.get()
    usage.replace(
        project=row.project_id,
        holder_kind="connection",
        holder_id=row.id,
        label="orders",
        entries=[(row.id, "pwd")],
    )
    refused = run("delete", "db")
    assert (refused.exit_code, refused.stderr) == (
        3,
        "db cannot be deleted while orders uses it.\n",
    )
    usage.replace(
        project=row.project_id, holder_kind="connection", holder_id=row.id, label="", entries=[]
    )
    assert run("delete", "db").exit_code == 0
    assert not Secret.all_projects.exists()


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (["create", "generic", "Db", "--literal", "pwd=x"], 2, "capital letter"),
        (["create", "generic", "db", "--literal", "hunter2"], 2, "--literal wants KEY=VALUE"),
        (["create", "generic", "db", "--literal", "a/b=hunter2"], 2, "contains a slash"),
        (["create", "generic", "db", "--literal", "pwd=<hunter2>"], 2, "--literal pwd=-"),
        (["create", "generic", "db", "--literal", "p=1", "--literal", "p=2"], 2, "given twice"),
        (["create", "generic", "db"], 2, "at least one entry"),
        (["create", "generic", "db", "--from-file", "p=/nowhere"], 2, "cannot be read"),
        (["create", "tls-ca", "ca", "--cert", __file__], 2, "no certificate in this text"),
        (["get", "nothing"], 3, "There is no secret nothing in payments."),
        (["delete", "nothing"], 3, "There is no secret nothing in payments."),
    ],
)
def test_what_cannot_be_done_is_one_sentence(
    run: Run, arguments: list[str], status: int, sentence: str
) -> None:
    answer = run(*arguments)
    assert (answer.exit_code, answer.stdout) == (status, "")
    assert sentence in answer.stderr
    assert "hunter2" not in answer.stderr


def test_the_wrong_type_is_refused(run: Run, keeper: Actor, tmp_path: Path) -> None:
    run("create", "generic", "db", "--literal", "pwd=x")
    (tmp_path / "ca.pem").write_bytes(pki.authority("Root").pem)
    refused = run("create", "tls-ca", "db", "--cert", tmp_path / "ca.pem")
    assert (refused.exit_code, "db is a generic secret" in refused.stderr) == (3, True)
