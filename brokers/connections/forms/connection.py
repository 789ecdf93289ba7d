"""The one form of a connection. Secrets are chosen by name or typed, and never come back."""

from dataclasses import replace
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
)
from brokers.connections.services import validation
from brokers.connections.services.configuration import (
    FIELDS,
    Configuration,
    New,
    Reference,
    ca_reference_of,
    configuration_of,
    reference_of,
)
from brokers.connections.services.fields import LONGEST_SERVERS, FormPart
from brokers.connections.services.form_texts import form_parts, texts_of, values_of
from brokers.engine.input import bare_user
from brokers.engine.results import Fault
from brokers.models import Connection
from kalixweb.core.secret_value import SecretValue
from secrets_app.services import naming

MOST_RIGHTS = 100
# Wanted, always or for one of the ways; the rest is marked as optional.
_NOT_OPTIONAL = (
    *(one.declared.part.name for one in FIELDS if one.is_required),
    "password_ref", "password_name", "password_entry", "password_value",
    "ca_ref", "ca_name", "ca_pem", "ca_file",
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

    refused_at = {"secret_gone": "password_ref"}
    wanted: Configuration
    password: Reference
    ca: Reference | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.warnings: dict[str, list[Warned]] = {}
        self.fields |= {part.name: _input(part) for part in form_parts()}
        self.order_fields(self.field_order)
        for name in _NOT_OPTIONAL:
            self.fields[name].conditional = True  # type: ignore[attr-defined]
        if "user" in self.pressed.kinds:
            self.put_back("user", bare_user(self.data.get("user", "")))
        if "servers" in self.pressed.kinds:
            self.put_back("servers", corrections.right_ports(self.data.get("servers", "")))

    def clean(self) -> dict[str, Any]:
        """Put everything together; each problem stands at the field that fixes it."""
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
        if len(text) > LONGEST_SERVERS:
            most = f"{LONGEST_SERVERS:,} is the most"
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
        texts = {part.name: self.cleaned_data.get(part.name, "") for part in form_parts()}
        wanted = Configuration(**values_of(texts))
        if len(wanted.topics) + len(wanted.groups) > MOST_RIGHTS:
            self.refuse("topics", f"{MOST_RIGHTS} topics and groups are the most.")
        return replace(
            wanted, topics=wanted.topics[:MOST_RIGHTS], groups=wanted.groups[:MOST_RIGHTS]
        )

    @property
    def purpose(self) -> list[forms.BoundField]:
        """The inputs that have no place of their own in the template."""
        return [self[part.name] for part in form_parts() if not part.is_placed]


def _input(part: FormPart) -> forms.Field:
    if part.choices:
        return forms.ChoiceField(label=part.label, choices=part.choices, initial=part.choices[0][0])
    attrs: dict[str, object] = {} if part.is_prose else dict(PLAIN)
    if part.rows > 1:
        attrs = MONO | {"rows": part.rows}
    if part.placeholder:
        attrs["placeholder"] = part.placeholder
    widget = forms.Textarea(attrs) if part.rows > 1 else forms.TextInput(attrs)
    return forms.CharField(
        label=part.label,
        max_length=part.longest,
        required=False,
        strip=part.strip,
        help_text=part.help_text,
        widget=widget,
    )


def shown(connection: Connection) -> dict[str, Any]:
    """What the form starts with for a stored connection."""
    ca = ca_reference_of(connection)
    return texts_of(configuration_of(connection)) | {
        "revision": connection.revision,
        "password_from": CHOOSE,
        "password_ref": reference_of(connection).reference,
        "ca_from": CHOOSE if ca else NONE,
        "ca_ref": ca.reference if ca else "",
    }
