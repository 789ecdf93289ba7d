"""What a run was asked to test, as far as a report may say it, and the command that asks again."""

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from brokers.engine.document import Document


@dataclass(frozen=True, slots=True)
class ReportedTarget:
    """``name`` is the connection's, "" for none; of the secrets only whether a CA was given."""

    servers: tuple[str, ...]
    auth: str
    user: str
    name: str = ""
    has_ca: bool = False
    topics: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    transactional_ids: tuple[str, ...] = ()

    @classmethod
    def of(cls, target: Mapping[str, Any]) -> "ReportedTarget":
        """From the snapshot that a run's row keeps."""
        return cls(
            servers=_texts(target.get("servers")),
            auth=str(target.get("auth") or ""),
            user=str(target.get("user") or ""),
            name=str(target.get("name") or ""),
            has_ca=bool(target.get("ca")) or "ca" in _texts(target.get("typed")),
            topics=_texts(target.get("topics")),
            groups=_texts(target.get("groups")),
            transactional_ids=_texts(target.get("transactional_ids")),
        )

    def with_servers(self, servers: tuple[str, ...]) -> "ReportedTarget":
        return replace(self, servers=servers)

    def command(self) -> str:
        """The same test as a line for a shell; FILE is where the reader keeps the value."""
        words = ["kalixweb", "probe", ",".join(self.servers)]
        words += ["--auth", self.auth, "--user", self.user, "--password-file", "FILE"]
        words += ["--ca-cert", "CA_FILE"] if self.has_ca else []
        for option, names in (
            ("--topic", self.topics),
            ("--group", self.groups),
            ("--transactional-id", self.transactional_ids),
        ):
            for name in names:
                words += [option, name]
        return shlex.join(words)


def command_to_run_inside(document: Document, tested: ReportedTarget | None) -> str:
    """The command line, where a fault says that only a test from another network can tell."""
    if tested is None or not tested.servers:
        return ""
    rows = [fault.row for fault, _ in document.all_faults()]
    return tested.command() if any(row and row.follow_up == "inside" for row in rows) else ""


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(value.replace(",", " ").split())
    return tuple(str(one) for one in value) if isinstance(value, Sequence) else ()
