"""Connections, runs and questions to AWS in Django admin: metadata, read-only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from brokers.models import (
    AwsAccount,
    AwsQuery,
    Connection,
    ConnectionStateChange,
    MskOnboarding,
    TestRun,
)
from kalixweb.projects.admin_site import ReadOnlyAdmin, site


@admin.register(Connection, site=site)
class ConnectionAdmin(ReadOnlyAdmin):
    """Where connections lead and how they are; the row's MAC is nobody's business."""

    list_display = ("name", "project", "platform", "auth", "user", "state", "tested_at")
    list_filter = ("state", "platform", "auth")
    list_select_related = ("project",)
    search_fields = ("search_text", "project__name")
    exclude = ("row_mac", "row_mac_kid", "search_text", "aws_asker")


@admin.register(TestRun, site=site)
class TestRunAdmin(ReadOnlyAdmin):
    """Who tested what, when, and how it went."""

    list_display = (
        "queued_at",
        "project",
        "connection",
        "actor_label",
        "origin",
        "state",
        "verdict",
    )
    list_filter = ("state", "verdict", "origin")
    list_select_related = ("project", "connection")
    search_fields = ("connection__name", "project__name", "actor_label", "fault")
    date_hierarchy = "queued_at"
    exclude = ("target",)

    def get_queryset(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's own type
        """Documents are long; the list does not read them."""
        return super().get_queryset(request).defer("document", "target")


@admin.register(ConnectionStateChange, site=site)
class ConnectionStateChangeAdmin(ReadOnlyAdmin):
    """When which connection began to fail, or to work."""

    list_display = ("at", "project", "connection", "from_state", "to_state", "fault")
    list_filter = ("to_state",)
    list_select_related = ("project", "connection")
    search_fields = ("connection__name", "project__name", "fault")
    date_hierarchy = "at"


@admin.register(AwsAccount, site=site)
class AwsAccountAdmin(ReadOnlyAdmin):
    """How projects sign in to AWS: names and references."""

    list_display = ("name", "project", "region", "way", "account_number", "seen_at")
    list_filter = ("way", "region")
    list_select_related = ("project",)
    search_fields = ("name", "project__name", "account_number")


@admin.register(MskOnboarding, site=site)
class MskOnboardingAdmin(ReadOnlyAdmin):
    """Who connects which MSK cluster."""

    list_display = ("cluster_name", "project", "account", "connection", "changed_by", "changed_at")
    list_filter = ("project",)
    list_select_related = ("project", "account", "connection")
    search_fields = ("cluster_name", "project__name", "changed_by")


@admin.register(AwsQuery, site=site)
class AwsQueryAdmin(ReadOnlyAdmin):
    """Who asked AWS what, when; not what it answered."""

    list_display = ("queued_at", "project", "account", "kind", "actor_label", "state")
    list_filter = ("kind", "state")
    list_select_related = ("project", "account")
    search_fields = ("account__name", "project__name", "actor_label", "cluster_arn")
    date_hierarchy = "queued_at"
    exclude = ("parameters", "document", "failure")

    def get_queryset(self, request: HttpRequest) -> Any:  # noqa: ANN401 - Django's own type
        """Documents are long; neither the list nor the page reads them."""
        return super().get_queryset(request).defer("parameters", "document", "failure")
