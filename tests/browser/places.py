"""Every page there is, and what has to stand so that each shows what it can show."""

import re
from dataclasses import dataclass

from kalixweb.practice.server import Practice
from tests.browser import cloud
from tests.browser.site import Site, Target
from tests.fakes.aws import FakeAws


@dataclass(frozen=True)
class Place:
    """A page; ``press`` names the button that sends its form back refused."""

    name: str
    path: str
    press: str = ""
    who: str = "mira"
    status: int = 200


PLACES = [
    Place("overview-empty", "/p/bare/"),
    Place("overview", "/p/shown/"),
    Place("connections-none", "/p/bare/connections/"),
    Place("connections", "/p/shown/connections/"),
    Place("connections-none-found", "/p/shown/connections/?q=nothing-like-it"),
    Place("all-connections", "/connections/"),
    Place("faults", "/faults/"),
    Place("faults-found", "/faults/?q=tls.ex"),
    Place("fault", "/faults/tls.unknown_ca/"),
    Place("connection-new", "/p/shown/connections/new/"),
    Place("connection-new-refused", "/p/shown/connections/new/", press="Save"),
    Place("connection", "{good}"),
    Place("connection-failed", "{expired}"),
    Place("connection-edit", "{good}edit/"),
    Place("connection-copy", "{good}copy/"),
    Place("connection-delete", "{good}delete/"),
    Place("connection-delete-refused", "{good}delete/", press="Delete good"),
    Place("run-passed", "{good_run}"),
    Place("run-warned", "{soon_run}"),
    Place("run-failed", "{expired_run}"),
    Place("run-wrong-password", "{denied_run}"),
    Place("run-after-change", "{mended_run}"),
    Place("runs", "{good}runs/"),
    Place("secrets-none", "/p/bare/secrets/"),
    Place("secrets", "/p/shown/secrets/"),
    Place("secret-new", "/p/shown/secrets/new/"),
    Place("secret-new-refused", "/p/shown/secrets/new/", press="Save"),
    Place("ca-new", "/p/shown/secrets/new/?type=tls-ca"),
    Place("ca-new-refused", "/p/shown/secrets/new/?type=tls-ca", press="Save"),
    Place("secret", "{secret}"),
    Place("ca", "{ca}"),
    Place("secret-edit", "{secret}edit/"),
    Place("ca-edit", "{ca}edit/"),
    Place("secret-rename", "{secret}rename/"),
    Place("secret-hosts", "{secret}hosts/"),
    Place("secret-delete", "{unused}delete/"),
    Place("secret-delete-refused", "{unused}delete/", press="Delete unused"),
    Place("secret-delete-in-use", "{secret}delete/"),
    Place("msk-empty", "/p/bare/msk/"),
    Place("msk", "/p/shown/msk/"),
    Place("aws-account-new", "/p/shown/msk/accounts/new/"),
    Place("aws-account-new-refused", "/p/shown/msk/accounts/new/", press="Save"),
    Place("aws-account", "{aws_account}"),
    Place("aws-account-edit", "{aws_account}edit/"),
    Place("aws-account-delete", "{aws_account}delete/"),
    Place("msk-policy", "/p/shown/msk/policy/?onboarding={onboarding_id}"),
    Place("msk-account", "{onboarding}account/"),
    Place("msk-cluster", "{onboarding}cluster/"),
    Place("msk-cluster-list", "{onboarding}cluster/?choose=yes"),
    Place("msk-cluster-refused", "{onboarding}cluster/?choose=yes", press="Take this cluster"),
    Place("msk-readiness", "{onboarding}readiness/"),
    Place("msk-user", "{onboarding}user/"),
    Place("msk-user-refused", "{begun}user/", press="Save"),
    Place("msk-topics", "{onboarding}topics/"),
    Place("msk-topics-refused", "{begun}topics/", press="Save"),
    Place("msk-acls", "{onboarding}acls/"),
    Place("msk-connection", "{onboarding}connection/"),
    Place("msk-connection-refused", "{begun}connection/", press="Fill it in"),
    Place("msk-test-none", "{begun}test/"),
    Place("msk-test", "{onboarding}test/"),
    Place("connection-offered", "{offered}"),
    Place("audit", "/p/shown/audit/?action=connection.tested"),
    Place("audit-none-found", "/p/shown/audit/?who=nobody-like-it"),
    Place("members", "/p/shared/members/"),
    Place("invite", "/p/shown/members/invite/"),
    Place("invite-refused", "/p/shown/members/invite/", press="Make the link"),
    Place("member", "{member}"),
    Place("projects", "/p/"),
    Place("project-new", "/p/new/"),
    Place("project-new-refused", "/p/new/", press="Make the project"),
    Place("project-edit", "/p/shown/settings/"),
    Place("project-delete", "/p/shown/delete/"),
    Place("password", "/account/password/"),
    Place("password-refused", "/account/password/", press="Change password"),
    Place("sessions", "/account/sessions/"),
    Place("second-factor", "/account/second-factor/"),
    Place("second-factor-app", "/account/second-factor/app/"),
    Place("sign-out", "/account/logout/"),
    Place("prove", "/account/reauthenticate/"),
    Place("missing", "/p/shown/no-such-page/", status=404),
    Place("denied", "/p/shared/members/invite/", who="noor", status=403),
    Place("overview-of-an-editor", "/p/shared/", who="noor"),
    Place("sign-in", "/account/login/", who="nobody"),
    Place("sign-in-refused", "/account/login/", press="Sign in", who="nobody"),
    Place("setup-used-up", "/setup/", who="nobody", status=404),
    Place("invitation-used-up", "/invitation/", who="nobody", status=404),
]


