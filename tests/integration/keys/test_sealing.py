"""Values are sealed for one place under stored keys, and come back only there."""

from uuid import UUID, uuid4

import pytest
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from kalixweb.core.secret_value import SecretValue
from kalixweb.keys import envelope, key_cache, lifecycle, macs, sealing
from kalixweb.keys.envelope import Place
from kalixweb.keys.models import CryptoKey
from kalixweb.keys.sealing import BlobRefused, KeyUnavailable

pytestmark = pytest.mark.django_db

VALUE = SecretValue("hunter2")


@pytest.fixture
def project() -> UUID:
    made = uuid4()
    lifecycle.create_project_keys(made)
    return made


def place(project: UUID, **changes: object) -> dict[str, object]:
    ids = {"purpose": "secret_value", "project": project, "object_id": UUID(int=3)}
    return ids | {"kind": "generic", "field": "pwd", "version": 1} | changes


def test_a_value_comes_back_from_its_place(project: UUID) -> None:
    blob = sealing.seal(**place(project), plaintext=VALUE)
    assert sealing.open_sealed(**place(project), blob=blob).matches(VALUE)
    assert sealing.open_sealed(**place(project), blob=memoryview(blob)).matches(VALUE)
    key = CryptoKey.objects.get(project=project, purpose="data")
    assert sealing.kid_of(blob) == key.kid


def test_a_blob_moved_to_another_place_is_refused(project: UUID) -> None:
    other = uuid4()
    lifecycle.create_project_keys(other)
    blob = sealing.seal(**place(project), plaintext=VALUE)
    for moved in (
        place(other),
        place(project, object_id=UUID(int=4)),
        place(project, kind="tls-ca"),
        place(project, field="user"),
        place(project, version=2),
        place(project, purpose="probe_draft"),
        place(UUID(int=0), purpose="mfa_seed"),
    ):
        with pytest.raises(BlobRefused):
            sealing.open_sealed(**moved, blob=blob)


def test_a_blob_under_the_key_of_another_project_is_refused(project: UUID) -> None:
    """Though it was sealed for this very place: a project's values hang on its own key alone."""
    other = uuid4()
    lifecycle.create_project_keys(other)
    key = key_cache.active("data", other)
    here = Place(lifecycle.instance_id(), "secret_value", project, UUID(int=3), "generic", "pwd", 1)
    blob = envelope.seal(key.material, key.kid, here, b"hunter2")
    with pytest.raises(BlobRefused):
        sealing.open_sealed(**place(project), blob=blob)


def test_seeds_are_sealed_under_the_instance(project: UUID) -> None:
    seed = place(UUID(int=0), purpose="mfa_seed", kind="totp", field="seed", version=0)
    blob = sealing.seal(**seed, plaintext=VALUE)
    assert sealing.open_sealed(**seed, blob=blob).matches(VALUE)
    assert sealing.kid_of(blob) == CryptoKey.objects.get(purpose="system").kid
    with pytest.raises(ValueError, match="instance"):
        sealing.seal(**seed | {"project": project}, plaintext=VALUE)


def test_sealing_and_opening_ask_the_database_once(
    project: UUID, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    blob = sealing.seal(**place(project), plaintext=VALUE)
    sealing.open_sealed(**place(project), blob=blob)
    with django_assert_num_queries(0):
        for _ in range(10):
            blob = sealing.seal(**place(project), plaintext=VALUE)
            sealing.open_sealed(**place(project), blob=blob)


def test_a_destroyed_project_opens_never_again(
    project: UUID, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    blob = sealing.seal(**place(project), plaintext=VALUE)
    with django_capture_on_commit_callbacks(execute=True):
        lifecycle.destroy_project_keys(project)
    with pytest.raises(KeyUnavailable, match="destroyed"):
        sealing.open_sealed(**place(project), blob=blob)
    with pytest.raises(KeyUnavailable, match="no active key"):
        sealing.seal(**place(project), plaintext=VALUE)
    assert {bytes(row.wrapped) for row in CryptoKey.objects.filter(project=project)} == {b""}


def test_destroying_the_keys_of_no_project_leaves_those_of_the_instance() -> None:
    lifecycle.destroy_project_keys(None)  # type: ignore[arg-type]
    lifecycle.verify()


def test_a_key_that_is_not_stored_is_named(project: UUID) -> None:
    blob = bytearray(sealing.seal(**place(project), plaintext=VALUE))
    blob[4:12] = (77).to_bytes(8, "big")
    with pytest.raises(KeyUnavailable, match="key 77") as away:
        sealing.open_sealed(**place(project), blob=bytes(blob))
    assert (away.value.status, away.value.kid) == (503, 77)


def test_macs_hold_for_their_message_key_and_purpose(project: UUID) -> None:
    kid, tag = macs.mac("row_mac", project, b"row")
    assert kid == macs.active_kid("row_mac", project)
    assert len(tag) == 32
    assert macs.check("row_mac", project, kid, b"row", tag)
    assert macs.mac("row_mac", project, b"row", kid=kid) == (kid, tag)
    assert not macs.check("row_mac", project, kid, b"roW", tag)
    assert not macs.check("fingerprint", project, kid, b"row", tag)
    assert not macs.check("row_mac", uuid4(), kid, b"row", tag)
    with pytest.raises(KeyUnavailable):
        macs.mac("fingerprint", project, b"row", kid=kid)
