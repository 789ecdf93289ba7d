"""The form of a connection: every input fault stands at its field, and no value comes back."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from brokers.connections.forms.connection import ConnectionForm, shown
from brokers.connections.services.configuration import Existing, New
from brokers.engine.input import reference_missing
from brokers.models import Connection
from kalixweb.projects.models import Project
from secrets_app.models import Secret
from tests.fakes import pki

pytestmark = pytest.mark.django_db
MSK = "b-1.ordersprod.k3x9ab.c4.kafka.eu-west-1.amazonaws.com"


def typed(**changes: Any) -> Any:
    return {
        "name": "orders-prod",
        "platform": "kafka",
        "servers": "b-1.example.test:9096",
        "auth": "scram-sha-512",
        "user": "svc-orders",
        "password_from": "new",
        "password_name": "fresh",
        "password_entry": "pwd",
        "password_value": "a good password",
        "ca_from": "none",
    } | changes


def form(project: Project, files: Any = None, **changes: Any) -> Any:
    filled = ConnectionForm(typed(**changes), files, project=project.id)
    filled.is_valid()
    return filled


def test_a_good_form_gives_what_the_services_take(project: Project) -> None:
    good = form(project, labels="env:prod, team:orders env:prod", topics="orders group:g1,topic:t2")
    assert good.is_valid(), good.errors
    assert good.wanted.labels == ("env:prod", "team:orders")
    assert (good.wanted.topics, good.wanted.groups) == (("orders", "t2"), ("g1",))
    assert isinstance(good.password, New)
    assert good.ca is None


@pytest.mark.parametrize(
    "pasted",
    [
        "b-1.example.test:9096,b-2.example.test:9096",
        "b-1.example.test:9096\r\nb-2.example.test:9096\r\n",
        " b-1.example.test:9096 ;\n\n b-2.example.test:9096, ",
    ],
)
def test_servers_as_people_paste_them(project: Project, pasted: Any) -> None:
    assert form(project, servers=pasted).wanted.servers == (
        "b-1.example.test:9096",
        "b-2.example.test:9096",
    )


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"servers": ""}, "servers", "no bootstrap server"),
        ({"servers": "b-1.example.test"}, "servers", "it has no port"),
        ({"servers": "b-1.example.test:70000"}, "servers", "outside 1 to 65535"),
        ({"servers": "a..b:9092"}, "servers", "empty part"),
        ({"servers": "https://b-1.example.test:9096"}, "servers", "begins with https://"),
        ({"servers": "SASL_SSL://b-1.example.test:9096"}, "servers", "begins with SASL_SSL://"),
        ({"servers": "<bootstrap brokers>"}, "servers", "placeholder"),
        ({"servers": "x" * 10_001}, "servers", "10,000 is the most"),
        ({"servers": f"{MSK}:9096", "auth": "plain"}, "auth", "Amazon MSK does not offer plain"),
        ({"user": ""}, "user", "no user"),
        ({"password_value": ""}, "password_value", "password is empty"),
        ({"topics": "bad/topic"}, "topics", "cannot be the name of a topic"),
        ({"name": "Orders Prod"}, "name", "a capital letter and a space"),
        ({"name": ""}, "name", "needs a name"),
        ({"name": "a/b"}, "name", "a slash"),
        ({"name": "x" * 64}, "name", "63 is the most"),
        ({"labels": "env prod!"}, "labels", "no label"),
        ({"password_name": "Bad Name"}, "password_name", "a capital letter"),
        ({"password_entry": "a/b"}, "password_entry", "a slash"),
        ({"ca_from": "new", "ca_name": "ca"}, "ca_pem", "no certificate"),
        ({"ca_from": "new", "ca_name": "ca", "ca_pem": "junk"}, "ca_pem", ""),
        ({"ca_from": "new", "ca_name": "fresh", "ca_pem": "junk"}, "ca_name", "this name"),
    ],
)
def test_what_cannot_work_is_refused_at_its_field(
    project: Project, changes: Any, field: Any, said: Any
) -> None:
    refused = form(project, **changes)
    assert not refused.is_valid()
    assert said in " ".join(refused.errors[field])


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"servers": "a.example.test:1, a.example.test:1"}, "servers", "input.duplicate"),
        ({"servers": f"{MSK}:9098"}, "servers", "input.port_for_other_auth"),
        ({"user": "User:alice"}, "user", "input.user_prefix"),
        ({"user": " alice"}, "user", "input.whitespace"),
        ({"user": "jürgen"}, "user", "input.user_not_ascii"),
    ],
)
def test_what_is_odd_is_said_at_its_field_and_blocks_nothing(
    project: Project, changes: Any, field: Any, code: Any
) -> None:
    warned = form(project, **changes)
    assert warned.is_valid(), warned.errors
    assert code in [fault.code for fault in warned.warnings[field]]


ODD = [
    ("secret\n", "input.whitespace", "trim", "Trim it", "secret"),
    (
        '{"username": "u", "password": "x"}',
        "input.value_is_json",
        "json",
        "Use its `password` member",
        "x",
    ),
    ('"quoted"', "input.value_quoted", "unquote", "Remove the quotation marks", "quoted"),
    ("has\x07bell", "input.whitespace", None, "", ""),
]


@pytest.mark.parametrize(("value", "code", "kind", "word", "right"), ODD)
def test_an_odd_password_is_asked_about_before_it_is_stored(
    project: Project, value: str, code: str, kind: str | None, word: str, right: str
) -> None:
    asked = form(project, password_value=value)
    assert asked.errors == {"password_value": ["Is it meant so? Choose what to do with it."]}
    (warned,) = asked.warnings["password_value"]
    keep = ("save:keep", "Keep it as it is and save")
    put_right = [(f"save:{kind}", f"{word} and save")] if kind else []
    assert warned.code == code
    assert [(offer.do, offer.word) for offer in warned.offers] == [*put_right, keep]
    kept = form(project, password_value=value, do="save:keep")
    assert kept.is_valid(), kept.errors
    assert kept.password.value.text() == value
    if kind:
        mended = form(project, password_value=value, do=f"save:{kind}")
        assert mended.is_valid(), mended.errors
        assert mended.password.value.text() == right
        assert "value" not in re.findall(r' (\w+)="', str(mended["password_value"]))


@pytest.mark.parametrize(("value", "code", "kind", "word", "right"), ODD[:3])
def test_a_test_goes_on_and_offers_to_put_the_password_right(
    project: Project, value: str, code: str, kind: str, word: str, right: str
) -> None:
    tested = form(project, password_value=value, do="test")
    assert tested.is_valid(), tested.errors
    assert tested.password.value.text() == value
    (offer,) = tested.warnings["password_value"][0].offers
    assert (offer.do, offer.word) == (f"test:{kind}", f"{word} and test")
    assert form(project, password_value=value, do=offer.do).password.value.text() == right


def test_what_one_press_leaves_odd_is_asked_about_in_turn(project: Project) -> None:
    value = '{"password": "x "}'
    again = form(project, password_value=value, do="save:json")
    assert [offer.do for offer in again.warnings["password_value"][0].offers] == [
        "save:json+trim",
        "save:json+keep",
    ]
    assert form(project, password_value=value, do="save:json+trim").password.value.text() == "x"
    assert form(project, password_value=value, do="save:json+keep").password.value.text() == "x "


@pytest.mark.parametrize(
    ("changes", "field", "offer", "right"),
    [
        ({"user": " User:alice "}, "user", "Use `alice` and save", "alice"),
        (
            {"servers": f"{MSK}:9098,\n b-2.example.test:9098"},
            "servers",
            "Use port 9096 and save",
            f"{MSK}:9096,\n b-2.example.test:9098",
        ),
    ],
)
def test_what_shows_in_the_form_is_put_right_at_one_press(
    project: Project, changes: Any, field: str, offer: str, right: str
) -> None:
    (one, *_) = form(project, **changes).warnings[field][0].offers
    assert one.word == offer
    mended = form(project, **changes, do=one.do)
    assert mended.is_valid(), mended.errors
    assert mended.warnings == {}
    assert mended[field].value() == right
    assert mended.wanted.user == mended["user"].value()


def test_a_server_list_of_ten_thousand_characters_is_read(project: Project) -> None:
    text = ",".join(f"b-{n}.{'x' * 150}.test:9096" for n in range(60))[:10_000]
    assert not form(project, servers=text).errors.get("name")


def test_a_stored_secret_is_chosen_by_its_reference(project: Project, secret: Secret) -> None:
    chosen = form(project, password_from="choose", password_ref="orders-kafka/pwd")
    assert chosen.is_valid(), chosen.errors
    assert chosen.password == Existing(secret, "pwd")


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("", "No secret is chosen"),
        ("nothing/pwd", "names no secret of this project"),
        ("orders-kafka/nope", "names no entry of orders-kafka, which has"),
    ],
)
def test_a_wrong_reference_is_refused(
    project: Project, secret: Secret, reference: Any, said: Any
) -> None:
    refused = form(project, password_from="choose", password_ref=reference)
    assert said in " ".join(refused.errors["password_ref"])


def test_a_wrong_reference_is_a_named_fault(project: Project, secret: Secret) -> None:
    refused = form(project, password_from="choose", password_ref="nothing/pwd")
    fault = reference_missing("password_ref", "nothing/pwd", "no secret of this project")
    assert fault.code == "input.reference_missing"
    assert refused.errors["password_ref"] == [f"{fault.sentence} {fault.action}"]


@pytest.mark.parametrize("pasted", ["hunter2", "S3cret!/x", "a/b/c", "correct horse"])
def test_a_password_pasted_as_a_reference_is_not_repeated(project: Project, pasted: Any) -> None:
    refused = form(project, password_from="choose", password_ref=pasted)
    assert "New secret" in " ".join(refused.errors["password_ref"])
    assert pasted not in refused.as_p()


def test_no_typed_value_is_rendered_again(project: Project) -> None:
    root = pki.authority("Root").pem.decode()
    back = form(project, name="", ca_from="new", ca_name="ca", ca_pem=root)
    page = back.as_p()
    assert "a good password" not in page
    assert "BEGIN CERTIFICATE-----\n" not in page


def test_a_ca_is_pasted_or_uploaded_but_not_both(project: Project) -> None:
    pem = pki.authority("Root").pem
    upload = {"ca_file": SimpleUploadedFile("ca.pem", pem)}
    uploaded = form(project, upload, ca_from="new", ca_name="ca")
    assert uploaded.is_valid(), uploaded.errors
    assert uploaded.ca.value.reveal() == pem
    upload = {"ca_file": SimpleUploadedFile("ca.pem", pem)}
    both = form(project, upload, ca_from="new", ca_name="ca", ca_pem=pem.decode())
    assert "Give one of them" in " ".join(both.errors["ca_pem"])


def test_a_new_secret_does_not_take_a_stored_ones_name(project: Project, secret: Secret) -> None:
    refused = form(project, password_name="orders-kafka")
    assert "exists already" in " ".join(refused.errors["password_name"])


def test_the_form_of_a_stored_connection_saves_the_same(
    project: Project, connection: Connection
) -> None:
    same = ConnectionForm(shown(connection), project=project.id)
    assert same.is_valid(), same.errors
    assert same.wanted.servers == tuple(connection.servers)
    assert same.password == Existing(connection.password_secret, "pwd")
