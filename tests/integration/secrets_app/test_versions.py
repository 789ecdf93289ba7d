"""Each save makes a version; what is the same makes none; nothing stored is lost."""

from typing import Any

import pytest
from django.core.cache.backends.locmem import LocMemCache

from kalixweb.audit.models import AuditEvent
from kalixweb.core.actor import Actor
from kalixweb.core.refusals import ChangedMeanwhile, NameTaken
from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import sealing
from kalixweb.projects.models import Project
from kalixweb.projects.permissions import Denied
from secrets_app.models import Secret, SecretEntry, SecretVersion
from secrets_app.services import secrets, usage, write_limit
from secrets_app.services.fresh_sign_in import FreshSignInNeeded
from secrets_app.services.naming import LARGEST_SECRET, NotAccepted
from secrets_app.services.row_macs import RowAltered
from secrets_app.services.rows import StillInUse
from secrets_app.services.values import Pin, use
from tests.fakes import pki
from tests.integration.secrets_app.conftest import Person

pytestmark = pytest.mark.django_db


def value_of(actor: Actor, secret: Secret, entry: str, version: int | None = None) -> str:
    secret.refresh_from_db()
    pin = Pin(secret.id, version or secret.current_version, entry)
    return use(actor=actor, project=secret.project_id, pins=[pin], reason="test")[pin].text()


def actions(secret: Secret) -> list[str]:
    rows = AuditEvent.objects.filter(chain=secret.project_id, object_id=str(secret.id))
    return list(rows.order_by("seq").values_list("action", flat=True))


def use_it(secret: Secret, entry: str = "pwd", label: str = "billing-staging") -> None:
    usage.replace(
        project=secret.project_id,
        holder_kind="connection",
        holder_id=secret.id,
        label=label,
        entries=[(secret.id, entry)],
    )


def test_setting_one_entry_keeps_the_others(secret: Secret, keeper: Actor) -> None:
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("new")})
    assert value_of(keeper, secret, "pwd") == "new"
    assert value_of(keeper, secret, "token") == "abc"
    assert value_of(keeper, secret, "pwd", version=1) == "hunter2"
    kept = SecretEntry.all_projects.get(version__number=2, name="token")
    assert kept.set_in == 1
    assert actions(secret)[:2] == ["secret.created", "secret.version_saved"]


def test_an_entry_is_dropped_only_by_name(secret: Secret, keeper: Actor) -> None:
    secrets.save_version(actor=keeper, secret=secret, values={}, drop=["token"])
    held = SecretEntry.all_projects.filter(version__number=2)
    assert [row.name for row in held] == ["pwd"]
    with pytest.raises(NotAccepted, match="has no entry token"):
        secrets.save_version(actor=keeper, secret=secret, values={}, drop=["token"])
    with pytest.raises(NotAccepted, match="at least one entry"):
        secrets.save_version(actor=keeper, secret=secret, values={}, drop=["pwd"])


def test_an_entry_in_use_is_not_dropped(secret: Secret, keeper: Actor) -> None:
    use_it(secret)
    with pytest.raises(StillInUse, match="pwd cannot be dropped while billing-staging uses it"):
        secrets.save_version(actor=keeper, secret=secret, values={}, drop=["pwd"])
    secrets.save_version(actor=keeper, secret=secret, values={}, drop=["token"])


def test_an_identical_write_makes_no_version_and_is_counted(secret: Secret, keeper: Actor) -> None:
    same = {"pwd": SecretValue("hunter2")}
    for _ in range(write_limit.WRITES_AN_HOUR):
        assert secrets.save_version(actor=keeper, secret=secret, values=same) is None
    with pytest.raises(write_limit.TooManyWrites, match="pwd 20 times"):
        secrets.save_version(actor=keeper, secret=secret, values=same)
    assert SecretVersion.all_projects.filter(secret=secret).count() == 1
    assert set(actions(secret)[1:]) == {"secret.unchanged"}


