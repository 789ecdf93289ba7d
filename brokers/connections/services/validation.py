"""What is wrong or odd about a configuration before anything is sent anywhere."""

import ipaddress
import re
from collections.abc import Iterable, Sequence

from brokers.connections.services.configuration import (
    Configuration,
    New,
    Reference,
    ca_reference_of,
    configuration_of,
    reference_of,
)
from brokers.connections.services.recorded_values import snapshot_values, tested_values
from brokers.connections.services.target_policy import target_policy
from brokers.engine import input as input_stage
from brokers.engine.network.addresses import refusal
from brokers.engine.results import Fault
from brokers.engine.target import Target
from brokers.models import Connection
from kalixweb.core.host_patterns import host_of
from kalixweb.core.refusals import Refusal
from kalixweb.core.secret_value import SecretValue
from secrets_app.services import naming

MOST_LABELS, LONGEST_LABEL = 20, 63
_LABEL = re.compile(r"[A-Za-z0-9][-A-Za-z0-9._/]*(:[-A-Za-z0-9._/]+)?")
# Stands for a stored password, which is not opened only to look at a form.
_UNSEEN = SecretValue("unseen")


class NotAcceptable(Refusal):
    """The configuration cannot be saved, for one or more reasons."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _, sentence in problems))
        self._problems = problems

    @property
    def problems(self) -> Sequence[tuple[str, str]]:
        return self._problems


def input_faults(wanted: Configuration, password: Reference | None, ca: Reference | None,
                 servers: str | None = None) -> list[Fault]:  # fmt: skip
    """The input faults of a test of this configuration, warnings included.

    ``servers`` is the text as it was typed, where there is one. Values that are stored already
    are looked at by the test itself.
    """
    typed = password.value if isinstance(password, New) else None
    target = Target(
        password=_UNSEEN if password and typed is None else typed,
        ca_pem=ca.value.reveal() if isinstance(ca, New) else None,
        **tested_values(snapshot_values(wanted))
        | {"servers": "\n".join(wanted.servers) if servers is None else servers},
    )
    return list(input_stage.check(target))


def needless_ca(wanted: Configuration, ca: Reference | None) -> list[Fault]:
    """The warning about a CA that is given and needs none; blocks nothing."""
    hosts = [host_of(server) for server in wanted.servers]
    return list(input_stage.check_needless_ca(wanted.platform, hosts)) if ca else []


def require_acceptable(
    wanted: Configuration, password: Reference, ca: Reference | None = None
) -> None:
    """Raise NotAcceptable when a test could not even begin, or a name cannot be stored."""
    problems = [*name_problems(wanted.name), *label_problems(wanted.labels)]
    found = input_faults(wanted, password, ca)
    problems += [(f.field or "", f"{f.sentence} {f.action}") for f in found if f.fails]
    if problems:
        raise NotAcceptable(problems)


def require_testable(
    wanted: Configuration, password: Reference, ca: Reference | None = None
) -> None:
    """Raise NotAcceptable when a test could not even begin; names do not matter to a test."""
    found = input_faults(wanted, password, ca)
    problems: list[tuple[str, str]] = []
    problems += [(f.field or "", f"{f.sentence} {f.action}") for f in found if f.fails]
    problems += refused_targets(wanted.servers)
    if problems:
        raise NotAcceptable(problems)


def refused_targets(servers: Iterable[str]) -> list[tuple[str, str]]:
    """Servers given as an address where no test may connect; other spellings are input faults.

    Names are looked up by the test itself, which refuses the same addresses.
    """
    found = []
    for server in servers:
        host = host_of(server)
        address = "127.0.0.1" if host == "localhost" else host.partition("%")[0]
        if not _is_address(address):
            continue
        reason = refusal(address, int(server.rpartition(":")[2]), target_policy())
        if reason:
            sentence = (
                f"{server} is {reason}: tests may not connect there. Name the brokers' own "
                "addresses, or ask the operator of kalixweb to allow this one."
            )
            found.append(("servers", sentence))
    return found


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def name_problems(name: str) -> Sequence[tuple[str, str]]:
    """Why the name is none: a DNS label of at most 63 characters is wanted."""
    if not name:
        return [("name", "A connection needs a name, such as orders-prod.")]
    try:
        naming.check_name(name)
    except naming.NotAccepted as refused:
        return refused.problems
    return []


def label_problems(labels: Iterable[str]) -> list[tuple[str, str]]:
    """Why labels cannot be kept: ``key:value`` or one word, at most 20 of 63 characters."""
    labels = list(labels)
    if len(labels) > MOST_LABELS:
        return [("labels", f"{len(labels)} labels are too many; {MOST_LABELS} is the most.")]
    for label in labels:
        if len(label) > LONGEST_LABEL or not _LABEL.fullmatch(label):
            said = f"“{label[:LONGEST_LABEL]}” is no label."
            return [("labels", f"{said} Write words like env:prod, with spaces in between.")]
    return []


def stored_warnings(connection: Connection) -> list[Fault]:
    """What a person should know about a stored connection, without opening anything."""
    wanted = configuration_of(connection)
    found = input_faults(wanted, reference_of(connection), None)
    return [f for f in found if not f.fails] + needless_ca(wanted, ca_reference_of(connection))
