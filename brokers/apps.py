from django.apps import AppConfig


class BrokersConfig(AppConfig):
    name = "brokers"

    def ready(self) -> None:
        """Tell the floors below what only this app knows, and Django admin what is here."""
        from brokers import admin  # noqa: F401
        from brokers.connections.queries import password_overlap
        from brokers.connections.queries.connections import of_project
        from kalixweb.projects.context import COUNTERS
        from secrets_app.queries import CAUTIONS

        COUNTERS["connections"] = lambda project: of_project(project).count()
        CAUTIONS.append(password_overlap.caution)
