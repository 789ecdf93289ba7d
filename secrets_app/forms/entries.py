"""The rows of a secret's entries: each a name and a value that is typed or in a file."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.datastructures import MultiValueDict

from kalixweb.core.forms import RefusableForm, WriteOnlyPassword
from kalixweb.core.secret_value import SecretValue
from secrets_app.forms.single import TOO_MUCH, UploadField
from secrets_app.services import naming

BLANK_ROWS = 3
_ENDS = {b"\n": "a newline", b"\r": "a newline", b" ": "a space", b"\t": "a tab"}
Uploads: TypeAlias = "MultiValueDict[str, UploadedFile[Any]]"


class EntryForm(RefusableForm):
    """One entry: its name, and a value typed or in a file. An existing one may be left as it is."""

    name = forms.CharField(
        required=False,
        strip=False,
        label="Entry",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"}
        ),
    )
    value = forms.CharField(required=False, strip=False, widget=WriteOnlyPassword())
    file = UploadField(label="File")
    drop = forms.BooleanField(required=False, label="Drop it")

    name.conditional = value.conditional = file.conditional = drop.conditional = True  # type: ignore[attr-defined]

    def __init__(self, *args: Any, existing: bool = False, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.existing = existing
        if existing:
            self.fields["name"].widget = forms.HiddenInput()

    @property
    def given(self) -> SecretValue | None:
        """What was typed or uploaded, before any trimming; None when the row says nothing."""
        if upload := self.cleaned_data.get("file"):
            upload.seek(0)
            return SecretValue(upload.read())
        typed: str = self.cleaned_data.get("value") or ""
        return SecretValue(typed) if typed else None

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        name, upload = data.get("name") or "", data.get("file")
        if data.get("value") and upload:
            self.add_error("value", "Type the value or choose a file, not both.")
        elif upload is not None and not upload.size:
            self.add_error("file", f"{upload.name} is empty. Choose the file with the value.")
        says = data.get("value") or upload
        if says and not name:
            self.add_error("name", "An entry needs a name, such as pwd.")
        elif name and not self.existing:
            self._check_new(name, says=bool(says))
        if says and data.get("drop"):
            self.add_error("value", f"{name} cannot be both set and dropped. Choose one.")
        return data

    def _check_new(self, name: str, *, says: bool) -> None:
        with self.refused_by("name"):
            naming.check_entry_name(name)
        if not says and not {"name", "value"} & set(self.errors):
            self.add_error("value", f"{name} has no value. Type it or choose a file.")


class EntryRows:
    """The rows of one save: entries that exist, then those that are added.

    ``ending`` is what was chosen for values that end in white space: ``trim``, ``keep`` or, while
    it has not been asked, nothing.
    """

    def __init__(self, forms: Sequence[EntryForm], *, ending: str = "") -> None:
        self.forms = forms
        self.ending = ending
        self.asks_about_ending = False

    @classmethod
    def unbound(
        cls, current: Sequence[str], typed: Sequence[str] = (), *, blank: int = BLANK_ROWS
    ) -> "EntryRows":
        """Rows to fill in: those that exist, the names typed so far, and blank ones."""
        names = [*current, *typed, *[""] * blank]
        return cls(
            [
                EntryForm(prefix=f"entries-{i}", initial={"name": name}, existing=i < len(current))
                for i, name in enumerate(names)
            ]
        )

    @classmethod
    def bound(cls, data: Mapping[str, Any], files: Uploads, current: Sequence[str]) -> "EntryRows":
        """The rows as they were sent."""
        count = max(row_count(data), len(current))
        return cls(
            [
                EntryForm(data, files, prefix=f"entries-{i}", existing=i < len(current))
                for i in range(count)
            ],
            ending=str(data.get("ending", "")),
        )

    def is_valid(self) -> bool:
        """Whether every row is in order; else its fields say what is not."""
        wrong = [form for form in self.forms if not form.is_valid()]
        self._refuse_repeats()
        if not wrong and not self.ending:
            self._ask_about_endings()
        return not any(form.errors for form in self.forms)

    @property
    def values(self) -> dict[str, SecretValue]:
        """The entries to set."""
        return {
            form.cleaned_data["name"]: self._trimmed(given)
            for form in self.forms
            if (given := form.given) is not None
        }

    @property
    def dropped(self) -> list[str]:
        """The existing entries to drop."""
        return [form.cleaned_data["name"] for form in self.forms if form.cleaned_data.get("drop")]

    @property
    def errors(self) -> bool:
        """Whether a row that was sent needs a change."""
        return any(form.is_bound and form.errors for form in self.forms)

    def refuse(self, field: str, sentence: str) -> None:
        """Show what was refused beside the row it is about, else beside the last that was given."""
        rows = [form for form in self.forms if form.cleaned_data.get("name") == field]
        given = [form for form in self.forms if form.given is not None]
        (rows or given[-1:] or self.forms[:1])[0].add_error("value", sentence)

    def refuse_size(self) -> None:
        """Say that no file was read because too much was sent."""
        rows = [form for form in self.forms if form.cleaned_data.get("name")] or self.forms
        for form in rows:
            form.errors.pop("value", None)
        rows[0].add_error("file", TOO_MUCH)

    def _refuse_repeats(self) -> None:
        seen: set[str] = set()
        for form in self.forms:
            name = form.cleaned_data.get("name") or ""
            if name and name in seen:
                form.add_error("name", f"Two entries are called {name}. Give one another name.")
            seen.add(name)

    def _ask_about_endings(self) -> None:
        for form in self.forms:
            given = form.given
            if given and (end := given.reveal()[-1:]) in _ENDS:
                self.asks_about_ending = True
                form.add_error(
                    "value",
                    f"The value of {form.cleaned_data['name']} ends with {_ENDS[end]}, which would "
                    "be part of it. Choose below whether to trim it.",
                )

    def _trimmed(self, value: SecretValue) -> SecretValue:
        return SecretValue(value.reveal().rstrip(b" \t\r\n")) if self.ending == "trim" else value


def row_count(data: Mapping[str, Any]) -> int:
    """How many rows were sent."""
    count = str(data.get("entries", ""))
    return min(int(count), naming.MOST_ENTRIES) if count.isdecimal() and len(count) < 19 else 0


def typed_names(data: Mapping[str, Any], after: int) -> list[str]:
    """The names typed into the rows after the first ``after``, as they stand."""
    return [str(data.get(f"entries-{row}-name", "")) for row in range(after, row_count(data))]
