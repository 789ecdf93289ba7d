"""Forms of projects, members and invitations."""

from django import forms
from django.core.exceptions import ValidationError

from kalixweb.accounts.forms import NewAccountForm
from kalixweb.core.forms import RefusableForm
from kalixweb.projects.models import DNS_LABEL, Project
from kalixweb.projects.roles import CHOICES
from kalixweb.projects.services.projects import RESERVED, TAKEN

_NAME_HINT = "Lower-case letters, digits and hyphens. It stands in every address."
_NAME_WIDGET = forms.TextInput(
    attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}
)


def checked_project_name(name: str, *, but: Project | None = None) -> str:
    """The name when it can be given; raises ValidationError."""
    name = name.strip()
    DNS_LABEL(name)
    others = Project.objects.exclude(pk=but.pk) if but else Project.objects.all()
    if name in RESERVED or others.filter(name=name).exists():
        raise ValidationError(TAKEN.format(name=name))
    return name


class SetupForm(NewAccountForm):
    """The first administrator, and the first project unless one stands already."""

    refused_at = {"name": "project"}

    project = forms.CharField(
        label="First project",
        max_length=63,
        initial="payments",
        help_text=_NAME_HINT,
        widget=_NAME_WIDGET,
    )
    field_order = ["username", "password1", "password2", "project"]

    def clean_project(self) -> str:
        return checked_project_name(self.cleaned_data["project"])


class ProjectForm(RefusableForm):
    """Name and description of a project."""

    name = forms.CharField(label="Name", max_length=63, help_text=_NAME_HINT, widget=_NAME_WIDGET)
    description = forms.CharField(label="Description", max_length=200, required=False)

    def __init__(
        self,
        data: object = None,
        *,
        project: Project | None = None,
        initial: dict[str, str] | None = None,
    ) -> None:
        self.project = project
        super().__init__(data, initial=initial)  # type: ignore[arg-type]

    def clean_name(self) -> str:
        return checked_project_name(self.cleaned_data["name"], but=self.project)


class RolesForm(RefusableForm):
    """Any number of roles; what each may do stands beside it on the page."""

    roles = forms.MultipleChoiceField(
        choices=CHOICES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one role."},
    )


class InvitationForm(RolesForm):
    """For whom, and which roles they get."""

    label = forms.CharField(
        label="For whom",
        max_length=100,
        help_text="For the list and the audit trail: a name, a team, a ticket.",
    )
    field_order = ["label", "roles"]


class DeleteForm(forms.Form):
    """The name typed once more."""

    typed = forms.CharField(
        label="Type the name to confirm", widget=forms.TextInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, data: object = None, *, name: str) -> None:
        self.name = name
        super().__init__(data)  # type: ignore[arg-type]

    def clean_typed(self) -> str:
        if self.cleaned_data["typed"] != self.name:
            message = f"This is not the name. Type {self.name}."
            raise ValidationError(message)
        return self.name


class AuditFilter(forms.Form):
    """Who, what, when and with which outcome; every field may be empty."""

    who = forms.CharField(required=False, max_length=100, label="Who")
    action = forms.ChoiceField(required=False, label="What")
    what = forms.CharField(required=False, max_length=100, label="Name of the thing")
    outcome = forms.ChoiceField(
        required=False,
        label="Outcome",
        choices=[("", "any"), ("ok", "done"), ("denied", "denied"), ("failed", "failed")],
    )
    since = forms.DateField(
        required=False, label="From", widget=forms.DateInput(attrs={"type": "date"})
    )
    until = forms.DateField(
        required=False, label="To", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]
        for field in self.fields.values():
            field.conditional = True  # type: ignore[attr-defined]
