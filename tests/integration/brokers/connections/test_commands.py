"""``kalixweb connections`` and ``kalixweb projects config … broker``, as the guide prints them."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import CliRunner

from brokers.connections.services.storage import ConnectionGone
from brokers.models import Connection, TestRun
from brokers.runs.services import execution, runs
from kalixweb.cli import client, main
from kalixweb.cli.connections import _wait_for, connections
from kalixweb.cli.output import CannotBeDone
from kalixweb.cli.probe_view import View
from kalixweb.cli.projects import projects
from kalixweb.core import clock
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from secrets_app.services import secrets
from secrets_app.services.drafts import DraftGone
from tests.integration.brokers.conftest import PASSWORD, SHELL, Make, Probe, events, reload, result

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, project: Project) -> Any:
    """Runs a command as the host's operator; answers the exit status, output and error."""
    for module in ("connections", "broker"):
        monkeypatch.setattr(f"kalixweb.cli.{module}.local", lambda: client.Local(actor=SHELL))

    def go(command: Any, *words: Any) -> Any:
        answer = CliRunner().invoke(main.main, [command.name, *words, "--project", "payments"])
        assert answer.exception is None or isinstance(answer.exception, SystemExit)
        return answer.exit_code, answer.stdout, answer.stderr

    return go


SET = (
    "config", "set", "broker", "--broker-service", "kafka", "--broker-auth", "scram-sha-512",
    "--broker-user", "alice", "--broker-password-secret", "orders-kafka/pwd",
    "--broker-bootstrap-servers", "b-1.example.test:9096,b-2.example.test:9096",
)  # fmt: skip


def test_waiting_prints_the_document_and_tells_the_answer_by_status(
    run: Run, connection: Connection, probe: Probe, monkeypatch: pytest.MonkeyPatch
) -> None:
    status, out, _ = run(connections, "test", "orders-prod", "--wait", "-o", "json")
    assert (status, json.loads(out)["verdict"]["state"]) == (0, "passed")
    assert json.loads(out)["schema"] == 1
    monkeypatch.setattr(execution, "engine", Probe(result("failed", "tls.expired", "tls")))
    status, out, _ = run(connections, "test", "orders-prod", "--wait")
    assert status == 1
    assert "b-1.example.test:9096  bootstrap" in out
    assert "✗ tls" in out
    assert "Does not work  12 ms\n  It failed.\n\n  What to do: Mend it." in out
    assert PASSWORD not in out
    monkeypatch.setattr(execution, "engine", Probe(result("degraded", "connect.refused")))
    assert run(connections, "test", "orders-prod", "--wait")[0] == 1


