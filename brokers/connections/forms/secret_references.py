"""The part of the form that says which secrets a connection uses: chosen by name, or typed."""

import re
from typing import Any
from uuid import UUID

from django import forms

from brokers.connections.forms.corrections import TEST, Pressed
from brokers.connections.services.configuration import Existing, New, Reference
from kalixweb.core.forms import RefusableForm, WriteOnlyPassword, WriteOnlyTextarea
from kalixweb.core.secret_value import SecretValue
from secrets_app import certificates
from secrets_app.models import CA_ENTRY, Secret
from secrets_app.queries import resolve_reference
from secrets_app.services import naming

CHOOSE, NEW, NONE = "choose", "new", "none"
_NAME = r"[a-z0-9][-a-z0-9]{0,62}"
_REFERENCES = {
    "password_ref": re.compile(rf"{_NAME}/[-._a-zA-Z0-9]{{1,253}}"),
    "ca_ref": re.compile(rf"{_NAME}(/[-._a-zA-Z0-9]{{1,253}})?"),
}
MONO = {"class": "mono", "spellcheck": "false", "autocapitalize": "none"}
PLAIN = {"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}


def text_field(label: str, longest: int, **more: Any) -> forms.CharField:  # noqa: ANN401
    attrs = more.pop("attrs", PLAIN)
    more.setdefault("required", False)
    return forms.CharField(
        label=label, max_length=longest, widget=forms.TextInput(attrs=attrs), **more
    )


class ReferenceForm(RefusableForm):
    """The password's and the CA's fields. Values are write-only: no path leads them to a page."""

    password_from = forms.ChoiceField(
        label="Password",
        choices=[(CHOOSE, "Choose a secret"), (NEW, "New secret")],
        widget=forms.RadioSelect,
    )
    password_ref = text_field("Secret and entry", 400, attrs=PLAIN | {"list": "password-choices"})
    password_name = text_field("Secret's name", 100)
    password_entry = text_field("Entry", 300, initial="pwd")
    password_value = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        max_length=naming.LARGEST_SECRET,
        widget=WriteOnlyPassword,
        help_text="Sealed before it is stored, never shown again.",
    )
    ca_from = forms.ChoiceField(
        label="Certificate authority",
        choices=[(NONE, "None, use the system's"), (CHOOSE, "Choose a secret"), (NEW, "New CA")],
        widget=forms.RadioSelect,
        initial=NONE,
    )
    ca_ref = text_field("CA secret", 400, attrs=PLAIN | {"list": "ca-choices"})
    ca_name = text_field("CA secret's name", 100)
    ca_file = forms.FileField(label="PEM file", required=False)
    ca_pem = forms.CharField(
        label="or paste it", required=False, strip=False, widget=WriteOnlyTextarea
    )

    def __init__(self, *args: Any, project: UUID, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.project = project
        self.pressed = Pressed.of(self.data)
        self.fields["ca_file"].widget.attrs |= {"accept": ".pem,.crt,.cer", "hx-preserve": "true"}

    @property
    def is_test(self) -> bool:
        """Whether nothing is stored: a test needs no names."""
        return self.pressed.way == TEST

    def read_password(self) -> Reference | None:
        if self.cleaned_data.get("password_from") == CHOOSE:
            return self._chosen("password_ref")
        name = self.cleaned_data.get("password_name", "")
        entry = self.cleaned_data.get("password_entry", "")
        typed = SecretValue(self.cleaned_data.get("password_value") or "")
        value = self.pressed.corrected(typed)
        if self.is_test:
            return New(name, entry, value)
        self._check_new_name("password_name", name)
        with self.refused_by("password_entry"):
            naming.check_entry_name(entry)
        return New(name, entry, value)

    def read_ca(self) -> Reference | None:
        way = self.cleaned_data.get("ca_from")
        if way == CHOOSE:
            return self._chosen("ca_ref")
        if way != NEW:
            return None
        name, pem = self.cleaned_data.get("ca_name", ""), self._pem()
        if not self.is_test:
            self._check_new_name("ca_name", name)
        if (
            not self.is_test
            and name
            and name == self.cleaned_data.get("password_name")
            and self._new_password()
        ):
            self.refuse("ca_name", "The password's secret has this name. Choose another one.")
        if pem is None:
            return None
        try:
            certificates.read(pem.reveal())
        except certificates.BadPem as bad:
            self.refuse("ca_pem", str(bad))
        return New(name, CA_ENTRY, pem)

    def _new_password(self) -> bool:
        return self.cleaned_data.get("password_from") == NEW

    def _pem(self) -> SecretValue | None:
        pasted, file = self.cleaned_data.get("ca_pem"), self.cleaned_data.get("ca_file")
        if pasted and file:
            self.refuse("ca_pem", "A file was chosen and text was pasted. Give one of them.")
        elif file:
            return SecretValue(file.read())
        elif pasted:
            return SecretValue(pasted)
        else:
            self.refuse("ca_pem", "There is no certificate. Choose the PEM file, or paste it.")
        return None

    def _chosen(self, field: str) -> Existing | None:
        reference = self.cleaned_data.get(field, "").strip()
        if not reference:
            self.refuse(field, "No secret is chosen. Type its name and entry, or make a new one.")
            return None
        if not _REFERENCES[field].fullmatch(reference):
            # It may be a password that was pasted here: it is neither repeated nor rendered.
            self.put_back(field, "")
            self.refuse(
                field,
                "A reference is a secret's name, a slash and its entry, such as orders-kafka/pwd. "
                "A password itself belongs under “New secret”.",
            )
            return None
        with self.refused_by(field):
            return Existing(*resolve_reference(self.project, reference))
        return None

    def _check_new_name(self, field: str, name: str) -> None:
        with self.refused_by(field):
            naming.check_name(name)
        if (
            field not in self.errors
            and Secret.objects.for_project(self.project).filter(name=name).exists()
        ):
            self.refuse(field, f"A secret named {name} exists already. Choose it, or another name.")
