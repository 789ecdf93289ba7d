"""Tags that every template has: marks and badges of a state, times in words, form fields."""

from datetime import datetime
from typing import Any

from django import template
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from kalixweb.core import clock, wording
from kalixweb.core.forms import WriteOnlyPassword, WriteOnlyTextarea

register = template.Library()


@register.simple_tag
def mark(state: str) -> SafeString:
    """The shape and colour of a state; a word stands beside it, so screen readers skip it."""
    return format_html('<span class="mark" data-state="{}" aria-hidden="true"></span>', state)


@register.simple_tag
def badge(state: str, word: str = "") -> SafeString:
    """A state as a pill: shape, colour and word."""
    return format_html(
        '<span class="badge" data-state="{}">{}</span>', state, word or wording.state(state)
    )


@register.simple_tag
def state(state: str, word: str = "") -> SafeString:
    """A state in running text or a cell: mark and word."""
    return format_html(
        '<span class="state" data-state="{0}">'
        '<span class="mark" data-state="{0}" aria-hidden="true"></span>{1}</span>',
        state,
        word or wording.state(state),
    )


@register.simple_tag
def ago(moment: datetime | None, never: str = "never") -> SafeString | str:
    """A moment in words ("4 minutes ago", "in 19 days"), exact in UTC on hover."""
    return _time(moment, wording.ago(moment, clock.now())) if moment else never


@register.simple_tag
def since(moment: datetime | None, never: str = "never") -> SafeString | str:
    """A moment as one says it after "since": "09:12", "Tuesday", "4 March"."""
    return _time(moment, wording.since(moment, clock.now())) if moment else never


@register.simple_tag
def day(moment: datetime | None, never: str = "never") -> SafeString | str:
    """A moment as its date: "21 June 2027"."""
    return _time(moment, wording.date(moment)) if moment else never


def _time(moment: datetime, text: str) -> SafeString:
    return format_html(
        '<time datetime="{}" title="{}">{}</time>',
        moment.isoformat(timespec="seconds"),
        wording.exact(moment),
        text,
    )


@register.filter
def prose(text: str) -> SafeString:
    """Escaped text in which what stands between backticks is a command or a name."""
    parts = enumerate(text.split("`"))
    tagged = ((format_html("<code>{}</code>" if i % 2 else "{}", part),) for i, part in parts)
    return format_html_join("", "{}", tagged)


@register.filter
def took(ms: float | None) -> str:
    """Milliseconds as a person reads them: "4 ms", "5.0 s"; nothing for nothing."""
    return "" if ms is None else wording.duration(ms)


@register.filter
def warnings(field: BoundField) -> Any:  # noqa: ANN401 - whatever the form put there
    """What the form wants to say at a field without refusing it.

    A form may have ``warnings``: a mapping of field name to objects with ``sentence`` and
    ``action``.
    """
    return getattr(field.form, "warnings", {}).get(field.name, ())


@register.filter
def shown_optional(field: BoundField) -> bool:
    """Whether the label says "optional"; ``field.conditional = True`` on a form field stops it."""
    return not field.field.required and not getattr(field.field, "conditional", False)


@register.filter
def write_only(field: BoundField) -> bool:
    """Whether the field's value never comes back to the page."""
    return isinstance(field.field.widget, WriteOnlyPassword | WriteOnlyTextarea)


@register.filter
def fields_with_errors(form: BaseForm) -> list[BoundField]:
    """The visible fields of a form that need a change, in their order."""
    return [field for field in form.visible_fields() if field.errors]
