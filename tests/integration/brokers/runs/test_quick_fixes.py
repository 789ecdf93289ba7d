"""Actions on a result: what can be fixed here is one press, and never a way around a right."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from brokers import tasks
from brokers.connections.services import connections
from brokers.connections.services.configuration import Existing
from brokers.engine import faults
from brokers.engine.faults import TABLE
from brokers.engine.input import check_password, check_user
from brokers.engine.results import Fault, NodeResult, RunResult, StageResult, Verdict
from brokers.models import Connection, TestRun
from brokers.runs.services import quick_fixes, runs
from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from secrets_app import certificates
from secrets_app.models import Secret, SecretEntry
from secrets_app.services import corrections, secrets, values
from secrets_app.services.delivery import DeliveryRefused, DeliveryTarget, authorise_delivery
from secrets_app.services.values import Pin
from tests.fakes import pki
from tests.integration.brokers.conftest import (
    SHELL,
    Make,
    Probe,
    configuration,
    events,
    execute,
    reload,
)
from tests.structure.test_permissions import browser

pytestmark = pytest.mark.django_db
MSK = "b-1.ordersprod.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"


@pytest.fixture(autouse=True)
def _no_queue(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "send", lambda *_: True)


@pytest.fixture
def visitor(client: Client, editor: Actor) -> Client:
    client.force_login(User.objects.get(id=editor.id))
    return client


def address(name: str, *args: Any) -> str:
    return reverse(f"brokers:{name}", args=["payments", *args])


def value_of(secret: Secret, entry: str = "pwd") -> SecretValue:
    secret.refresh_from_db()
    pin = Pin(secret.id, secret.current_version, entry)
    opened = values.use(
        actor=SHELL, project=secret.project_id, pins=[pin], reason="connection test"
    )
    return opened[pin]


def seen(code: str, stage: str, *, facts: Any = None, said: str = "It is so.") -> RunResult:
    """A failed result with one cause at one stage of one node."""
    row = TABLE[code]
    fault = Fault(code, said, "Mend it.", "you", row.field, quick_fixes=row.quick_fixes)
    stages = (StageResult(stage, "failed", 1.0, (fault,), facts or {}),)
    verdict = Verdict("failed", said, code, "Mend it.", "you")
    return RunResult(
        verdict, (), None, (NodeResult("b-1.example.test", 9096, "bootstrap", stages=stages),)
    )


def failed(connection: Connection, actor: Actor, result: RunResult) -> TestRun:
    run, _ = runs.request(actor=actor, connection=reload(connection))
    return execute(run, Probe(result))[1]


def press(visitor: Client, run: TestRun, kind: str) -> Any:
    return visitor.post(address("run-fix", run.id), {"fix": kind})


def newest(connection: Connection) -> TestRun:
    return TestRun.all_projects.filter(connection=connection).latest("queued_at")


@pytest.mark.parametrize(
    ("code", "kind", "word", "before"),
    [
        ("sasl.wrong_password_whitespace", "trim", "Trim and test again", " s3cret-word\n"),
        (
            "input.value_is_json",
            "json",
            "Use its <code>password</code> member",
            '{"username": "svc", "password": "s3cret-word"}',
        ),
        ("input.value_quoted", "unquote", "Remove the quotation marks", '"s3cret-word"'),
        ("sasl.wrong_password_encoded", "decode", "Decode it and test again", "czNjcmV0LXdvcmQ="),
    ],
)
def test_a_stored_password_is_corrected_unseen_and_tested_again(
    visitor: Client, connection: Connection, editor: Actor, keeper: Actor, secret: Secret,
    code: str, kind: str, word: str, before: str,
) -> None:  # fmt: skip
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue(before)})
    run = failed(connection, editor, seen(code, "sasl-login"))
    page = visitor.get(address("run-detail", run.id)).content.decode()
    assert word in page
    answer = press(visitor, run, kind)
    again = newest(connection)
    assert answer["Location"] == address("run-detail", again.id)
    assert again.target["password"]["version"] == 3
    assert value_of(secret).matches(SecretValue("s3cret-word"))
    assert value_of(secret, "old").matches(SecretValue("another"))
    assert "s3cret-word" not in page + visitor.get(answer["Location"]).content.decode()
    used = events("secret.used")
    assert [e["details"]["reason"] for e in used if "correction" in e["details"]["reason"]] == [
        f"correction: {kind}"
    ]


def test_correcting_a_password_does_not_make_it_known(
    connection: Connection, editor: Actor, keeper: Actor, secret: Secret
) -> None:
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue(" x9-word ")})
    corrections.correct(
        actor=editor, secret=reload_secret(secret), entry="pwd", kind="trim", version=2
    )
    entry = SecretEntry.all_projects.get(version__secret=secret, version__number=3, name="pwd")
    assert entry.set_in == 2
    mine = DeliveryTarget(
        ["collector.example.test:9096"], "scram-sha-512", "svc", (secret.id, "pwd"), None
    )
    with pytest.raises(DeliveryRefused):
        authorise_delivery(actor=editor, target=mine, previous=None, secret=reload_secret(secret))


def reload_secret(secret: Secret) -> Secret:
    return Secret.all_projects.get(id=secret.id)


def test_what_is_not_there_is_not_corrected(editor: Actor, secret: Secret) -> None:
    for kind in corrections.CORRECTIONS:
        with pytest.raises(corrections.NothingToCorrect):
            corrections.correct(actor=editor, secret=secret, entry="pwd", kind=kind, version=1)
    assert reload_secret(secret).current_version == 1


def test_a_user_with_a_prefix_is_replaced(visitor: Client, make: Make, editor: Actor) -> None:
    connection = make(user="User:alice")
    run = failed(connection, editor, seen("input.user_prefix", "sasl-login"))
    assert (
        "Use <code>alice</code> and test again"
        in visitor.get(address("run-detail", run.id)).content.decode()
    )
    press(visitor, run, "user")
    assert (reload(connection).user, newest(connection).target["user"]) == ("alice", "alice")


def test_ports_of_msk_are_changed(
    visitor: Client, project: Project, editor: Actor, keeper: Actor
) -> None:
    stored = secrets.create(
        actor=keeper, project=project.id, name="msk", type="generic",
        entries={"pwd": SecretValue("x")}, allowed_hosts=[MSK],
    )  # fmt: skip
    connection = connections.create(
        actor=editor,
        project=project.id,
        wanted=configuration(name="msk", servers=(f"{MSK}:9098",)),
        password=Existing(stored, "pwd"),
    )
    run = failed(connection, editor, seen("sasl.iam_only", "sasl-mechanism"))
    assert (
        "Change to 9096 and test again"
        in visitor.get(address("run-detail", run.id)).content.decode()
    )
    press(visitor, run, "servers")
    assert reload(connection).servers == [f"{MSK}:9096"]


def test_nothing_is_offered_for_what_has_changed_since(
    visitor: Client, make: Make, editor: Actor
) -> None:
    connection = make(user="User:alice")
    run = failed(connection, editor, seen("input.user_prefix", "sasl-login"))
    connections.change(
        actor=editor,
        connection=reload(connection),
        expected_revision=1,
        wanted=configuration(user="User:bob"),
        password=Existing(connection.password_secret, "pwd"),
    )
    assert "and test again" not in visitor.get(address("run-detail", run.id)).content.decode()
    answer = visitor.post(address("run-fix", run.id), {"fix": "user"}, follow=True)
    assert "has changed since" in answer.content.decode()
    assert reload(connection).user == "User:bob"


def test_white_space_of_a_password_that_works_stays(connection: Connection, editor: Actor) -> None:
    fault = Fault(
        "input.whitespace", "The password ends with a space.", "Enter it.", "you", fails=False
    )
    works = RunResult(Verdict("warned", "It works.", fault.code, "Enter it.", "you"), (fault,))
    run = failed(connection, editor, works)
    assert quick_fixes.possible(run, quick_fixes.read(run.document)) == ()


def rejected(run: TestRun, *found: Fault) -> RunResult:
    """A login by PLAIN that was refused, with what was found in the configuration."""
    refused = faults.make("sasl.plain_rejected", name="b-1", user=run.target["user"], hint="")
    stages = (StageResult("sasl-login", "failed", 1.0, (refused,)),)
    verdict = Verdict("failed", refused.sentence, refused.code, refused.action, refused.owner)
    node = NodeResult("b-1.example.test", 9096, "bootstrap", stages=stages)
    return RunResult(verdict, found, None, (node,))


@pytest.mark.parametrize(
    ("password", "kinds"), [(" word ", ["trim"]), ("wo\x00rd", []), ("word", [])]
)
def test_white_space_around_a_refused_password_can_be_trimmed(
    connection: Connection, editor: Actor, password: str, kinds: list[str]
) -> None:
    run, _ = runs.request(actor=editor, connection=reload(connection))
    result = rejected(run, *check_password(SecretValue(password)))
    _, run = execute(run, Probe(result))
    assert [one.kind for one in quick_fixes.possible(run, quick_fixes.read(run.document))] == kinds


def test_a_document_of_before_is_read_by_its_codes(make: Make, editor: Actor) -> None:
    """It says who mends a fault in another word, and of no field and no quick fix."""
    connection = make(user="User:bob")
    run, _ = runs.request(actor=editor, connection=reload(connection))
    result = rejected(run, *check_user("User:bob", "plain"))
    _, run = execute(run, Probe(result))
    for fault in (*run.document["faults"], run.document["nodes"][0]["stages"][0]["faults"][0]):
        fault["mended_by"] = fault.pop("owner")
        del fault["field"], fault["quick_fixes"]
    verdict = run.document["verdict"]
    verdict["mended_by"] = verdict.pop("owner")
    del verdict["field"]
    document = quick_fixes.read(run.document)
    assert [one.kind for one in quick_fixes.possible(run, document)] == ["user"]
    assert document.verdict is not None
    assert (document.verdict.owner, document.verdict.field) == ("you", "password")
    assert {fault.owner for fault, _ in document.all_faults()} == {"you"}


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("sasl.unknown_user", "user"),
        ("tls.http", "servers"),
        ("tls.client_certificate_required", "servers"),
        ("tls.unknown_ca", "ca_from"),
        ("sasl.mechanism_not_offered", "auth"),
        ("rights.topic_hidden", "topics"),
    ],
)
def test_other_causes_lead_to_the_field_that_mends_them(
    visitor: Client, connection: Connection, editor: Actor, code: str, field: str
) -> None:
    run = failed(connection, editor, seen(code, "sasl-login"))
    page = visitor.get(address("run-detail", run.id)).content.decode()
    assert f"{address('connection-edit', connection.id)}#id_{field}" in page


def test_who_may_reveal_is_led_to_the_allowed_hosts(
    connection: Connection, editor: Actor, keeper: Actor, visitor: Client
) -> None:
    run = failed(connection, editor, seen("listener.host_not_allowed", "tls"))
    hosts = reverse("secrets:secret-hosts", args=["payments", connection.password_secret_id])
    page = address("run-detail", run.id)
    assert hosts in browser(User.objects.get(id=keeper.id)).get(page).content.decode()
    assert hosts not in visitor.get(page).content.decode()


def test_the_mechanism_that_is_offered_is_one_press(
    visitor: Client, connection: Connection, editor: Actor
) -> None:
    facts = {"offered": ["PLAIN", "SCRAM-SHA-256"]}
    run = failed(
        connection, editor, seen("sasl.mechanism_not_offered", "sasl-mechanism", facts=facts)
    )
    assert quick_fixes.possible(run, quick_fixes.read(run.document)) == (
        quick_fixes.QuickFix("auth", "scram-sha-256"),
    )
    only_plain = seen("sasl.mechanism_not_offered", "sasl-mechanism", facts={"offered": ["PLAIN"]})
    run = failed(connection, editor, only_plain)
    assert quick_fixes.possible(run, quick_fixes.read(run.document)) == ()


def test_who_has_to_act_gets_the_report_although_there_is_something_to_check_here(
    visitor: Client, connection: Connection, editor: Actor
) -> None:
    fault = Fault("rights.topic_hidden", "It is so.", "Ask.", "cluster_owner")
    verdict = Verdict("failed", fault.sentence, fault.code, fault.action, fault.owner)
    run = failed(connection, editor, RunResult(verdict, (fault,)))
    page = visitor.get(address("run-detail", run.id)).content.decode()
    assert "Open the form at the topics and groups" in page
    assert "Copy for the cluster owner" in page


# ----- certificate authorities


def fact(one: pki.Identity, issuer: pki.Identity | None) -> dict[str, Any]:
    """A served certificate as the tls stage writes it down."""
    read = certificates.describe(one.der)
    return {
        "subject": read.subject, "issuer": read.issuer, "label": read.label, "sha256": read.sha256,
        "spki_sha256": read.spki_sha256, "key_id": read.key_id, "is_ca": read.is_ca,
        "authority_key_id": read.authority_key_id, "self_signed": read.self_signed,
        "signed_by": issuer.sha256 if issuer else None, "not_before": "2026-01-01T00:00:00Z",
        "not_after": "2036-01-01T00:00:00Z",
    }  # fmt: skip


class Cluster:
    """A root, an intermediate and a leaf, as a broker serves the last two or all three."""

    def __init__(self) -> None:
        self.root = pki.authority("Kafka Root 2025")
        self.middle = pki.authority("Kafka Issuing", self.root)
        self.leaf = pki.leaf(self.middle, ["b-1.example.test"])

    def refused(self, *, root: bool = False, code: str = "tls.unknown_ca") -> RunResult:
        chain = [fact(self.leaf, self.middle), fact(self.middle, self.root if root else None)]
        if root:
            chain.append(fact(self.root, self.root))
        facts = {"chain": chain, "ends_at": "CN=Kafka Root 2025", "given": None}
        return seen(code, "tls", facts=facts)


@pytest.fixture
def cluster() -> Cluster:
    return Cluster()


def store_ca(project: Project, name: str, *chain: pki.Identity) -> Secret:
    pem = b"".join(one.pem for one in chain)
    return secrets.create(
        actor=SHELL,
        project=project.id,
        name=name,
        type="tls-ca",
        entries={"ca.crt": SecretValue(pem)},
    )


def test_a_renewed_ca_leads_to_its_secret(
    visitor: Client,
    keeper: Actor,
    editor: Actor,
    secret: Secret,
    project: Project,
    cluster: Cluster,
) -> None:
    ca = store_ca(project, "kafka-ca", cluster.root)
    made = connections.create(
        actor=keeper,
        project=project.id,
        wanted=configuration(),
        password=Existing(secret, "pwd"),
        ca=Existing(ca, "ca.crt"),
    )
    run = failed(made, editor, seen("tls.ca_same_name", "tls"))
    page = visitor.get(address("run-detail", run.id)).content.decode()
    assert reverse("secrets:secret-edit", args=["payments", ca.id]) in page


@pytest.mark.parametrize("root", [True, False])
def test_another_ca_that_would_verify_is_named_without_opening_it(
    connection: Connection, editor: Actor, project: Project, cluster: Cluster, root: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    store_ca(project, "another-ca", pki.authority("Another"))
    store_ca(project, "kafka-ca-2025", cluster.root)
    run = failed(connection, editor, cluster.refused(root=root))
    monkeypatch.setattr("kalixweb.keys.sealing.open_sealed", None)
    found = quick_fixes.better_ca(run, quick_fixes.read(run.document))
    assert found is not None
    assert found.name == "kafka-ca-2025"


def test_what_only_looks_alike_is_not_named(
    connection: Connection, editor: Actor, project: Project, cluster: Cluster
) -> None:
    store_ca(project, "same-name", pki.authority("Kafka Root 2025"))
    store_ca(project, "no-root", cluster.middle)
    store_ca(
        project, "ended", pki.authority("Kafka Root 2025", key=cluster.root.key, valid=(-20, -1))
    )
    run = failed(connection, editor, cluster.refused())
    assert quick_fixes.better_ca(run, quick_fixes.read(run.document)) is None


def test_a_ca_is_not_offered_when_the_certificate_has_another_fault_too(
    connection: Connection, editor: Actor, project: Project, cluster: Cluster
) -> None:
    store_ca(project, "kafka-ca-2025", cluster.root)
    run = failed(connection, editor, cluster.refused(code="tls.expired"))
    assert quick_fixes.better_ca(run, quick_fixes.read(run.document)) is None


def test_the_better_ca_is_used_by_who_may_reveal_after_a_fresh_sign_in(
    client: Client, connection: Connection, editor: Actor, keeper: Actor, project: Project,
    cluster: Cluster,
) -> None:  # fmt: skip
    store_ca(project, "kafka-ca-2025", cluster.root)
    run = failed(connection, editor, cluster.refused())
    client.force_login(User.objects.get(id=keeper.id))
    page = client.get(address("run-detail", run.id)).content.decode()
    assert "<code>kafka-ca-2025</code> would verify this broker." in page
    assert "Use kafka-ca-2025 and test again" in page
    assert press(client, run, "ca").status_code == 403
    assert reload(connection).ca_secret is None
    fresh = browser(User.objects.get(id=keeper.id))
    assert press(fresh, run, "ca").status_code == 302
    assert reload(connection).ca_secret.name == "kafka-ca-2025"
    assert newest(connection).target["ca"]["name"] == "kafka-ca-2025"


def test_who_may_reveal_trusts_a_root_for_the_connection_at_once(
    connection: Connection, editor: Actor, keeper: Actor, client: Client, cluster: Cluster
) -> None:
    run = failed(connection, editor, cluster.refused())
    client.force_login(User.objects.get(id=keeper.id))
    assert client.get(address("run-trust", run.id)).status_code == 403
    fresh = browser(User.objects.get(id=keeper.id))
    trust(fresh, run, cluster.root, cluster.root.sha256)
    assert reload(connection).ca_secret.name == "new-ca"
    assert newest(connection).target["ca"]["name"] == "new-ca"


def test_who_may_not_reveal_is_told_who_can(
    visitor: Client, connection: Connection, editor: Actor, project: Project, cluster: Cluster
) -> None:
    store_ca(project, "kafka-ca-2025", cluster.root)
    run = failed(connection, editor, cluster.refused())
    page = visitor.get(address("run-detail", run.id)).content.decode()
    assert "somebody who may reveal secrets" in page
    assert "Use kafka-ca-2025 and test again" not in page
    press(visitor, run, "ca")
    assert reload(connection).ca_secret is None


# ----- trusting a root


def trust(
    visitor: Client, run: TestRun, root: pki.Identity, fingerprint: str, **headers: str
) -> Any:
    typed = {"fingerprint": fingerprint, "certificate": root.pem.decode(), "name": "new-ca"}
    return visitor.post(address("run-trust", run.id), typed, **headers)


def colons(digits: str) -> str:
    return ":".join(digits[at : at + 2] for at in range(0, len(digits), 2)).upper()


def test_a_root_is_trusted_by_its_owners_fingerprint(
    visitor: Client, connection: Connection, editor: Actor, cluster: Cluster
) -> None:
    run = failed(connection, editor, cluster.refused(root=True))
    page = visitor.get(address("run-trust", run.id)).content.decode()
    assert cluster.root.sha256 not in page.lower()
    assert colons(cluster.root.sha256) not in page
    answer = trust(visitor, run, cluster.root, f"SHA256 Fingerprint={colons(cluster.root.sha256)}")
    assert answer.status_code == 302, answer.content.decode()
    stored = Secret.all_projects.get(name="new-ca")
    assert value_of(stored, "ca.crt").matches(SecretValue(cluster.root.pem))
    assert reload(connection).ca_secret is None


def test_after_trusting_htmx_leads_to_the_next_runs_page(
    connection: Connection, editor: Actor, keeper: Actor, cluster: Cluster
) -> None:
    run = failed(connection, editor, cluster.refused())
    fresh = browser(User.objects.get(id=keeper.id))
    answer = trust(fresh, run, cluster.root, cluster.root.sha256, HTTP_HX_REQUEST="true")
    assert answer["HX-Redirect"] == address("run-detail", newest(connection).id)


def test_a_root_of_another_fingerprint_is_not_trusted(
    visitor: Client, connection: Connection, editor: Actor, cluster: Cluster
) -> None:
    run = failed(connection, editor, cluster.refused(root=True))
    wrong = pki.authority("Kafka Root 2025")
    for pasted, typed, said in (
        (cluster.root, wrong.sha256, "another SHA-256 fingerprint"),
        (wrong, wrong.sha256, "does not end at it"),
        (cluster.middle, cluster.middle.sha256, "This is an intermediate"),
        (cluster.root, cluster.root.sha256[:40], "as long as a SHA-1 fingerprint"),
        (cluster.root, "yes", "64 hexadecimal digits"),
    ):
        answer = trust(visitor, run, pasted, typed)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert said in page.replace("&#x27;", "'")
        assert cluster.root.sha256 not in page.replace(typed, "")
    assert not Secret.all_projects.filter(name="new-ca").exists()


def test_without_an_unknown_root_there_is_nothing_to_trust(
    visitor: Client, connection: Connection, editor: Actor, cluster: Cluster
) -> None:
    run = failed(connection, editor, cluster.refused(code="tls.expired"))
    assert trust(visitor, run, cluster.root, cluster.root.sha256).status_code == 302
    assert not Secret.all_projects.filter(name="new-ca").exists()
