"""Writes docs/develop/data_model.md from the models: ``python -m tests.structure.data_model``."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from django.db import models

PAGE = Path(__file__).parents[2] / "docs" / "develop" / "data_model.md"
APPS = ("accounts", "projects", "audit", "keys", "secrets_app", "brokers")
HEAD = """# Data model

Written by `python -m tests.structure.data_model` from the models; a test holds the two together.
Keys are UUIDs unless a column says otherwise. Every table of a project carries `project`, and its
manager answers nothing without one. Tables of the audit trail hold no foreign keys, so that they
outlive what they speak of.
"""


def page() -> str:
    """The whole page as Markdown. Needs Django."""
    from django.apps import apps

    return HEAD + "".join(
        line
        for label in APPS
        for line in _app(list(apps.get_app_config(label).get_models()), label)
    )


def _app(tables: list[type[models.Model]], label: str) -> Iterator[str]:
    yield f"\n## {label}\n"
    for model in tables:
        meta = model._meta
        yield f"\n### {model.__name__}\n\nTable `{meta.db_table}`.\n"
        doc = inspect.cleandoc(model.__doc__ or "")
        if doc and not doc.startswith(f"{model.__name__}("):
            yield f"\n{doc}\n"
        yield "\n| column | type | |\n|---|---|---|\n"
        for field in meta.concrete_fields:
            yield f"| `{field.column}` | {field.get_internal_type()} | {_notes(field)} |\n"
        for rule in meta.constraints:
            fields = ", ".join(f"`{name}`" for name in getattr(rule, "fields", ()))
            yield f"\n`{rule.name}`: {type(rule).__name__} {fields}".rstrip() + "\n"


def _notes(field: models.Field) -> str:
    notes = ["key"] * field.primary_key + ["unique"] * (field.unique and not field.primary_key)
    if field.is_relation:
        deleted = field.remote_field.on_delete.__name__
        notes.append(f"→ {field.related_model.__name__} ({deleted})")
    return ", ".join(notes + ["null"] * field.null + ["indexed"] * field.db_index)


if __name__ == "__main__":
    import django

    django.setup()
    PAGE.write_text(page(), encoding="utf-8")
    sys.exit(0)
