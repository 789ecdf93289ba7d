"""The forms of the onboarding's steps: the cluster, the user and its password, topics, the
connection."""

from typing import Any

from django import forms

from brokers.connections.forms.connection import MOST_RIGHTS
from brokers.connections.forms.secret_references import PLAIN, ReferenceForm, text_field
from brokers.connections.services.configuration import New, Reference
from brokers.connections.services.fields import read_rights, write_rights
from brokers.engine.input import check_password, check_topic, check_user
from brokers.models import MskOnboarding
from kalixweb.core.forms import RefusableForm
from secrets_app.services import naming

NEW, THERE = "new", "there"
_INTO = [(NEW, "A new connection"), (THERE, "One that is there")]
_PASSWORD = ("password_from", "password_ref", "password_name", "password_entry", "password_value")
_CA = ("ca_from", "ca_ref", "ca_name", "ca_file", "ca_pem")


class ClusterForm(RefusableForm):
    """A cluster by its ARN."""

    refused_at = {"arn": "cluster"}

    cluster = text_field(
        "Cluster's ARN",
        512,
        attrs=PLAIN | {"placeholder": "arn:aws:kafka:eu-west-1:111122223333:cluster/NAME/UUID"},
        required=True,
        error_messages={"required": "Paste the ARN, or choose a cluster of the list."},
    )


class UserForm(ReferenceForm):
    """After ``is_valid``: ``user``, and ``password`` as a reference."""

    user = text_field("User", 256, strip=False, help_text="Capitals and spaces count.")
    field_order = ("user", *_PASSWORD)
    refused_at = {"not_accepted": "password_value", "name": "password_name"}

    password: Reference | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for name in _CA:
            del self.fields[name]
        for name in ("user", *_PASSWORD):
            self.fields[name].conditional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The user's name is one that Kafka knows, and the password is there."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        self.password = self.read_password()
        faults = [*check_user(cleaned.get("user", ""), "scram-sha-512")]
        if isinstance(self.password, New):
            faults += check_password(self.password.value)
        for fault in faults:
            if fault.fails:
                field = "user" if fault.field == "user" else "password_value"
                self.refuse(field, f"{fault.sentence} {fault.action}")
        return cleaned


class TopicsForm(RefusableForm):
    """After ``is_valid``: ``names`` and ``groups``."""

    refused_at = {"groups": "topics"}

    topics = text_field(
        "Topics and groups",
        20_000,
        attrs=PLAIN | {"placeholder": "orders:read, shipments:write, group:orders-svc"},
        help_text="With :read or :write only that right is asked for, else both.",
    )

    names: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.fields["topics"].conditional = True  # type: ignore[attr-defined]

    def clean_topics(self) -> str:
        """Every name is one that Kafka takes."""
        text: str = self.cleaned_data["topics"]
        self.names, self.groups = read_rights(text)
        if fault := next((f for name in self.names for f in check_topic(name)), None):
            raise forms.ValidationError(f"{fault.sentence} {fault.action}")
        if not self.names:
            raise forms.ValidationError("Name at least one topic of the service.")
        if len(self.names) + len(self.groups) > MOST_RIGHTS:
            raise forms.ValidationError(f"{MOST_RIGHTS} topics and groups are the most.")
        return text


class FillForm(ReferenceForm):
    """Into which connection, and the CA of a new one. After ``is_valid``: ``ca``."""

    into = forms.ChoiceField(
        label="Into which connection", choices=_INTO, widget=forms.RadioSelect, initial=NEW
    )
    name = text_field("Name", 100, help_text="You can rename it later; references follow.")
    connection = text_field("Connection", 100, attrs=PLAIN | {"list": "connection-choices"})
    field_order = ("into", "name", "connection", *_CA)

    refused_at = {"changed_meanwhile": "connection", "delivery_refused": ""}
    ca: Reference | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for name in _PASSWORD:
            del self.fields[name]
        for name in ("name", "connection", *_CA):
            self.fields[name].conditional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """A new connection has a name and perhaps a CA; one that is there keeps its own."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("into") == NEW:
            self.ca = self.read_ca()
            if not naming.is_name(name := cleaned.get("name", "")):
                example = naming.suggestion(name or "orders")
                self.refuse("name", f"Use small letters, digits and hyphens, such as {example}.")
        elif not cleaned.get("connection"):
            self.refuse("connection", "Type the name of the connection to fill in.")
        return cleaned


class TakePasswordForm(forms.Form):
    """Which secret of AWS the password comes from, and which one here takes it."""

    aws_secret = text_field(
        "Secret in AWS",
        2048,
        attrs=PLAIN | {"list": "associated-secrets"},
        required=True,
        error_messages={"required": "Give the ARN of a secret that is associated."},
        help_text="Its ARN. Only a secret that is associated with the cluster is read.",
    )
    name = text_field("Secret here", 100, required=True, help_text="Made if there is none yet.")
    entry = text_field("Entry", 253, initial="pwd", required=True)


def shown_topics(onboarding: MskOnboarding) -> str:
    """Topics and groups as the field takes them."""
    return write_rights(onboarding.topics, onboarding.groups)