def test_the_limit_is_per_entry_and_user(secret: Secret, keeper: Actor, editor: Actor) -> None:
    for _ in range(write_limit.WRITES_AN_HOUR):
        secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("hunter2")})
    secrets.save_version(actor=keeper, secret=secret, values={"token": SecretValue("abc")})
    secrets.save_version(actor=editor, secret=secret, values={"pwd": SecretValue("hunter2")})


def test_nothing_is_compared_while_writes_cannot_be_counted(
    secret: Secret, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_kwargs: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(LocMemCache, "add", away)
    same = {"pwd": SecretValue("hunter2")}
    assert secrets.save_version(actor=keeper, secret=secret, values=same) is not None


def test_two_people_saving_at_once(secret: Secret, keeper: Actor, editor: Actor) -> None:
    secrets.save_version(
        actor=editor, secret=secret, values={"pwd": SecretValue("theirs")}, expected=1
    )
    with pytest.raises(ChangedMeanwhile, match="jonas saved version 2"):
        secrets.save_version(
            actor=keeper, secret=secret, values={"pwd": SecretValue("mine")}, expected=1
        )
    assert value_of(keeper, secret, "pwd") == "theirs"


def test_replacing_all_entries_opens_nothing(
    secret: Secret, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        pytest.fail("a value was opened")

    monkeypatch.setattr(sealing, "open_sealed", refuse)
    both = {"pwd": SecretValue("1"), "token": SecretValue("2")}
    assert secrets.save_version(actor=keeper, secret=secret, values=both) is not None
    secrets.make_current(actor=keeper, secret=secret, number=1)


def test_an_earlier_version_becomes_current_and_the_next_number_goes_on(
    secret: Secret, keeper: Actor
) -> None:
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("new")})
    row = secrets.make_current(actor=keeper, secret=secret, number=1)
    assert value_of(keeper, row, "pwd") == "hunter2"
    made = secrets.save_version(actor=keeper, secret=row, values={"pwd": SecretValue("third")})
    assert made.number == 3
    with pytest.raises(NotAccepted, match="no version 9"):
        secrets.make_current(actor=keeper, secret=secret, number=9)


def test_a_version_without_an_entry_in_use_is_not_made_current(
    secret: Secret, keeper: Actor
) -> None:
    secrets.save_version(actor=keeper, secret=secret, values={"user": SecretValue("x")})
    use_it(secret, "user")
    with pytest.raises(StillInUse, match="without user cannot be made current while billing"):
        secrets.make_current(actor=keeper, secret=secret, number=1)


def test_renaming_keeps_values_and_references(secret: Secret, keeper: Actor) -> None:
    use_it(secret)
    row = secrets.rename(actor=keeper, secret=secret, name="billing-kafka")
    assert value_of(keeper, row, "pwd") == "hunter2"
    other = secrets.create(
        actor=keeper,
        project=secret.project_id,
        name="orders-kafka",
        type="generic",
        entries={"pwd": SecretValue("x")},
    )
    with pytest.raises(NameTaken, match="billing-kafka exists already"):
        secrets.rename(actor=keeper, secret=other, name="billing-kafka")


def test_a_secret_in_use_is_not_deleted(secret: Secret, keeper: Actor) -> None:
    use_it(secret)
    with pytest.raises(StillInUse) as refused:
        secrets.delete(actor=keeper, secret=secret)
    assert [row.label for row in refused.value.usages] == ["billing-staging"]
    usage.replace(
        project=secret.project_id,
        holder_kind="connection",
        holder_id=secret.id,
        label="",
        entries=[],
    )
    secrets.delete(actor=keeper, secret=secret)
    assert not SecretEntry.all_projects.exists()
    assert actions(secret)[-1] == "secret.deleted"


def test_a_row_changed_beside_kalixweb_is_not_used(secret: Secret, keeper: Actor) -> None:
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("new")})
    for field, value in [("current_version", 1), ("allowed_hosts", ["evil.example"])]:
        before = getattr(Secret.all_projects.get(), field)
        Secret.all_projects.update(**{field: value})
        with pytest.raises(RowAltered, match="changed in the database"):
            value_of(keeper, secret, "pwd")
        with pytest.raises(RowAltered):
            secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("z")})
        Secret.all_projects.update(**{field: before})
    assert value_of(keeper, secret, "pwd") == "new"


