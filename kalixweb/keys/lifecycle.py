"""Keys come, are looked at, and go: keyring, the instance's keys, a project's keys."""

import secrets
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from kalixweb.core import clock
from kalixweb.core.refusals import Refusal
from kalixweb.keys import bootstrap, key_cache
from kalixweb.keys.envelope import check_value
from kalixweb.keys.key_cache import KeyUnavailable
from kalixweb.keys.models import CryptoKey, Instance
from kalixweb.keys.providers import RootKeys, WrapContext

PROJECT_PURPOSES = (
    CryptoKey.Purpose.DATA,
    CryptoKey.Purpose.FINGERPRINT,
    CryptoKey.Purpose.ROW_MAC,
)
INSTANCE_PURPOSES = (CryptoKey.Purpose.AUDIT_MAC, CryptoKey.Purpose.SYSTEM)


class KeysUnusable(Refusal):
    """kalixweb must not start with these keys; the message is one sentence and how to fix it."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


def init_keyring(path: Path) -> UUID:
    """Make a keyring for a new instance and return its id; raises KeyringExists."""
    made = bootstrap.make_keyring(path)
    key_cache.forget()
    return made


def instance_id() -> UUID:
    """This installation's id, from the keyring; raises KeyUnavailable."""
    return key_cache.root_keys().instance


def stored_instance() -> UUID | None:
    """The id that the database belongs to, or None before its first keys or tables exist."""
    if "keys_instance" not in connection.introspection.table_names():
        return None
    row = Instance.objects.first()
    return row.instance if row else None


def _new_row(purpose: str, project: UUID | None, root: RootKeys) -> CryptoKey:
    material = secrets.token_bytes(32)
    kid = secrets.randbelow(2**63 - 1) + 1
    now = clock.now()
    return CryptoKey(
        kid=kid,
        project=project,
        purpose=purpose,
        epoch=1,
        state=CryptoKey.State.ACTIVE,
        wrapped=root.wrap(material, WrapContext(purpose, project, kid, 1)),
        provider=root.name,
        kek_id=root.active_kek_id,
        kcv=check_value(material),
        created=now,
        activated=now,
    )


def create_instance_keys() -> None:
    """Make the instance's row and keys where they are missing; raises KeysUnusable.

    Called when the database has been migrated. Several processes may call it at once.
    """
    key_cache.forget()
    root = usable_root()
    with transaction.atomic():
        row, _ = Instance.objects.get_or_create(
            slot=1, defaults={"instance": root.instance, "created": clock.now()}
        )
        check_instance(row.instance, root)
        there = set(
            CryptoKey.objects.filter(project=None, state=CryptoKey.State.ACTIVE).values_list(
                "purpose", flat=True
            )
        )
        CryptoKey.objects.bulk_create(
            [
                _new_row(purpose, None, root)
                for purpose in INSTANCE_PURPOSES
                if purpose not in there
            ],
            ignore_conflicts=True,
        )
    for purpose in INSTANCE_PURPOSES:
        key_cache.active(purpose, None)


def create_project_keys(project: UUID) -> None:
    """Make, commit and read back a project's keys, before the project itself is made.

    Opens its own transaction: values sealed under a key that never got stored would be lost.
    Raises KeyUnavailable.
    """
    root = key_cache.root_keys()
    with transaction.atomic(durable=True):
        CryptoKey.objects.bulk_create(
            [_new_row(purpose, project, root) for purpose in PROJECT_PURPOSES]
        )
    for purpose in PROJECT_PURPOSES:
        key_cache.active(purpose, project)


def destroy_project_keys(project: UUID) -> None:
    """Erase a project's keys inside the caller's transaction: nothing of it opens afterwards.

    Other processes may use what they have opened for one more cache lifetime.
    """
    # A row that was just deleted has no id any more, and no project means the instance's keys.
    CryptoKey.objects.filter(project=project, project__isnull=False).update(
        state=CryptoKey.State.DESTROYED, wrapped=b"", retired=clock.now()
    )
    transaction.on_commit(key_cache.forget)


def usable_root() -> RootKeys:
    """The root keys; raises KeysUnusable."""
    try:
        return key_cache.root_keys()
    except KeyUnavailable as error:
        raise KeysUnusable(str(error)) from error


def check_instance(stored: UUID, root: RootKeys) -> None:
    """Raise KeysUnusable when database and keyring belong to different instances."""
    if stored != root.instance:
        raise KeysUnusable(
            f"The database belongs to instance {stored} and the keyring to {root.instance}. "
            "Bring back the keyring of this database with `kalixweb restore`, or set "
            "DATABASE_URL or KALIXWEB_DATA to the database of this keyring."
        )


def verify() -> None:
    """Raise KeysUnusable unless keyring, instance and the instance's keys all fit. Never writes."""
    key_cache.forget()
    root = usable_root()
    stored = stored_instance()
    if stored is None:
        raise KeysUnusable("The database has no instance and no keys yet. Run `kalixweb migrate`.")
    check_instance(stored, root)
    if settings.KALIXWEB_INSTANCE_ID not in {"", str(root.instance)}:
        raise KeysUnusable(
            f"KALIXWEB_INSTANCE_ID is {settings.KALIXWEB_INSTANCE_ID} and the keyring belongs to "
            f"{root.instance}. Unset it, or bring back the keyring of that instance."
        )
    try:
        for purpose in INSTANCE_PURPOSES:
            key_cache.active(purpose, None)
    except KeyUnavailable as error:
        raise KeysUnusable(str(error)) from error


def backed_up_at() -> datetime | None:
    """When the keyring was last written to a key backup, or None."""
    row = Instance.objects.first()
    return row.keys_backed_up_at if row else None


def note_backed_up() -> None:
    """Remember that the keyring was written to a key backup just now."""
    Instance.objects.update(keys_backed_up_at=clock.now())
