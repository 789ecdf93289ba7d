"""Forms of signing in and of passwords: allauth's, in our words, and those for new accounts."""

from typing import Any

from allauth.account import forms as allauth_forms
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from kalixweb.accounts.models import USERNAME, User
from kalixweb.core.forms import RefusableForm
from kalixweb.core.secret_value import SecretValue

PASSWORD_HINT = "At least 12 characters. Length is what counts: a few random words do."  # noqa: S105
_NAME = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}


class SignInForm(allauth_forms.LoginForm):  # type: ignore[misc]
    """User name and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        login, password = self.fields["login"], self.fields["password"]
        login.label = "User name"
        login.widget.attrs = _NAME | {"autofocus": True, "maxlength": "64"}
        password.widget.attrs = {"autocomplete": "current-password"}
        password.help_text = ""


class ChangePasswordForm(allauth_forms.ChangePasswordForm):  # type: ignore[misc]
    """The current password and the new one twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        for name, label, hint in (
            ("oldpassword", "Current password", ""),
            ("password1", "New password", PASSWORD_HINT),
            ("password2", "New password again", ""),
        ):
            field = self.fields[name]
            field.label, field.help_text = label, hint
            field.widget.attrs.pop("placeholder", None)


class ReauthenticateForm(allauth_forms.ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        password = self.fields["password"]
        password.help_text = ""
        password.widget.attrs = {"autocomplete": "current-password", "autofocus": True}


class NewPasswordForm(RefusableForm):
    """A password twice; ``password()`` hands it on without ever being printable."""

    password1 = forms.CharField(
        label="Password",
        strip=False,
        help_text=PASSWORD_HINT,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password again",
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:  # noqa: ANN401
        self.user = user
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords differ.")
        elif first:
            try:
                validate_password(first, self.user or User(username=cleaned.get("username", "")))
            except ValidationError as error:
                self.add_error("password1", error)
        return cleaned

    def password(self) -> SecretValue:
        """The password of a valid form."""
        return SecretValue(self.cleaned_data["password1"])


class NewAccountForm(NewPasswordForm):
    """A user name and a password."""

    username = forms.CharField(
        label="User name", max_length=64, widget=forms.TextInput(attrs=_NAME)
    )
    field_order = ["username", "password1", "password2"]

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"].strip().lower()
        USERNAME(name)
        if User.objects.filter(username=name).exists():
            message = f"The user name {name} is taken. Choose another one."
            raise ValidationError(message)
        return name
