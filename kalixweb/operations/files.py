"""Files that appear whole or not at all, and never in the place of another."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

from kalixweb.core.refusals import Refusal


class FileInTheWay(Refusal):
    """There is something at the path already."""

    status = HTTPStatus.CONFLICT


class CannotBeWritten(Refusal):
    """The operating system refuses the file."""

    status = HTTPStatus.CONFLICT


def refuse_existing(path: Path) -> None:
    """Raise FileInTheWay when there is something at the path."""
    if path.exists() or path.is_symlink():
        raise FileInTheWay(f"{path} exists already and is never overwritten. Move it away first.")


@contextmanager
def staged(path: Path) -> Iterator[Path]:
    """A private file to write, which appears at ``path`` whole or not at all."""
    try:
        folder = tempfile.mkdtemp(prefix=".kalixweb-", dir=path.absolute().parent)
    except OSError as error:
        raise CannotBeWritten(f"{path} cannot be written: {error.strerror}.") from error
    draft = Path(folder) / path.name
    try:
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield draft
        _make_durable(draft)
        # A link, because a rename would replace what appeared there meanwhile.
        os.link(draft, path)
        _make_durable(path.absolute().parent)
    except FileExistsError:
        refuse_existing(path)
        raise
    except OSError as error:
        raise CannotBeWritten(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _make_durable(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
