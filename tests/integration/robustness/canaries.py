"""Looks for known values wherever an instance leaves bytes, in every spelling one might get."""

import base64
import html
import json
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote, quote_plus


def spellings(value: str) -> set[bytes]:
    """The value as it is, in Base64 at each offset, percent-encoded, in hex, escaped."""
    raw = value.encode()
    texts = {value, quote(value, safe=""), quote(value), quote_plus(value), html.escape(value)}
    texts |= {json.dumps(value)[1:-1], repr(value)[1:-1], repr(raw)[2:-1]}
    texts |= {raw.hex(), raw.hex().upper()}
    found = {text.encode() for text in texts} | {raw}
    for offset in range(3):
        # Without the characters that neighbouring bytes have a part in.
        encoded = base64.b64encode(bytes(offset) + raw)
        middle = encoded[(offset * 8 + 5) // 6 : (offset + len(raw)) * 8 // 6]
        found |= {middle, middle.replace(b"+", b"-").replace(b"/", b"_")}
    return found


class Search:
    """``look(where, data)`` keeps where a canary sings; ``found`` tells, naming the canary."""

    def __init__(self, canaries: dict[str, str]) -> None:
        self._spellings = {name: spellings(value) for name, value in canaries.items()}
        self.found: list[str] = []
        self.places = 0

    def look(self, where: str, data: bytes) -> None:
        self.places += 1
        for name, forms in self._spellings.items():
            if any(form in data for form in forms):
                self.found.append(f"{name} in {where}")

    def files(self, folder: Path) -> None:
        """Every file below the folder, byte by byte: sealed columns do not contain a value."""
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                self.look(str(path.relative_to(folder)), path.read_bytes())

    def sessions(self, database: Path) -> None:
        """Sessions, unpacked: Django signs them, and compresses the longer ones."""
        with closing(sqlite3.connect(database)) as db:
            for key, data in db.execute("SELECT session_key, session_data FROM django_session"):
                self.look(f"session {key[:4]}", unpacked(data))

    def processes(self, parent: int) -> None:
        """Arguments and environment of a process and all that it started."""
        for pid in (parent, *_below(parent)):
            for name in ("cmdline", "environ"):
                self.look(f"{name} of {pid}", Path(f"/proc/{pid}/{name}").read_bytes())

    def texts(self, where: str, texts: Iterable[bytes]) -> None:
        for number, text in enumerate(texts):
            self.look(f"{where} {number}", text)


def unpacked(session: str) -> bytes:
    """The JSON of a stored session."""
    body = session.split(":", maxsplit=1)[0]
    packed = body.lstrip(".")
    plain = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    return zlib.decompress(plain) if body.startswith(".") else plain


def _below(pid: int) -> Iterator[int]:
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            yield child
            yield from _below(child)
