"""Secrets and their versions as metadata: no blob, no fingerprint, no size, no allowed host."""

from django.contrib import admin

from kalixweb.projects.admin_site import ReadOnlyAdmin, site
from secrets_app.models import Secret, SecretVersion


@admin.register(Secret, site=site)
class SecretAdmin(ReadOnlyAdmin):
    """Names and types, over all projects."""

    list_display = ("name", "type", "project", "current_version")
    list_filter = ("type", "project")
    list_select_related = ("project",)
    search_fields = ("name", "project__name")
    ordering = ("project__name", "name")
    fields = ("id", "name", "type", "project", "current_version")


@admin.register(SecretVersion, site=site)
class SecretVersionAdmin(ReadOnlyAdmin):
    """Who saved which version, and when."""

    list_display = ("secret", "number", "project", "saved_at", "saved_by_label")
    list_filter = ("project",)
    list_select_related = ("secret", "project")
    search_fields = ("secret__name", "saved_by_label")
    date_hierarchy = "saved_at"
    ordering = ("-saved_at",)
    fields = ("id", "secret", "number", "project", "saved_at", "saved_by_kind", "saved_by_label")
