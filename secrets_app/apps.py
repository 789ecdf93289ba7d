from django.apps import AppConfig


class SecretsAppConfig(AppConfig):
    name = "secrets_app"

    def ready(self) -> None:
        """Tell the floors below what only this app knows."""
        from kalixweb.audit.verify import register_comparator
        from kalixweb.projects.context import COUNTERS
        from secrets_app import admin  # noqa: F401
        from secrets_app.queries import audited, listing

        register_comparator("secret", audited.ACTIONS, audited.compare)
        COUNTERS["secrets"] = lambda project: listing.count(project.id)
