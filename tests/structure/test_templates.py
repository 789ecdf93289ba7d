"""What every template must keep to: it compiles, fits the content security policy, escapes."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

from kalixweb.core.shipped_files import shipped_folder

FOLDER = shipped_folder("templates")
TEMPLATES = sorted(str(path.relative_to(FOLDER)) for path in FOLDER.rglob("*.html"))
COMMENT = re.compile(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", re.DOTALL)
FORBIDDEN = {
    "an inline style": r"\sstyle\s*=",
    "a style element": r"<style\b",
    "an inline handler": r"<[^>]*\son[a-z]+\s*=",
    "an inline script": r"<script(?![^>]*\bsrc=)",
    "unescaped output": r"\|\s*safe\b|\{%\s*autoescape\s+off",
    "a script address": r"javascript:",
    "another host": r"(?:src|href|action)\s*=\s*[\"']?(?:https?:)?//",
    "htmx that needs eval": r"hx-on|hx-vals\s*=\s*[\"']js:|hx-trigger=\"[^\"]*\[",
}
# The QR code of a new second factor, drawn on the server as SVG.
ALLOWED = {("mfa/totp/activate_form.html", "unescaped output")}
FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
CHANGES = re.compile(r"method=[\"']?post|hx-(?:post|put|patch|delete)", re.IGNORECASE)


def read(name: str) -> str:
    """The template without its comments."""
    return COMMENT.sub("", Path(FOLDER, name).read_text(encoding="utf-8"))


def test_there_are_templates() -> None:
    assert "base.html" in TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_compiles(name: str) -> None:
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_fits_the_policy_and_escapes(name: str) -> None:
    text = read(name)
    found = {what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)}
    found -= {what for where, what in ALLOWED if where == name}
    assert not found, f"{name} has {', '.join(sorted(found))}"


@pytest.mark.parametrize(
    "bad",
    [
        '<p style="color:red">',
        "<style>p{}</style>",
        '<a onclick="x()">',
        "<script>x()</script>",
        "{{ name|safe }}",
        '<img src="//cdn.invalid/x.png">',
        '<div hx-trigger="every 2s [visible]">',
    ],
)
def test_the_patterns_find_what_they_are_for(bad: str) -> None:
    assert any(re.search(pattern, bad, re.IGNORECASE) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_form_that_changes_something_carries_the_token(name: str) -> None:
    text = read(name)
    forms = FORM.findall(text)
    for form in forms:
        if CHANGES.search(form):
            assert "csrf_token" in form, f"{name}: {form[:120]}"
    assert not re.search(r"hx-(?:post|put|patch|delete)", FORM.sub("", text)), (
        f"{name} changes something outside of a form"
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_icons_are_hidden_from_screen_readers(name: str) -> None:
    bare = [
        tag for tag in re.findall(r"\{% lucide [^%]*%\}", read(name)) if "aria_hidden" not in tag
    ]
    assert not bare, f"{name}: {bare}"


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_is_called_successful_or_invalid(name: str) -> None:
    words = re.search(r"successful|\boops\b|\bplease\b|invalid input", read(name), re.IGNORECASE)
    assert not words, f"{name} says {words and words.group()}"
