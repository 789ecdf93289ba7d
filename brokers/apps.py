from django.apps import AppConfig
from django.conf import settings


class BrokersConfig(AppConfig):
    name = "brokers"

    def ready(self) -> None:
        """Register with the layers below what only this app knows."""
        from brokers import admin, audit_actions, permissions  # noqa: F401 - registers models
        from brokers.connections.queries import password_overlap
        from brokers.connections.queries.connections import of_project
        from kalixweb.audit import events
        from kalixweb.projects import navigation, roles
        from kalixweb.projects.services.projects import TRUSTED_NAMES
        from secrets_app.queries import CAUTIONS, holders

        roles.register(permissions.RIGHTS, permissions.PHRASES)
        events.register(audit_actions.ACTIONS)
        for action, details in audit_actions.DETAILS_OF_SECRETS.items():
            events.allow_details(action, details)
        navigation.register(
            navigation.Section("overview", "Overview", "brokers:overview", 10),
            navigation.Section(
                "connections",
                "Connections",
                "brokers:connection-list",
                20,
                count=lambda project: of_project(project).count(),
            ),
            navigation.Section("msk", "MSK", "brokers:msk", 40, right="connection.view"),
            home=navigation.Home("brokers:overview", right="connection.view"),
        )
        navigation.MENU.append(("Faults explained", "brokers:fault-list"))
        TRUSTED_NAMES.append(lambda: settings.KALIXWEB_AWS_HOST_PROJECTS or ())
        CAUTIONS.append(password_overlap.caution)
        holders.KINDS["connection"] = holders.HolderKind("connection", "brokers:connection-detail")
        holders.KINDS["aws account"] = holders.HolderKind(
            "AWS account", "brokers:aws-account-detail"
        )
        holders.TESTS.append(
            holders.HolderTest("brokers:test-users-of-secret", right="connection.test")
        )
