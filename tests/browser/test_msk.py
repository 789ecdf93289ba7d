"""Connect an MSK cluster: from an empty project through every step to a green test."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from kalixweb.practice.server import Practice
from tests.browser.cloud import add_account, begin_onboarding, name_practice_brokers
from tests.browser.form import field
from tests.browser.people import MIRA, sign_in
from tests.browser.site import Site
from tests.browser.watching import watch
from tests.fakes.aws import FakeAws
from tests.running import RunningInstance


def onward(page: Page, step: str) -> None:
    page.get_by_role("link", name=f"Next: {step}").click()
    expect(page.locator(".chip[aria-current=step]")).to_contain_text(step)


def is_done(page: Page, step: str) -> None:
    chip = page.get_by_role("navigation", name="Steps").get_by_role("link", name=step)
    expect(chip).to_have_attribute("aria-label", re.compile(": done$"))


def test_from_an_empty_project_to_a_green_test(
    page: Page, site: Site, practice: Practice, aws: FakeAws
) -> None:
    name_practice_brokers(aws, practice)
    good = practice.listeners["good"]
    page.goto(site.project("msk-onboarding"))
    page.get_by_role("link", name="Connect an MSK cluster").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "From a cluster's name to a green test."
    )

    page.get_by_role("link", name="Add an AWS account").click()
    page.get_by_label("Name", exact=True).fill("production")
    page.get_by_label("Region").fill("eu-central-1")
    expect(page.get_by_label("Role's ARN")).to_be_visible()
    page.get_by_label("The host's own credentials").check()
    expect(page.get_by_label("Role's ARN")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Who am I").click()
    expect(page.get_by_text("Signs in")).to_be_visible()
    expect(page.locator("h1 + p")).to_contain_text("123456789012")
    page.get_by_role("button", name="Connect a cluster").click()
    is_done(page, "AWS account")

    page.get_by_role("button", name="List the clusters").click()
    expect(page.get_by_role("row").filter(has_text="analytics")).to_contain_text("Serverless")
    expect(page.get_by_role("button", name="Choose analytics")).to_have_count(0)
    page.get_by_label("Search clusters").fill("orders")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("button", name="Choose orders", exact=True).click()
    taken = page.get_by_role("row").filter(has=page.locator(".tag"))
    expect(taken).to_contain_text(good.server)
    expect(taken).to_contain_text("Public")

    onward(page, "Readiness")
    page.get_by_role("button", name="Check the prerequisites").click()
    expect(page.locator("#check-1")).to_contain_text("PROVISIONED")
    expect(page.locator(".verdict .badge")).to_have_text("Not all known")

    onward(page, "User and password")
    page.get_by_label("User", exact=True).fill(good.user)
    page.get_by_label("New secret").check()
    field(page, "password_name").fill("Alice Kafka")
    field(page, "password_value").fill(good.password)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved.")
    expect(field(page, "password_value")).to_have_value(good.password)
    field(page, "password_name").fill("alice-kafka")
    page.get_by_role("button", name="Save").click()
    is_done(page, "User and password")

    onward(page, "Topics")
    page.get_by_label("Topics and groups").fill("orders, group:orders-svc")
    page.get_by_role("button", name="Save").click()
    is_done(page, "Topics")

    onward(page, "ACLs")
    expect(page.locator("pre").filter(has_text="kafka-acls.sh").first).to_contain_text(
        f"User:{good.user}"
    )
    page.get_by_role("button", name="The ACLs exist").click()
    expect(page.get_by_text("Confirmed by mira")).to_be_visible()

    onward(page, "Connection")
    page.get_by_label("New CA").check()
    field(page, "ca_name").fill("practice-ca")
    field(page, "ca_pem").fill(good.ca_path.read_text())
    page.get_by_role("button", name="Fill it in").click()
    is_done(page, "Connection")

    onward(page, "Test")
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator(".verdict .badge")).to_have_text(re.compile("^Works"))
    expect(page.get_by_text("The cluster is connected.")).to_be_visible()
    is_done(page, "Test")

    page.get_by_role("link", name="Readiness: ").click()
    page.get_by_role("button", name="Check again").click()
    expect(page.locator("#check-10")).to_contain_text("AmazonMSK_alice")
    expect(page.locator("#onboarding:not([data-poll]) .verdict .badge")).to_have_text("Ready")
    page.goto("/p/msk-onboarding/msk/")
    expect(page.get_by_role("row").filter(has_text="orders")).to_contain_text("Works")
    expect(page.get_by_text(good.password)).to_have_count(0)


def test_what_is_missing_is_fixed_in_order_and_acls_release_the_rest(
    page: Page, site: Site, aws: FakeAws
) -> None:
    site.project("msk-broken")
    add_account(site, "msk-broken")
    onboarding = begin_onboarding(
        site, "msk-broken", aws.account.cluster("ordersprod")["ClusterArn"]
    )
    aws.account.deny("kms:DescribeKey")
    page.goto(onboarding.step("readiness"))
    page.get_by_role("button", name="Check the prerequisites").click()
    expect(page.locator("#onboarding:not([data-poll]) .verdict .badge")).to_have_text("Not ready")
    expect(page.get_by_role("heading", name="Fix in this order")).to_be_visible()

    lock_out = page.locator("#check-9")
    lock_out.locator("summary").click()
    expect(lock_out.get_by_text("locks every SCRAM and mTLS user out")).to_be_visible()
    expect(lock_out.get_by_text("How to fix it")).to_have_count(0)
    lock_out.get_by_role("button", name="The ACLs exist").click()
    lock_out.locator("summary").click()
    lock_out.get_by_role("button", name="Check this again").click()
    expect(page.locator("#onboarding:not([data-poll])")).to_be_visible()
    lock_out.locator("details:not([open]) summary").click()
    expect(lock_out.locator("pre").first).to_contain_text("update-cluster-configuration")
    lock_out.get_by_text("Terraform", exact=True).click()
    expect(lock_out.locator("pre").last).to_contain_text("aws_msk_configuration")
    aws.account.allow("kms:DescribeKey")


def test_a_password_is_taken_over_from_secrets_manager(
    page: Page, site: Site, aws: FakeAws
) -> None:
    site.project("msk-taken")
    add_account(site, "msk-taken")
    onboarding = begin_onboarding(
        site, "msk-taken", aws.account.cluster("ordersprod")["ClusterArn"]
    )
    typed = {"user": "svc-orders", "password_from": "new", "password_name": "typed"}
    site.post(
        onboarding.step("user"), typed | {"password_entry": "pwd", "password_value": "of no use"}
    )
    page.goto(onboarding.step("readiness"))
    page.get_by_role("button", name="Check the prerequisites").click()
    expect(page.locator("#onboarding:not([data-poll]) .verdict .badge")).to_have_text("Not ready")
    page.goto(onboarding.step("user"))
    expect(page.get_by_label("Secret in AWS")).to_have_value(re.compile("AmazonMSK_svc-orders"))
    page.get_by_role("button", name="Take the password over").click()
    expect(field(page, "password_ref")).to_have_value("svc-orders-kafka/pwd")


@pytest.fixture
def plain(browser: Browser, instance: RunningInstance) -> Iterator[Page]:
    """A page of somebody who switched JavaScript off, signed in."""
    context = browser.new_context(base_url=instance.url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/p/")
    sign_in(page, MIRA)
    with watch(page):
        yield page
    context.close()


def test_without_javascript_every_step_is_reached_and_asks(
    plain: Page, site: Site, aws: FakeAws
) -> None:
    site.project("msk-no-script")
    add_account(site, "msk-no-script")
    plain.goto("/p/msk-no-script/msk/")
    plain.get_by_role("button", name="Connect an MSK cluster").click()
    plain.get_by_role("link", name="AWS account: ").click()
    plain.get_by_role("button", name="Who am I").click()
    expect(plain.get_by_text("arn:aws:iam::123456789012:user/kalixweb").first).to_be_visible()
    plain.get_by_role("link", name="Cluster: ").click()
    plain.get_by_role("button", name="List the clusters").click()
    plain.get_by_role("button", name="Choose ordersprod").click()
    expect(plain.get_by_text("private, user name and password")).to_be_visible()
    plain.get_by_role("link", name="Next: Readiness").click()
    plain.get_by_role("button", name="Check the prerequisites").click()
    expect(plain.locator(".verdict .badge")).to_have_text("Not ready")
    for step in ("User and password", "Topics", "ACLs", "Connection", "Test"):
        plain.get_by_role("navigation", name="Steps").get_by_role("link", name=step).click()
        expect(plain.get_by_role("heading", name="The same by command")).to_be_visible()
