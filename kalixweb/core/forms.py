"""Widgets for values that a page may receive and never shows."""

from typing import Any

from django import forms

# The browser keeps what was typed when a form comes back with 422; the server never sends it.
_KEPT_BY_THE_BROWSER = {"hx-preserve": "true", "spellcheck": "false", "autocapitalize": "none"}


class WriteOnlyPassword(forms.PasswordInput):
    """A password box that is always rendered empty, whatever the form is bound to."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        defaults = _KEPT_BY_THE_BROWSER | {"autocomplete": "new-password"}
        super().__init__(attrs=defaults | (attrs or {}), render_value=False)

    def format_value(self, value: Any) -> None:  # noqa: ANN401 - what Django hands over
        """Nothing: there is no path by which a value reaches the page."""
        del value


class WriteOnlyTextarea(forms.Textarea):
    """A box for PEM text or a long value that is always rendered empty."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        defaults = _KEPT_BY_THE_BROWSER | {"autocomplete": "off", "class": "mono", "rows": 4}
        super().__init__(attrs=defaults | (attrs or {}))

    def format_value(self, value: Any) -> None:  # noqa: ANN401 - what Django hands over
        """Nothing: there is no path by which a value reaches the page."""
        del value
