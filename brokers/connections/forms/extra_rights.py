"""Rights that are asked for in one test alone."""

from typing import Any

from django import forms

from brokers.connections.forms.connection import MOST_RIGHTS
from brokers.connections.forms.secret_references import PLAIN, text_field
from brokers.connections.services.fields import read_rights
from brokers.engine.input import check_topic
from brokers.runs.services.runs import Once

_LONGEST = 249


class OnceForm(forms.Form):
    """After ``is_valid``: ``once`` is what the next test asks for besides the saved names."""

    rights = text_field(
        "Topics and groups",
        20_000,
        attrs=PLAIN | {"placeholder": "orders:read, shipments:write, group:orders-svc"},
        help_text="With :read or :write only that right is asked for, else both.",
    )
    transactional_id = text_field(
        "Transactional id",
        _LONGEST,
        attrs=PLAIN | {"placeholder": "orders-svc-1"},
        help_text="For a producer with transactions.",
    )

    once: Once

    def clean(self) -> dict[str, Any]:
        """Every name is one that Kafka takes."""
        cleaned = super().clean() or self.cleaned_data
        topics, groups = read_rights(cleaned.get("rights", ""))
        for fault in (fault for topic in topics for fault in check_topic(topic)):
            self.add_error("rights", f"{fault.sentence} {fault.action}")
        if len(topics) + len(groups) > MOST_RIGHTS:
            self.add_error("rights", f"{MOST_RIGHTS} topics and groups are the most.")
        if long := next((group for group in groups if len(group) > _LONGEST), None):
            self.add_error("rights", f"The group {long[:40]}… has more than {_LONGEST} characters.")
        transactional_id = cleaned.get("transactional_id", "").strip()
        ids = (transactional_id,) if transactional_id else ()
        if not self.errors and not (topics or groups or ids):
            self.add_error("rights", "Nothing is named. Name a topic, a group or an id.")
        self.once = Once(topics, groups, ids)
        return cleaned
