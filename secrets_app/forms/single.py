"""Forms with one part. Values are read once and never rendered back, not even after a mistake."""

from typing import Any

from django import forms

from kalixweb.core.forms import RefusableForm, WriteOnlyTextarea
from kalixweb.core.secret_value import SecretValue
from secrets_app.services import naming

TOO_MUCH = (
    "What was sent is larger than a secret may be (1 MiB in all), so no file was read. "
    "Choose a smaller one."
)


class UploadField(forms.FileField):
    """An optional file whose bytes are read into memory; an empty one is an error of its own."""

    def __init__(self, **more: Any) -> None:  # noqa: ANN401
        widget = forms.FileInput(attrs={"hx-preserve": "true"} | more.pop("attrs", {}))
        super().__init__(required=False, widget=widget, allow_empty_file=True, **more)


class NameForm(RefusableForm):
    """A secret's name."""

    name = forms.CharField(
        max_length=naming.LONGEST_NAME * 4,
        strip=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "A secret needs a name, such as orders-kafka."},
        help_text="You can rename it later; references follow.",
    )

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        with self.refused_by("name"):
            naming.check_name(name)
        return name


class CaForm(RefusableForm):
    """A CA, pasted or uploaded."""

    file = UploadField(label="PEM file", attrs={"accept": ".pem,.crt,.cer"})
    pem = forms.CharField(
        required=False,
        strip=False,
        label="or paste it",
        widget=WriteOnlyTextarea(attrs={"placeholder": "-----BEGIN CERTIFICATE-----", "rows": 6}),
        help_text="Certificates only, 50 at most. A private key is refused and not stored.",
    )

    file.conditional = pem.conditional = True  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if data.get("file") and data.get("pem"):
            self.add_error("pem", "Choose a file or paste the text, not both.")
        elif not data.get("file") and not data.get("pem") and not self.errors:
            self.add_error("pem", "There is no certificate yet. Choose a file or paste it as PEM.")
        return data

    @property
    def given(self) -> SecretValue:
        """The PEM text as it came."""
        upload = self.cleaned_data.get("file")
        return SecretValue(upload.read() if upload else self.cleaned_data["pem"])

    def refuse(self, field: str, sentence: str) -> None:
        """Show what was refused beside the box it came from."""
        del field
        self.add_error("file" if self.cleaned_data.get("file") else "pem", sentence)

    def refuse_size(self) -> None:
        """Say that the file was not read because too much was sent."""
        self.full_clean()
        self.errors.clear()
        self.add_error("file", TOO_MUCH)


class HostsForm(RefusableForm):
    """Where a secret's values may be sent."""

    refused_at = {"allowed_hosts": "patterns"}

    patterns = forms.CharField(
        required=False,
        label="Allowed hosts",
        widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
        help_text="One a line: kafka.example.com, or *.kafka.example.com for all names below it.",
    )


class DeleteForm(RefusableForm):
    """The secret's name, typed."""

    typed = forms.CharField(label="Its name", widget=forms.TextInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.expected = name

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"]
        if typed != self.expected:
            raise forms.ValidationError(f"That is not the name. Type {self.expected} to delete it.")
        return typed
