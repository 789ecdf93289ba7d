"""Connections and runs in Django admin: metadata, read-only."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from brokers.models import Connection, TestRun
from kalixweb.projects.admin_site import ReadOnlyAdmin, site


@admin.register(Connection, site=site)
class ConnectionAdmin(ReadOnlyAdmin):
    """Where connections lead and how they are; the row's MAC is nobody's business."""

    list_display = ("name", "project", "platform", "auth", "user", "state", "tested_at")
    list_filter = ("state", "platform", "auth")
    list_select_related = ("project",)
    search_fields = ("search_text", "project__name")
    exclude = ("row_mac", "row_mac_kid", "search_text")


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