@dataclass(frozen=True)
class World:
    """The addresses that stand in PLACES in braces."""

    paths: dict[str, str]

    @classmethod
    def build(cls, site: Site, practice: Practice, aws: FakeAws) -> "World":
        """Two projects: one with nothing in it, one with a connection in each state."""
        site.project("bare")
        site.project("shown")
        paths: dict[str, str] = {}
        for name in ("good", "soon", "expired"):
            labels = {"labels": "env:prod team:orders", "topics": "orders, group:orders-svc"}
            target = Target.of(practice.listeners[name])
            paths[name] = site.connection("shown", name, target, **labels)
            paths[f"{name}_run"] = site.finished_test(paths[name])
        wrong = Target.of(practice.listeners["good"], "not-the-password")
        paths["denied"] = site.connection("shown", "denied", wrong)
        paths["denied_run"] = site.finished_test(paths["denied"])
        site.connection("shown", "untested", wrong)
        paths["secret"] = _linked(site, "/p/shown/secrets/", "denied-login")
        site.post(f"{paths['secret']}edit/", _new_version(practice.listeners["good"].password))
        paths["mended_run"] = site.finished_test(paths["denied"])
        paths["ca"] = _linked(site, "/p/shown/secrets/", "good-ca")
        unused = {"name": "unused", "entries": "1", "entries-0-name": "pwd", "do": "save"}
        paths["unused"] = site.post(
            "/p/shown/secrets/new/", {**unused, "entries-0-value": "of-no-use"}
        )
        paths["member"] = _linked(site, "/p/shared/members/", "Change noor")
        return cls(paths | _msk(site, aws))


def _msk(site: Site, aws: FakeAws) -> dict[str, str]:
    """An onboarding that went all the way to a test, where much is wrong, and one just begun."""
    arn = aws.account.cluster("ordersprod")["ClusterArn"]
    aws.account.deny("kms:DescribeKey")
    account = cloud.add_account(site, "shown")
    onboarding, begun = (cloud.begin_onboarding(site, "shown", arn) for _ in range(2))
    typed = {"user": "svc-orders", "password_from": "new", "password_name": "svc-orders"}
    site.post(
        onboarding.step("user"), typed | {"password_entry": "pwd", "password_value": "of no use"}
    )
    site.post(onboarding.step("topics"), {"topics": "orders:read, missing, group:orders-svc"})
    site.post(f"{account}who/", {"onboarding": onboarding.id})
    site.answered(onboarding.step("account"))
    site.post(f"{onboarding.path}ask/clusters/", {})
    site.answered(onboarding.step("cluster"))
    site.post(f"{onboarding.path}check/", {})
    site.answered(onboarding.step("readiness"))
    fill = {"into": "new", "name": "from-msk", "ca_from": "none"}
    site.post(onboarding.step("connection"), fill)
    site.post(f"{onboarding.path}test/begin/", {})
    site.answered(onboarding.step("test"))
    site.post("/p/shown/msk/policy/try/", {"onboarding": onboarding.id, "account": "production"})
    site.answered(f"/p/shown/msk/policy/?onboarding={onboarding.id}&account=production")
    aws.account.allow("kms:DescribeKey")
    offered = _linked(site, "/p/shown/connections/?q=from-msk", "from-msk")
    return {
        "aws_account": account,
        "onboarding": onboarding.path,
        "onboarding_id": onboarding.id,
        "begun": begun.path,
        "offered": offered,
    }


def _new_version(value: str) -> dict[str, str]:
    entry = {"entries-0-name": "pwd", "entries-0-value": value}
    return {"version": "1", "entries": "1", "do": "save", **entry}


def _linked(site: Site, page: str, name: str) -> str:
    """Where the link of this name on ``page`` leads."""
    site.page.goto(page)
    found = site.page.get_by_role("link", name=re.compile(f"^{name}$")).get_attribute("href")
    assert found is not None
    return found