def test_silence_prints_the_command_for_another_network_without_a_secret(
    run: Run, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = result("failed", "connect.silent", "connect")
    fault = replace(whole.faults[0], action="Run `kalixweb probe` inside.")
    monkeypatch.setattr(execution, "engine", Probe(replace(whole, faults=(fault,))))
    _, out, _ = run(connections, "test", "orders-prod", "--wait")
    assert (
        "  kalixweb probe b-1.example.test:9096 --auth scram-sha-512 --user svc-orders "
        "--password-file FILE --topic orders\n"
    ) in out
    assert PASSWORD not in out


def test_a_terminal_sees_the_stages_while_they_pass(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = []
    monkeypatch.setattr(View, "show", lambda _view, document: shown.append(document.nodes))
    view = View()
    view.live = True
    row = TestRun.all_projects.create(
        project=connection.project,
        connection=connection,
        actor_kind="shell",
        actor_label="operator",
        target={},
        state="running",
        document=result().document(clock.now(), {}),
    )
    looks = iter([None, "done"])

    def refresh(self: TestRun, *_: object, **__: object) -> None:
        self.state = next(looks) or "running"

    monkeypatch.setattr(TestRun, "refresh_from_db", refresh)
    assert _wait_for(row, view).state == "done"
    assert [nodes[0].name for nodes in shown] == ["b-1.example.test:9096"]


def test_a_run_that_was_stopped_is_no_answer(
    run: Run, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(execution, "engine", Probe())
    monkeypatch.setattr(execution.opening, "open_target", _gone)
    status, _, error = run(connections, "test", "orders-prod", "--wait")
    assert (status, error.strip()) == (3, str(DraftGone()))


def _gone(*_args: Any) -> None:
    raise DraftGone


def test_a_connection_that_is_deleted_during_its_test_is_one_sentence(
    connection: Connection, probe: Probe
) -> None:
    row, _ = runs.request(actor=SHELL, connection=connection, origin="cli")
    Connection.all_projects.all().delete()
    with pytest.raises(CannotBeDone, match="deleted during its test"):
        _wait_for(row, None)
    with pytest.raises(ConnectionGone) as gone:
        runs.request(actor=SHELL, connection=connection, origin="cli")
    told = main._click_exception(gone.value)
    assert told is not None
    assert (told.exit_code, told.message) == (3, "orders-prod was deleted meanwhile.")


def test_without_waiting_the_run_is_queued(run: Run, connection: Connection, probe: Probe) -> None:
    status, out, _ = run(connections, "test", "orders-prod", "-o", "json")
    assert (status, json.loads(out)["run"]) == (0, str(TestRun.all_projects.get().id))
    assert TestRun.all_projects.get().origin == "cli"


def test_a_name_that_does_not_exist(run: Run, project: Project) -> None:
    status, _, error = run(connections, "test", "nope")
    assert (status, "There is no connection nope in payments" in error) == (3, True)


def test_the_list_has_the_worst_first(run: Run, make: Make) -> None:
    make("b-works")
    Connection.all_projects.update(state="passed")
    make("a-fails")
    Connection.all_projects.filter(name="a-fails").update(state="failed", last_fault="tls.expired")
    _, out, _ = run(connections, "list", "-o", "json")
    assert [(row["name"], row["fault"]) for row in json.loads(out)] == [
        ("a-fails", "tls.expired"),
        ("b-works", None),
    ]
    assert run(connections, "list")[1].splitlines()[0].startswith("NAME")


def test_the_guides_command_makes_the_default_connection_and_changes_it(
    run: Run, secret: Secret
) -> None:
    assert run(projects, *SET)[0] == 0
    made = Connection.all_projects.get()
    assert (made.name, made.is_default, made.user) == ("broker", True, "alice")
    assert run(projects, *SET, "--broker-user", "bob", "--description", "new")[0] == 0
    assert (reload(made).user, reload(made).description) == ("bob", "new")
    status, out, _ = run(projects, "config", "get", "broker")
    assert (status, "PASSWORD SECRET: orders-kafka/pwd" in out, PASSWORD in out) == (0, True, False)
    assert run(projects, "config", "unset", "broker")[0] == 0
    assert run(projects, "config", "get", "broker")[0] == 1
    assert Connection.all_projects.get().is_default is False
    assert {e["actor"]["kind"] for e in events("connection.default_set")} == {"shell"}


def test_the_guides_command_as_it_is_printed(run: Run, secret: Secret) -> None:
    """One ends in a backslash too much, which may leave a blank; the other lacks one."""
    assert CliRunner().invoke(projects, [*SET, "--project", "payments", " "]).exit_code == 0
    cut = SET[: SET.index("--broker-bootstrap-servers")]
    status, out, error = run(projects, *cut)
    assert (status, out) == (2, "")
    assert "each but the last ends with a backslash" in error
    assert Connection.all_projects.get().servers == list(SET[-1].split(","))


def test_what_is_odd_on_msk_is_said_and_saved(run: Run, project: Project) -> None:
    secrets.create(
        actor=SHELL,
        project=project.id,
        name="orders-kafka",
        type="generic",
        entries={"pwd": SecretValue(PASSWORD)},
    )
    host = "b-1-public.ordersprod.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"
    status, _, error = run(projects, *SET, "--broker-bootstrap-servers", f"{host}:9096")
    assert (status, "Use port 9196 (public SASL/SCRAM)" in error) == (0, True)
    assert Connection.all_projects.get().platform == "msk"


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--broker-user", "<sasl username>", "is a placeholder from a guide, not a user"),
        ("--broker-password-secret", "nope/pwd", "names no secret of this project"),
        ("--broker-password-secret", "orders-kafka", "such as orders-kafka/pwd"),
        ("--broker-ca-cert-secret", "orders-kafka/pwd", "no CA secret"),
        ("--broker-bootstrap-servers", "<bootstrap brokers>", "placeholder"),
        ("--broker-bootstrap-servers", "host-without-port", "no port"),
    ],
)
def test_what_the_guides_command_refuses(
    run: Run, secret: Secret, option: Any, value: Any, said: Any
) -> None:
    status, _, error = run(projects, *SET, option, value)
    assert status == 2
    assert said in error
    assert not Connection.all_projects.exists()