def test_a_blob_moved_to_another_entry_does_not_open(secret: Secret, keeper: Actor) -> None:
    pwd = SecretEntry.all_projects.get(name="pwd")
    SecretEntry.all_projects.filter(name="token").update(blob=pwd.blob)
    with pytest.raises(sealing.BlobRefused):
        value_of(keeper, secret, "token")


def test_a_use_is_recorded_before_it_opens(
    secret: Secret, editor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(**_: Any) -> None:
        raise sealing.KeyUnavailable("no key", kid=1)

    monkeypatch.setattr(sealing, "open_sealed", gone)
    with pytest.raises(sealing.KeyUnavailable):
        value_of(editor, secret, "pwd")
    assert actions(secret)[-1] == "secret.used"


def test_who_may_do_what(secret: Secret, person: Person) -> None:
    viewer, tester = person("vera", "viewer"), person("tim", "tester")
    with pytest.raises(Denied):
        value_of(viewer, secret, "pwd")
    assert value_of(tester, secret, "pwd") == "hunter2"
    for call in (
        lambda: secrets.save_version(actor=tester, secret=secret, values={"a": SecretValue("b")}),
        lambda: secrets.rename(actor=tester, secret=secret, name="x"),
        lambda: secrets.make_current(actor=tester, secret=secret, number=1),
        lambda: secrets.delete(actor=tester, secret=secret),
    ):
        with pytest.raises(Denied):
            call()


def test_one_mebibyte_and_one_byte_more(project: Project, keeper: Actor, secret: Secret) -> None:
    def create(name: str, size: int) -> Secret:
        half = SecretValue(b"x" * (size // 2))
        rest = SecretValue(b"x" * (size - size // 2))
        return secrets.create(
            actor=keeper,
            project=project.id,
            name=name,
            type="generic",
            entries={"a": half, "b": rest},
        )

    full = create("full", LARGEST_SECRET)
    with pytest.raises(NotAccepted, match="1,048,577 bytes together"):
        create("fuller", LARGEST_SECRET + 1)
    with pytest.raises(NotAccepted, match="1 MiB"):
        secrets.save_version(actor=keeper, secret=full, values={"c": SecretValue("x")})


def test_a_ca_in_use_is_replaced_only_after_a_fresh_sign_in(
    project: Project, keeper: Actor, editor: Actor
) -> None:
    ca = secrets.create(
        actor=keeper,
        project=project.id,
        name="kafka-ca",
        type="tls-ca",
        entries={"ca.crt": SecretValue(pki.authority("Old").pem)},
    )
    new = {"ca.crt": SecretValue(pki.authority("New").pem)}
    assert secrets.save_version(actor=editor, secret=ca, values=new)
    use_it(ca, "ca.crt")
    with pytest.raises(FreshSignInNeeded):
        secrets.make_current(actor=editor, secret=ca, number=1)
    assert secrets.make_current(actor=keeper, secret=ca, number=1).current_version == 1


def test_a_ca_keeps_its_public_facts(project: Project, keeper: Actor) -> None:
    root = pki.authority("Root")
    issuing = pki.authority("Issuing", root)
    text = (issuing.pem + root.pem).replace(b"\n", b"\r\n")
    ca = secrets.create(
        actor=keeper,
        project=project.id,
        name="kafka-ca",
        type="tls-ca",
        entries={"ca.crt": SecretValue(text)},
    )
    facts = list(SecretEntry.all_projects.get(version__secret=ca).certificates.all())
    assert [(row.name, row.signed_by) for row in facts] == [("Issuing", 1), ("Root", 1)]
    assert facts[1].sha256 == root.sha256
    assert value_of(keeper, ca, "ca.crt") == (issuing.pem + root.pem).decode()
    same = {"ca.crt": SecretValue(issuing.pem + root.pem)}
    assert secrets.save_version(actor=keeper, secret=ca, values=same) is None
    with pytest.raises(NotAccepted, match="one entry"):
        secrets.save_version(actor=keeper, secret=ca, values={"x": SecretValue("y")})
