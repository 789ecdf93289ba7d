from django.apps import AppConfig


class BrokersConfig(AppConfig):
    name = "brokers"

    def ready(self) -> None:
        """Register with the layers below what only this app knows."""
        from brokers import admin, audit_actions, permissions  # noqa: F401 - registers models
        from brokers.connections.queries import password_overlap
        from brokers.connections.queries.connections import of_project
        from kalixweb.audit import events
        from kalixweb.projects import roles
        from kalixweb.projects.context import COUNTERS
        from secrets_app.queries import CAUTIONS

        roles.register(permissions.RIGHTS, permissions.PHRASES)
        events.register(audit_actions.ACTIONS)
        for action, details in audit_actions.DETAILS_OF_SECRETS.items():
            events.allow_details(action, details)
        COUNTERS["connections"] = lambda project: of_project(project).count()
        CAUTIONS.append(password_overlap.caution)
