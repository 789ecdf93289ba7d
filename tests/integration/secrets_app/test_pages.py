"""The pages of secrets as a person without JavaScript meets them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from kalixweb.accounts.models import User
from kalixweb.core.actor import Actor
from kalixweb.core.secret_value import SecretValue
from kalixweb.projects.models import Project
from kalixweb.projects.services.projects import create_project
from secrets_app.models import Secret, SecretEntry, SecretVersion
from secrets_app.services import secrets, usage
from secrets_app.services.naming import LARGEST_SECRET
from tests.fakes import pki
from tests.integration.secrets_app.conftest import SHELL, Person

pytestmark = pytest.mark.django_db
SignIn = Callable[..., Client]
TYPED = "hunter2-typed-value"
PASSWORD = "correct horse battery"


@pytest.fixture
def sign_in(client: Client) -> SignIn:
    """Signs somebody in, freshly or not, and gives their browser."""

    def go(actor: Actor, *, fresh: bool = False) -> Client:
        client.force_login(User.objects.get(id=actor.id))
        if fresh:
            client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
        return client

    return go


@pytest.fixture(autouse=True)
def _passwords(settings: Settings, keeper: Actor, editor: Actor) -> None:
    """Whoever may sign in freshly has a password."""
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()


def address(name: str, *args: object) -> str:
    return reverse(f"secrets:{name}", args=["payments", *args])


def rows_of(*rows: tuple[str, object], **more: Any) -> dict[str, Any]:
    """What a browser sends for the given (name, value) rows."""
    data = {"entries": len(rows), "do": "save"}
    for i, (name, value) in enumerate(rows):
        data[f"entries-{i}-name"] = name
        data[f"entries-{i}-{'file' if hasattr(value, 'read') else 'value'}"] = value
    return data | more


def use_it(secret: Secret, entry: str = "pwd") -> None:
    usage.replace(
        project=secret.project_id,
        holder_kind="connection",
        holder_id=secret.id,
        label="billing-staging",
        entries=[(secret.id, entry)],
    )


def make_ca(actor: Actor, project: Project, pem: bytes | None = None) -> Secret:
    return secrets.create(
        actor=actor,
        project=project.id,
        name="kafka-ca",
        type="tls-ca",
        entries={"ca.crt": SecretValue(pem or pki.authority("Root").pem)},
    )


def test_a_password_is_stored_and_never_comes_back(sign_in: SignIn, editor: Actor) -> None:
    browser = sign_in(editor)
    assert browser.get(address("secret-new")).status_code == 200
    sent = rows_of(("pwd", TYPED), ("", ""), ("", ""), name="orders-kafka")
    answer = browser.post(address("secret-new"), sent, follow=True)
    assert answer.redirect_chain
    page = answer.content.decode()
    assert "orders-kafka/pwd" in page
    assert TYPED not in page
    assert TYPED not in browser.get(address("secret-list")).content.decode()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Orders", "The name contains a capital letter."),
        ("or/ders", "The name contains a slash."),
        ("my orders", "The name contains a space."),
        ("orders🔑", "The name contains “🔑”."),
        ("-orders", "begins or ends with a hyphen"),
        ("x" * 64, "The name has 64 characters; 63 is the most."),
        ("", "A secret needs a name, such as orders-kafka."),
    ],
)
def test_a_name_that_cannot_be(sign_in: SignIn, editor: Actor, name: str, sentence: str) -> None:
    answer = sign_in(editor).post(address("secret-new"), rows_of(("pwd", TYPED), name=name))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert 'id="id_name_error"' in page
    assert TYPED not in page
    assert not Secret.all_projects.exists()


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ([("a/b", "x")], "name contains a slash"),
        ([("", "x")], "An entry needs a name"),
        ([("pwd", "")], "pwd has no value"),
        ([("pwd", "x"), ("pwd", "y")], "Two entries are called pwd"),
        ([("", "")], "at least one entry"),
    ],
)
def test_entries_that_cannot_be(
    sign_in: SignIn, editor: Actor, rows: list[tuple[str, str]], sentence: str
) -> None:
    answer = sign_in(editor).post(address("secret-new"), rows_of(*rows, name="orders"))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_a_taken_name_is_said_at_the_name(sign_in: SignIn, editor: Actor, secret: Secret) -> None:
    answer = sign_in(editor).post(address("secret-new"), rows_of(("pwd", TYPED), name=secret.name))
    assert answer.status_code == 422
    assert "A secret named orders-kafka exists already." in answer.content.decode()


def test_a_search_with_a_nul_finds_nothing(sign_in: SignIn, editor: Actor) -> None:
    assert sign_in(editor).get(f"{address('secret-list')}?q=%00x").status_code == 200


def test_numbers_without_end_are_no_numbers(sign_in: SignIn, editor: Actor, secret: Secret) -> None:
    visitor, endless = sign_in(editor), "9" * 5000
    page = visitor.post(address("secret-edit", secret.id), {"version": endless, "entries": endless})
    assert page.status_code == 422
    url = address("secret-make-current", secret.id, 1)
    assert visitor.post(url, {"version": endless}).status_code == 302


def test_one_mebibyte_fits_and_one_byte_more_does_not(sign_in: SignIn, editor: Actor) -> None:
    def send(name: str, size: int) -> Any:
        file = SimpleUploadedFile("big.bin", b"x" * size)
        return sign_in(editor).post(address("secret-new"), rows_of(("big", file), name=name))

    assert send("full", LARGEST_SECRET).status_code == 302
    for size, sentence in [
        (LARGEST_SECRET + 1, "1,048,577 bytes together"),
        (3 * LARGEST_SECRET, "larger than a secret may be (1 MiB in all)"),
    ]:
        answer = send("fuller", size)
        assert answer.status_code == 422
        assert sentence in answer.content.decode()


def test_white_space_at_the_end_is_asked_about(sign_in: SignIn, editor: Actor) -> None:
    browser = sign_in(editor)
    url, sent = address("secret-new"), rows_of(("pwd", TYPED + "\n"), name="orders")
    answer = browser.post(url, sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "The value of pwd ends with a newline" in page
    assert 'name="ending" value="trim"' in page
    assert browser.post(url, sent | {"ending": "trim"}).status_code == 302
    assert SecretEntry.all_projects.get().size == len(TYPED)
    assert browser.post(url, sent | {"ending": "keep", "name": "exact"}).status_code == 302
    assert SecretEntry.all_projects.get(version__secret__name="exact").size == len(TYPED) + 1


def test_another_row_without_losing_names(sign_in: SignIn, editor: Actor) -> None:
    sent = rows_of(("pwd", TYPED), ("user", ""), name="orders") | {"do": "add"}
    page = sign_in(editor).post(address("secret-new"), sent).content.decode()
    assert 'name="entries-0-name" value="pwd"' in page
    assert 'name="entries-1-name" value="user"' in page
    assert "entries-2-name" in page
    assert 'name="name" value="orders"' in page
    assert TYPED not in page
    assert not Secret.all_projects.exists()


JUNK = b"\x00\xff" * (LARGEST_SECRET // 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lambda: pki.authority("R").pem + pki.authority("R").key_pem, "holds a private key"),
        (lambda: pki.authority("R").der, "binary form (DER)"),
        (lambda: JUNK, "1024 KiB long"),
        (lambda: b"".join(pki.authority(f"R{i}").pem for i in range(51)), "holds 51 certificates"),
        (lambda: b"hello", "no certificate in this text"),
    ],
)
def test_a_ca_that_cannot_be(
    sign_in: SignIn, editor: Actor, content: Callable[[], bytes], sentence: str
) -> None:
    file = SimpleUploadedFile("ca.pem", content())
    url = address("secret-new") + "?type=tls-ca"
    answer = sign_in(editor).post(url, {"name": "kafka-ca", "file": file})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert sentence in page
    assert "PRIVATE KEY" not in page
    assert not Secret.all_projects.exists()


def test_a_pasted_ca_with_windows_line_ends_shows_what_is_inside(
    sign_in: SignIn, editor: Actor
) -> None:
    root = pki.authority("Staging Root")
    issuing = pki.authority("Staging Issuing", root)
    pem = (issuing.pem + root.pem).decode().replace("\n", "\r\n")
    url = address("secret-new") + "?type=tls-ca"
    answer = sign_in(editor).post(url, {"name": "kafka-ca", "pem": pem}, follow=True)
    page = answer.content.decode()
    assert "A TLS CA with 2 certificates" in page
    assert "intermediate, signed by Staging Root" in page
    assert "root, signed itself" in page
    assert root.sha256 in page
    assert "BEGIN CERTIFICATE" not in page


def test_a_new_version_keeps_what_is_left_empty(
    sign_in: SignIn, editor: Actor, secret: Secret
) -> None:
    use_it(secret)
    browser = sign_in(editor)
    url = address("secret-edit", secret.id)
    assert b'name="entries-0-value"' in browser.get(url).content
    sent = rows_of(("pwd", TYPED), ("token", ""), ("", ""), version=1)
    page = browser.post(url, sent, follow=True).content.decode()
    assert "Version 2 is current." in page
    assert "have not been tested with it" in page
    assert TYPED not in page
    assert "pwd set" in page


def test_someone_elses_save_is_shown_and_not_overwritten(
    sign_in: SignIn, editor: Actor, keeper: Actor, secret: Secret
) -> None:
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("theirs")})
    url = address("secret-edit", secret.id)
    sent = rows_of(("pwd", TYPED), version=1)
    answer = sign_in(editor).post(url, sent)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "mira saved version 2 of orders-kafka meanwhile" in page
    assert "Save over version 2" in page
    assert 'name="version" value="2"' in page
    assert SecretVersion.all_projects.count() == 2


def test_saving_nothing_and_saving_the_same(sign_in: SignIn, editor: Actor, secret: Secret) -> None:
    browser, url = sign_in(editor), address("secret-edit", secret.id)
    answer = browser.post(url, rows_of(("pwd", ""), ("token", ""), version=1))
    assert answer.status_code == 422
    assert "Nothing is set, added or dropped." in answer.content.decode()
    page = browser.post(url, rows_of(("pwd", "hunter2"), version=1), follow=True)
    assert "holds exactly this already" in page.content.decode()
    assert SecretVersion.all_projects.count() == 1


def test_the_twenty_first_guess_is_refused_at_its_row(
    sign_in: SignIn, editor: Actor, secret: Secret
) -> None:
    browser, url = sign_in(editor), address("secret-edit", secret.id)
    for _ in range(20):
        browser.post(url, rows_of(("pwd", "hunter2"), version=1))
    answer = browser.post(url, rows_of(("pwd", "hunter2"), version=1))
    assert answer.status_code == 422
    assert "20 times within an hour" in answer.content.decode()


def test_an_earlier_version_is_made_current(
    sign_in: SignIn, editor: Actor, keeper: Actor, secret: Secret
) -> None:
    secrets.save_version(actor=keeper, secret=secret, values={"pwd": SecretValue("2")})
    browser = sign_in(editor)
    url = address("secret-make-current", secret.id, 1)
    page = browser.post(url, {"version": 2}, follow=True).content.decode()
    assert "Version 1 is current." in page
    page = browser.post(url, {"version": 2}, follow=True).content.decode()
    assert "Nothing was changed." in page


def test_a_ca_in_use_asks_for_a_fresh_sign_in_first(
    sign_in: SignIn, editor: Actor, project: Project
) -> None:
    ca = make_ca(editor, project)
    use_it(ca, "ca.crt")
    url = address("secret-edit", ca.id)
    sent = {"pem": pki.authority("New").pem.decode(), "version": 1}
    browser = sign_in(editor)
    assert "reauthenticate" in browser.get(url)["Location"]
    assert browser.post(url, sent).status_code == 403
    assert SecretVersion.all_projects.count() == 1
    browser = sign_in(editor, fresh=True)
    assert browser.get(url).status_code == 200
    assert browser.post(url, sent).status_code == 302


def test_deleting_needs_the_name_and_no_user(
    sign_in: SignIn, editor: Actor, secret: Secret
) -> None:
    browser, url = sign_in(editor), address("secret-delete", secret.id)
    assert b"Type orders-kafka to delete it" in browser.post(url, {"typed": "orders"}).content
    use_it(secret)
    answer = browser.post(url, {"typed": "orders-kafka"})
    assert answer.status_code == 422
    assert "cannot be deleted</strong> while billing-staging uses it" in answer.content.decode()
    assert "billing-staging" in browser.get(address("secret-detail", secret.id)).content.decode()
    usage.replace(
        project=secret.project_id,
        holder_kind="connection",
        holder_id=secret.id,
        label="",
        entries=[],
    )
    assert browser.post(url, {"typed": "orders-kafka"}).status_code == 302
    assert not Secret.all_projects.exists()


def test_renaming(sign_in: SignIn, editor: Actor, secret: Secret) -> None:
    browser, url = sign_in(editor), address("secret-rename", secret.id)
    assert browser.post(url, {"name": "A b"}).status_code == 422
    assert browser.post(url, {"name": "billing"}).status_code == 302
    assert Secret.all_projects.get().name == "billing"


def test_allowed_hosts_need_reveal_and_a_fresh_sign_in(
    sign_in: SignIn, editor: Actor, keeper: Actor, secret: Secret
) -> None:
    url = address("secret-hosts", secret.id)
    assert sign_in(editor, fresh=True).get(url).status_code == 403
    assert "reauthenticate" in sign_in(keeper).get(url)["Location"]
    browser = sign_in(keeper, fresh=True)
    answer = browser.post(url, {"patterns": "https://kafka.example"})
    assert answer.status_code == 422
    assert "“https://kafka.example” is no host" in answer.content.decode()
    assert browser.post(url, {"patterns": "kafka.example\n*.b.example"}).status_code == 302
    assert Secret.all_projects.get().allowed_hosts == ["*.b.example", "kafka.example"]
    assert b"*.b.example" not in browser.get(address("secret-detail", secret.id)).content


def test_viewers_see_no_control_and_strangers_no_secret(
    sign_in: SignIn, person: Person, secret: Secret
) -> None:
    browser = sign_in(person("vera", "viewer"))
    page = browser.get(address("secret-detail", secret.id)).content.decode()
    for control in ("New version", "Delete orders-kafka", "Rename", "Allowed hosts"):
        assert control not in page
    for name in ("secret-edit", "secret-rename", "secret-hosts", "secret-delete"):
        assert browser.get(address(name, secret.id)).status_code == 403
    other = create_project(actor=SHELL, name="search")
    stranger = sign_in(person("sam", "secret_keeper", of=other))
    missing = stranger.get(reverse("secrets:secret-detail", args=["search", secret.id]))
    assert missing.status_code == 404
    assert stranger.get(address("secret-detail", secret.id)).status_code == 404


def test_the_list_searches_names_entries_and_users(
    sign_in: SignIn, editor: Actor, keeper: Actor, secret: Secret, project: Project
) -> None:
    make_ca(keeper, project)
    use_it(secret)
    browser = sign_in(editor)

    def listed(query: str) -> list[str]:
        page = browser.get(address("secret-list") + query).content.decode()
        return [name for name in ("orders-kafka", "kafka-ca") if f">{name}</a>" in page]

    assert listed("") == ["orders-kafka", "kafka-ca"]
    assert listed("?type=tls-ca") == ["kafka-ca"]
    assert listed("?q=billing") == ["orders-kafka"]
    assert listed("?q=token") == ["orders-kafka"]
    assert listed("?q=nothing") == []


def test_the_list_of_two_thousand_costs_twelve_queries_and_no_blob(
    sign_in: SignIn,
    editor: Actor,
    project: Project,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    many = [
        Secret(
            project=project,
            type="generic",
            name=f"s-{i:04}",
            current_version=1,
            row_mac_kid=1,
            row_mac=b"",
        )
        for i in range(2000)
    ]
    Secret.all_projects.bulk_create(many)
    versions = SecretVersion.all_projects.bulk_create(
        SecretVersion(project=project, secret=one, number=1, saved_by_kind="shell") for one in many
    )
    SecretEntry.all_projects.bulk_create(
        SecretEntry(
            project=project,
            version=one,
            name="pwd",
            set_in=1,
            blob=b"sealed",
            kid=1,
            fingerprint=b"f",
            fingerprint_kid=1,
            size=1,
        )
        for one in versions
    )
    browser = sign_in(editor)
    browser.get(address("secret-list"))
    with django_assert_max_num_queries(12) as seen:
        page = browser.get(address("secret-list") + "?q=s-&page=2")
    assert b"Page 2 of 67" in page.content
    assert not any('"blob"' in query["sql"] for query in seen.captured_queries)


def test_the_page_of_a_secret_with_many_versions_stays_cheap(
    sign_in: SignIn,
    editor: Actor,
    keeper: Actor,
    secret: Secret,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(2, 12):
        secrets.save_version(actor=SHELL, secret=secret, values={"pwd": SecretValue(str(number))})
    browser = sign_in(editor)
    browser.get(address("secret-list"))
    with django_assert_max_num_queries(12) as seen:
        page = browser.get(address("secret-detail", secret.id)).content.decode()
    assert "Make version 1 current again" in page
    assert "token" in page
    assert not any('"blob"' in query["sql"] for query in seen.captured_queries)
