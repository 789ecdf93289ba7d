"""The keyring and the signing key of an instance."""

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import Error as DatabaseError

from kalixweb.core.refusals import Refusal
from kalixweb.keys import bootstrap, lifecycle


class KeysNotMade(Refusal):
    """There are keys already, or their files cannot be written."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class Made:
    """``signing_key`` is None where there was one already."""

    instance: UUID
    keyring: Path
    signing_key: Path | None


def init() -> Made:
    """Make the keyring and the signing key of a new instance; raises KeysNotMade,
    KeyringExists."""
    _refuse_beside_stored_keys()
    try:
        instance = lifecycle.init_keyring(settings.KALIXWEB_KEYRING)
    except OSError as error:
        raise KeysNotMade(str(error)) from error
    return Made(instance, settings.KALIXWEB_KEYRING, make_signing_key_if_missing())


def make_signing_key_if_missing() -> Path | None:
    """Make the file of SECRET_KEY and return its path; None when there is one already."""
    try:
        if settings.SECRET_KEY:
            return None
    except ImproperlyConfigured:  # Django's way to say that it is empty
        pass
    path: Path = settings.KALIXWEB_DATA / "keys" / "secret_key"
    bootstrap.make_secret_key(path)
    return path


def _refuse_beside_stored_keys() -> None:
    """A new keyring beside an old database would only hide that the old keyring is missing."""
    try:
        stored = lifecycle.stored_instance()
    except DatabaseError:
        return
    if stored:
        raise KeysNotMade(
            f"The database belongs to instance {stored} already, and new keys open nothing in it. "
            "Bring its keyring back: kalixweb restore KEYFILE"
        )
