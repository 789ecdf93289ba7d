"""A value that was typed never comes back to the page."""

from django import forms

from kalixweb.core.forms import WriteOnlyPassword, WriteOnlyTextarea

CANARY = "canary-7f3a"


class SecretForm(forms.Form):
    name = forms.CharField(max_length=3, help_text="Short.")
    password = forms.CharField(widget=WriteOnlyPassword, help_text="Sealed.")
    pem = forms.CharField(widget=WriteOnlyTextarea, initial=CANARY, required=False)


def bound() -> SecretForm:
    return SecretForm({"name": "much too long", "password": CANARY, "pem": CANARY})


def test_a_form_that_comes_back_holds_no_value() -> None:
    form = bound()
    assert not form.is_valid()
    html = "".join(field.as_field_group() for field in form) + str(form)
    assert CANARY not in html
    assert "much too long" in html, "the test would prove nothing if no value were rendered"


def test_an_unbound_form_holds_no_initial_value() -> None:
    assert CANARY not in str(SecretForm(initial={"password": CANARY, "pem": CANARY}))


def test_the_browser_keeps_what_was_typed() -> None:
    html = bound()["password"].as_field_group()
    assert "hx-preserve" in html
    assert "Type it again" in html


def test_an_error_is_tied_to_its_field() -> None:
    html = bound()["name"].as_field_group()
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html


def test_a_warning_stands_at_its_field() -> None:
    class Portly:
        sentence, action = "Port 9098 is for IAM.", "Use 9096."

    form = bound()
    form.warnings = {"name": [Portly]}  # type: ignore[attr-defined]
    assert "Port 9098 is for IAM." in form["name"].as_field_group()
