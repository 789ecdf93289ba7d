"""Addresses of connections, runs and the overview. The project stands in every one but the last."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView

from brokers.connections.views import detail, edit, lists, overview, quick_fixes, testing
from brokers.msk.views import (
    account_form,
    accounts,
    offered_servers,
    onboarding,
    policy,
    steps,
    take_password,
)
from brokers.msk.views import index as msk_lists
from brokers.runs.views import detail as runs
from brokers.runs.views import faults, reports

app_name = "brokers"

one_connection = [
    path("", detail.connection_detail, name="connection-detail"),
    path("edit/", edit.connection_edit, name="connection-edit"),
    path("copy/", edit.connection_copy, name="connection-copy"),
    path("delete/", detail.connection_delete, name="connection-delete"),
    path("default/", detail.connection_default, name="connection-default"),
    path("test/", testing.connection_test, name="connection-test"),
    path("servers/", offered_servers.connection_servers, name="connection-servers"),
    path("runs/", runs.run_list, name="run-list"),
]
project: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("connections/", lists.connection_list, name="connection-list"),
    path("connections/new/", edit.connection_new, name="connection-new"),
    path("connections/test/", testing.test_all, name="test-all"),
    path("connections/<uuid:connection>/", include(one_connection)),
    path("runs/<uuid:run>/", runs.run_detail, name="run-detail"),
    path("runs/<uuid:run>/report.txt", reports.report_text, name="run-report-text"),
    path("runs/<uuid:run>/report.md", reports.report_markdown, name="run-report-markdown"),
    path("runs/<uuid:run>/report.json", reports.report_json, name="run-report-json"),
    path("runs/<uuid:run>/stop/", testing.run_stop, name="run-stop"),
    path("runs/<uuid:run>/mend/", quick_fixes.run_fix, name="run-fix"),
    path("runs/<uuid:run>/trust/", quick_fixes.run_trust, name="run-trust"),
    path(
        "secrets/<uuid:secret>/test-users/",
        testing.test_users_of_secret,
        name="test-users-of-secret",
    ),
]
one_account = [
    path("", accounts.account_detail, name="aws-account-detail"),
    path("edit/", account_form.account_edit, name="aws-account-edit"),
    path("delete/", accounts.account_delete, name="aws-account-delete"),
    path("who/", accounts.account_who, name="aws-account-who"),
]
one_onboarding = [
    path("", onboarding.msk_onboarding, name="msk-onboarding"),
    path("delete/", onboarding.msk_delete, name="msk-delete"),
    path("check/", onboarding.msk_check, name="msk-check"),
    path("ask/<slug:kind>/", onboarding.msk_query, name="msk-query"),
    path("password/take/", take_password.msk_password, name="msk-password"),
    path("test/begin/", onboarding.msk_test, name="msk-test"),
    path("<slug:step>/", steps.msk_step, name="msk-step"),
]
project += [
    path("msk/", msk_lists.msk, name="msk"),
    path("msk/policy/", policy.msk_policy, name="msk-policy"),
    path("msk/policy/try/", policy.msk_can, name="msk-can"),
    path("msk/accounts/new/", account_form.account_new, name="aws-account-new"),
    path("msk/accounts/<uuid:account>/", include(one_account)),
    path("msk/inquiries/<uuid:query_id>/stop/", onboarding.query_stop, name="aws-query-stop"),
    path("msk/new/", onboarding.msk_new, name="msk-new"),
    path("msk/<uuid:onboarding_id>/", include(one_onboarding)),
]
urlpatterns = [
    path("p/<slug:project>/", include(project)),
    path("connections/", lists.all_connections, name="all-connections"),
    path("faults/", faults.fault_list, name="fault-list"),
    path("faults/<str:code>/", faults.fault_detail, name="fault-detail"),
]

# Addresses of before, when two tables had other names in the administration.
urlpatterns += [
    re_path(
        rf"^admin/brokers/{former}/(?P<rest>.*)$",
        RedirectView.as_view(url=f"/admin/brokers/{present}/%(rest)s"),
    )
    for former, present in (("awsinquiry", "awsquery"), ("msksetup", "mskonboarding"))
]
