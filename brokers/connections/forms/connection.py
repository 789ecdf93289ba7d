"""The one form of a connection. Secrets are chosen by name or typed, and never come back."""

import re
from typing import Any

from django import forms

from brokers.connections.forms import corrections
from brokers.connections.forms.corrections import Warned
from brokers.connections.forms.secret_references import (
    CHOOSE,
    MONO,
    NONE,
    PLAIN,
    ReferenceForm,
    text_field,
)
from brokers.connections.services import validation
from brokers.connections.services.configuration import (
    Configuration,
    New,
    Reference,
    ca_reference_of,
    reference_of,
)
from brokers.engine.input import bare_user
from brokers.engine.results import Fault
from brokers.engine.target import parse_servers
from brokers.models import AUTHS, PLATFORMS, Connection
from kalixweb.core.secret_value import SecretValue
from secrets_app.services import naming

MOST_RIGHTS = 100
# Wanted, always or for one of the ways; the rest is marked as optional.
_NOT_OPTIONAL = (
    "name", "servers", "user", "password_ref", "password_name", "password_entry",
    "password_value", "ca_ref", "ca_name", "ca_pem", "ca_file",
)  # fmt: skip
# Where the form refuses, and where it only warns, because of a fault of the input stage.
_REFUSED_AT = {"password": "password_value", "ca": "ca_pem"}
_WARNED_AT = {"password": "password_value", "ca": "ca_from"}


