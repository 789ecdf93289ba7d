"""Widgets for values that a page may receive and never shows, and the options of a datalist."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.html import escape
from django.utils.safestring import SafeString

_BETWEEN_OPTIONS = '"></option><option value="'


def options(names: Iterable[str]) -> SafeString:
    """The options of a datalist, escaped in one go: at 2,000 a loop takes most of the page's time.

    A name holds no line end.
    """
    values = escape("\n".join(names))
    if not values:
        return values
    between = values.replace("\n", _BETWEEN_OPTIONS)
    return SafeString(f'<option value="{between}"></option>')


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
