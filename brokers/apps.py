from django.apps import AppConfig


class BrokersConfig(AppConfig):
    name = "brokers"

    def ready(self) -> None:
        """Let the navigation count connections, and Django admin show what is here."""
        from brokers import admin  # noqa: F401
        from brokers.queries.connections import of_project
        from kalixweb.projects.context import COUNTERS

        COUNTERS["connections"] = lambda project: of_project(project).count()
