from django.apps import AppConfig


class SecretsAppConfig(AppConfig):
    name = "secrets_app"

    def ready(self) -> None:
        """Tell the floors below what only this app knows."""
        from kalixweb.audit.verify import register_comparator
        from kalixweb.projects.context import COUNTERS
        from secrets_app import admin  # noqa: F401
        from secrets_app.queries import audit_comparison, listing

        register_comparator("secret", audit_comparison.ACTIONS, audit_comparison.compare)
        COUNTERS["secrets"] = lambda project: listing.count(project.id)