class ConnectionForm(ReferenceForm):
    """After ``is_valid``: ``wanted``, ``password`` and ``ca`` are what the services take.

    ``warnings`` maps a field's name to what is shown beside it. Only a typed password that looks
    as if it was not meant so is asked about before it is stored.
    """

    template_name = "brokers/connection_fields.html"

    # Errors are listed in the order of the page.
    field_order = ("name", "platform", "labels", "servers", "auth", "user", "password_from")

    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)
    name = text_field("Name", 100, help_text="You can rename it later; references follow.")
    platform = forms.ChoiceField(label="Platform", choices=PLATFORMS, initial="kafka")
    labels = text_field("Labels", 1500, attrs=PLAIN | {"placeholder": "env:prod team:orders"})
    servers = forms.CharField(
        label="Bootstrap servers",
        required=False,
        widget=forms.Textarea(attrs=MONO | {"rows": 3, "placeholder": "b-1.example.com:9096"}),
    )
    auth = forms.ChoiceField(label="Mechanism", choices=AUTHS)
    user = text_field("User", 256, strip=False)
    description = text_field("Description", 500, attrs={})
    contact = text_field("Contact", 200, attrs={})
    topics = text_field(
        "Topics and groups to ask rights for",
        20_000,
        attrs=PLAIN | {"placeholder": "orders, shipments, group:orders-svc"},
        help_text="The test asks whether this user may read and write them. It never writes.",
    )

    # Where the actor can sign in anew, when that is all that saving lacks.
    prove_url: str = ""
    wanted: Configuration
    password: Reference
    ca: Reference | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.warnings: dict[str, list[Warned]] = {}
        for name in _NOT_OPTIONAL:
            self.fields[name].conditional = True  # type: ignore[attr-defined]
        if "user" in self.pressed.kinds:
            self.put_back("user", bare_user(self.data.get("user", "")))
        if "servers" in self.pressed.kinds:
            self.put_back("servers", corrections.right_ports(self.data.get("servers", "")))

    def clean(self) -> dict[str, Any]:
        """Put everything together; each problem stands at the field that mends it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        password, ca = self.read_password(), self.read_ca()
        wanted = self._configuration()
        problems = validation.refused_targets(wanted.servers)
        if not self.is_test:
            problems += validation.name_problems(wanted.name)
            problems += validation.label_problems(wanted.labels)
        for field, sentence in problems:
            self.refuse(field, sentence)
        text = cleaned.get("servers", "")
        if len(text) > validation.LONGEST_SERVERS:
            most = f"{validation.LONGEST_SERVERS:,} is the most"
            self.refuse("servers", f"The servers have {len(text):,} characters; {most}.")
            return cleaned
        stands_for = password or New("", "", SecretValue("unseen"))
        for fault in validation.input_faults(wanted, stands_for, None, servers=text):
            self._place(fault)
        for fault in validation.needless_ca(wanted, ca):
            self.warn(fault)
        if not self.is_test and corrections.KEEP not in self.pressed.kinds:
            self._ask_about_password()
        if not self.errors and password is not None:
            self.wanted, self.password, self.ca = wanted, password, ca
        return cleaned

    def kept(self) -> dict[str, str]:
        """What the form shows again after a test: all that was typed, but no value of a secret.

        What stands in a box that was not asked for may be a password that was pasted there.
        """
        values = {name: str(self.cleaned_data.get(name) or "") for name in self.fields}
        for name in ("password_value", "ca_pem", "ca_file"):
            del values[name]
        for way, name in (("password_from", "password_ref"), ("ca_from", "ca_ref")):
            if values[way] != CHOOSE:
                del values[name]
        for name in ("password_name", "password_entry", "ca_name"):
            if not naming.is_name(values[name]):
                del values[name]
        return values

    def _place(self, fault: Fault) -> None:
        if fault.fails:
            field = fault.field or ""
            self.refuse(_REFUSED_AT.get(field, field), f"{fault.sentence} {fault.action}")
        else:
            self.warn(fault)

    def warn(self, fault: Fault) -> None:
        """Show the fault beside its field, with what can be done about it at one press."""
        field = _WARNED_AT.get(fault.field or "", fault.field or "")
        user, servers = (str(self[name].value() or "") for name in ("user", "servers"))
        warned = self.pressed.warned(fault, user=user, servers=servers)
        self.warnings.setdefault(field, []).append(warned)

    def _ask_about_password(self) -> None:
        if self.warnings.get("password_value") and not self.errors.get("password_value"):
            self.refuse("password_value", "Is it meant so? Choose what to do with it.")

    def _configuration(self) -> Configuration:
        values = self.cleaned_data
        servers, _faults = parse_servers(values.get("servers", "")[: validation.LONGEST_SERVERS])
        topics, groups = split_rights(values.get("topics", ""))
        if len(topics) + len(groups) > MOST_RIGHTS:
            self.refuse("topics", f"{MOST_RIGHTS} topics and groups are the most.")
        return Configuration(
            name=values.get("name", ""),
            servers=tuple(server.name for server in servers),
            auth=values.get("auth", ""),
            user=values.get("user", ""),
            platform=values.get("platform", ""),
            description=values.get("description", ""),
            contact=values.get("contact", ""),
            labels=tuple(dict.fromkeys(re.split(r"[\s,;]+", values.get("labels", "").strip(",; "))))
            if values.get("labels")
            else (),
            topics=topics[:MOST_RIGHTS],
            groups=groups[:MOST_RIGHTS],
        )


def split_rights(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Topics, and groups that are written ``group:name``, each once and in order."""
    words = [word for word in re.split(r"[\s,;]+", text) if word]
    groups = [word.removeprefix("group:") for word in words if word.startswith("group:")]
    topics = [word.removeprefix("topic:") for word in words if not word.startswith("group:")]
    return tuple(dict.fromkeys(topics)), tuple(dict.fromkeys(g for g in groups if g))


def shown(connection: Connection) -> dict[str, Any]:
    """What the form starts with for a stored connection."""
    ca = ca_reference_of(connection)
    return {
        "revision": connection.revision,
        "name": connection.name,
        "platform": connection.platform,
        "labels": " ".join(connection.labels),
        "servers": "\n".join(connection.servers),
        "auth": connection.auth,
        "user": connection.user,
        "password_from": CHOOSE,
        "password_ref": reference_of(connection).reference,
        "ca_from": CHOOSE if ca else NONE,
        "ca_ref": ca.reference if ca else "",
        "description": connection.description,
        "contact": connection.contact,
        "topics": ", ".join([*connection.topics, *(f"group:{g}" for g in connection.groups)]),
    }
