"""Start is refused with keys that do not fit, before any write; single missing keys are named."""

import os
import threading
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import inspection, key_cache, keyring, lifecycle, sealing
from kalixweb.keys.keyring import Keyring, RootKey, kek_id_of
from kalixweb.keys.lifecycle import KeysUnusable
from kalixweb.keys.models import CryptoKey, Instance
from kalixweb.keys.sealing import KeyUnavailable

pytestmark = pytest.mark.django_db


@pytest.fixture
def own_keyring(keyring_path: Path, tmp_path: Path, settings: Settings) -> Path:
    """A copy of the keyring that a test may spoil."""
    path = tmp_path / "keyring.json"
    keyring.write_new(path, keyring_path.read_bytes())
    settings.KALIXWEB_KEYRING = path
    key_cache.forget()
    return path


def replace_root(path: Path, *keys: RootKey) -> None:
    ring = keyring.load(path)
    path.unlink()
    keyring.write_new(path, keyring.dump(Keyring(ring.instance, keys)))
    key_cache.forget()


def new_root(state: str = "active") -> RootKey:
    material = os.urandom(32)
    return RootKey(kek_id_of(material), state, "2026-01-01T00:00:00Z", material)


def test_keys_that_fit_are_verified_without_a_write(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    lifecycle.verify()
    assert lifecycle.instance_id() == Instance.objects.get().instance
    with django_assert_num_queries(4) as asked:
        lifecycle.verify()
    assert not [q for q in asked.captured_queries if not q["sql"].lstrip().startswith("SELECT")]


def test_instance_keys_are_made_once() -> None:
    before = set(CryptoKey.objects.values_list("kid", flat=True))
    lifecycle.create_instance_keys()
    assert set(CryptoKey.objects.values_list("kid", flat=True)) == before
    purposes = CryptoKey.objects.filter(project=None).values_list("purpose", flat=True)
    assert sorted(purposes) == ["audit_mac", "system"]


def test_a_keyring_open_to_others_refuses_start(own_keyring: Path) -> None:
    own_keyring.chmod(0o644)
    with pytest.raises(KeysUnusable, match=f"chmod 600 {own_keyring}"):
        lifecycle.verify()


def test_a_missing_keyring_refuses_start(own_keyring: Path) -> None:
    own_keyring.unlink()
    with pytest.raises(KeysUnusable, match="kalixweb restore"):
        lifecycle.verify()
    with pytest.raises(KeysUnusable):
        lifecycle.create_instance_keys()


def test_the_keyring_of_another_instance_refuses_start(own_keyring: Path) -> None:
    own_keyring.unlink()
    other = lifecycle.init_keyring(own_keyring)
    with pytest.raises(KeysUnusable, match=str(other)):
        lifecycle.verify()
    with pytest.raises(KeysUnusable):
        lifecycle.create_instance_keys()


def test_another_root_key_refuses_start_and_is_named(own_keyring: Path) -> None:
    needed = keyring.load(own_keyring).active.kek_id.hex()
    replace_root(own_keyring, new_root())
    with pytest.raises(KeysUnusable, match=needed):
        lifecycle.verify()


def test_a_declared_instance_must_be_the_keyrings(settings: Settings) -> None:
    settings.KALIXWEB_INSTANCE_ID = str(lifecycle.instance_id())
    lifecycle.verify()
    settings.KALIXWEB_INSTANCE_ID = str(uuid4())
    with pytest.raises(KeysUnusable, match="KALIXWEB_INSTANCE_ID"):
        lifecycle.verify()


@pytest.mark.parametrize("column", ["wrapped", "kcv"])
def test_an_altered_audit_key_refuses_start(column: str) -> None:
    row = CryptoKey.objects.get(purpose="audit_mac")
    altered = bytearray(getattr(row, column))
    altered[-1] ^= 1
    CryptoKey.objects.filter(pk=row.pk).update(**{column: bytes(altered)})
    with pytest.raises(KeysUnusable, match=str(row.kid)):
        lifecycle.verify()


def test_swapped_instance_keys_refuse_start() -> None:
    """The wrap of one purpose does not open as another's."""
    system = CryptoKey.objects.get(purpose="system")
    CryptoKey.objects.filter(purpose="audit_mac").update(wrapped=system.wrapped, kcv=system.kcv)
    with pytest.raises(KeysUnusable):
        lifecycle.verify()


def test_no_instance_keys_refuse_start_and_are_not_made_by_it() -> None:
    CryptoKey.objects.all().delete()
    Instance.objects.all().delete()
    with pytest.raises(KeysUnusable, match="kalixweb migrate"):
        lifecycle.verify()
    assert not Instance.objects.exists()
    assert not CryptoKey.objects.exists()


def test_a_missing_decrypt_only_root_stops_one_use_and_not_the_start(own_keyring: Path) -> None:
    ring = keyring.load(own_keyring)
    old = new_root()
    replace_root(own_keyring, old, RootKey(**as_old(ring.active)))
    project, place = sealed_under(own_keyring)
    replace_root(own_keyring, ring.active)
    lifecycle.verify()
    with pytest.raises(KeyUnavailable, match=old.kek_id.hex()) as away:
        sealing.open_sealed(**place)
    assert away.value.kek_id == old.kek_id
    assert inspection.missing_root_keys() == [inspection.MissingRootKey(old.kek_id.hex(), 3)]
    assert CryptoKey.objects.filter(project=project).count() == 3


def as_old(key: RootKey) -> dict[str, object]:
    return {
        "kek_id": key.kek_id,
        "state": "decrypt_only",
        "created": key.created,
        "material": key.material,
    }


def sealed_under(_path: Path) -> tuple[UUID, dict[str, object]]:
    project = uuid4()
    lifecycle.create_project_keys(project)
    place: dict[str, object] = {"purpose": "secret_value", "project": project, "kind": "generic"}
    place |= {"object_id": UUID(int=3), "field": "pwd", "version": 1}
    return project, place | {"blob": sealing.seal(**place, plaintext=SecretValue("hunter2"))}


def test_one_active_key_a_project_and_purpose() -> None:
    project = uuid4()
    lifecycle.create_project_keys(project)
    with pytest.raises(IntegrityError):
        lifecycle.create_project_keys(project)
    audit = CryptoKey.objects.get(purpose="audit_mac")
    audit.kid += 1
    with pytest.raises(IntegrityError), transaction.atomic():
        audit.save(force_insert=True)


def test_a_backup_is_remembered() -> None:
    assert lifecycle.backed_up_at() is None
    lifecycle.note_backed_up()
    assert lifecycle.backed_up_at() is not None


@pytest.mark.django_db(transaction=True)
def test_project_keys_are_never_left_to_an_outer_transaction() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        lifecycle.create_project_keys(uuid4())


@pytest.mark.django_db(transaction=True)
def test_many_threads_fetch_a_key_once(monkeypatch: pytest.MonkeyPatch) -> None:
    project = uuid4()
    lifecycle.create_project_keys(project)
    key_cache.forget()
    fetched = []
    fetch = key_cache.open_row
    monkeypatch.setattr(key_cache, "open_row", lambda *a: (fetched.append(1), fetch(*a))[1])
    start = threading.Barrier(8)

    def use() -> None:
        start.wait()
        key_cache.active("data", project)
        connection.close()

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(fetched) == 1


def test_an_opened_key_is_looked_at_again_after_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    kid = key_cache.active("audit_mac", None).kid
    now = key_cache.time.monotonic()
    CryptoKey.objects.filter(kid=kid).update(state="destroyed")
    assert key_cache.active("audit_mac", None).kid == kid
    monkeypatch.setattr(key_cache.time, "monotonic", lambda: now + 61)
    with pytest.raises(KeyUnavailable):
        key_cache.active("audit_mac", None)
