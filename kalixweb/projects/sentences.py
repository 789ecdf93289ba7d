"""Audit events as sentences: who is the subject, these are the rest."""

from collections import defaultdict
from typing import Any

from kalixweb.audit.events import ACTIONS
from kalixweb.projects.roles import titles


def sentence(event: dict[str, Any]) -> str:
    """What happened, without its subject: "saved version 4 of the secret billing".

    ``event`` is the decoded payload. Of an action that nothing registers any more it is the name.
    """
    target = event["object"]
    words: dict[str, str] = defaultdict(lambda: "…")
    words["object"] = target["label"] or target["kind"].replace("_", " ")
    words |= {name: _word(name, value) for name, value in event["details"].items()}
    action = ACTIONS.get(event["action"])
    if action is None:
        noun, _, verb = event["action"].partition(".")
        return f"{noun} {verb.replace('_', ' ')}: {words['object']}"
    return action.sentence.format_map(words)


def facts(event: dict[str, Any]) -> list[tuple[str, str]]:
    """The details as (name, value) in words, for those who want to know more."""
    return [
        (name.replace("_", " "), _word(name, value))
        for name, value in sorted(event["details"].items())
        if value not in (None, [], {}, "")
    ]


def _word(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        words = [str(one) for one in value]
        if name.startswith("roles"):
            return titles(words) or "none"
        return ", ".join(words)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    return "" if value is None else str(value)
