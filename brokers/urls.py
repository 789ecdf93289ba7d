"""Addresses of connections, runs and the overview. The project stands in every one but the last."""

from django.urls import URLPattern, URLResolver, include, path

from brokers.views import (
    connections,
    faults,
    lists,
    mending,
    overview,
    reports,
    runs,
    saving,
    testing,
)

app_name = "brokers"

one_connection = [
    path("", connections.connection_detail, name="connection-detail"),
    path("edit/", saving.connection_edit, name="connection-edit"),
    path("copy/", saving.connection_copy, name="connection-copy"),
    path("delete/", connections.connection_delete, name="connection-delete"),
    path("default/", connections.connection_default, name="connection-default"),
    path("test/", testing.connection_test, name="connection-test"),
    path("runs/", runs.run_list, name="run-list"),
]
project: list[URLPattern | URLResolver] = [
    path("", overview.overview, name="overview"),
    path("connections/", lists.connection_list, name="connection-list"),
    path("connections/new/", saving.connection_new, name="connection-new"),
    path("connections/test/", testing.test_all, name="test-all"),
    path("connections/<uuid:connection>/", include(one_connection)),
    path("runs/<uuid:run>/", runs.run_detail, name="run-detail"),
    path("runs/<uuid:run>/report.txt", reports.report_text, name="run-report-text"),
    path("runs/<uuid:run>/report.md", reports.report_markdown, name="run-report-markdown"),
    path("runs/<uuid:run>/report.json", reports.report_json, name="run-report-json"),
    path("runs/<uuid:run>/stop/", testing.run_stop, name="run-stop"),
    path("runs/<uuid:run>/mend/", mending.run_mend, name="run-mend"),
    path("runs/<uuid:run>/trust/", mending.run_trust, name="run-trust"),
    path(
        "secrets/<uuid:secret>/test-users/",
        testing.test_users_of_secret,
        name="test-users-of-secret",
    ),
]
urlpatterns = [
    path("p/<slug:project>/", include(project)),
    path("connections/", lists.all_connections, name="all-connections"),
    path("faults/", faults.fault_list, name="fault-list"),
    path("faults/<str:code>/", faults.fault_detail, name="fault-detail"),
]
