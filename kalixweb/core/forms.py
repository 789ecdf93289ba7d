"""Forms that show refusals, widgets for values that are never shown, options of a datalist."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, cast

from django import forms
from django.http import QueryDict
from django.utils.html import escape
from django.utils.safestring import SafeString

from kalixweb.core.refusals import Refusal

_BETWEEN_OPTIONS = '"></option><option value="'


class RefusableForm(forms.Form):
    """A form at whose fields it stands what a service refused.

    ``refused_at`` says at which, by the code of a refusal or the field that it names, where that is
    not the form's own name of it. ``prove_url`` is where the actor can sign in anew, when that is
    all that is missing.
    """

    refused_at: ClassVar[Mapping[str, str]] = {}
    prove_url: str = ""

    def refuse(self, field: str, sentence: str) -> None:
        """Put a sentence at a field, or above the form when there is none of this name."""
        place = self.refused_at.get(field, field)
        self.add_error(place if place in self.fields else None, sentence)

    @contextmanager
    def refused_by(self, field: str) -> Iterator[None]:
        """Put what is refused inside at the field, and go on after it."""
        try:
            yield
        except Refusal as refused:
            self.refuse(field, refused.sentence)

    def put_back(self, field: str, value: str) -> None:
        """Render another value than the one that came in."""
        data = cast("QueryDict", self.data).copy()
        data[field] = value
        self.data = data


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
