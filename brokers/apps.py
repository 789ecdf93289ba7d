from django.apps import AppConfig
from django.conf import settings


class BrokersConfig(AppConfig):
    name = "brokers"

    def ready(self) -> None:
        """Register with the layers below what only this app knows."""
        from brokers import admin, audit_actions, permissions  # noqa: F401 - registers models
        from brokers.models import AwsQuery, TestRun
        from kalixweb.audit import events
        from kalixweb.jobs import kinds
        from kalixweb.projects import roles
        from kalixweb.projects.services.projects import TRUSTED_NAMES

        roles.register(permissions.RIGHTS, permissions.PHRASES)
        roles.SERVICES.update(permissions.SERVICES)
        events.register(audit_actions.ACTIONS)
        for action, details in audit_actions.DETAILS_OF_SECRETS.items():
            events.allow_details(action, details)
        kinds.register(TestRun, "brokers.runs.services.execution.TestRuns")
        kinds.register(AwsQuery, "brokers.msk.aws_queries.execution.AwsQueries")
        TRUSTED_NAMES.append(lambda: settings.KALIXWEB_AWS_HOST_PROJECTS or ())
        _register_pages()
        _register_with_secrets()


def _register_pages() -> None:
    from brokers.connections.queries.connections import of_project
    from kalixweb.projects import navigation
    from kalixweb.projects.navigation import Home, MenuEntry, Section

    navigation.register(
        Section("overview", "Overview", "brokers:overview", 10),
        Section(
            "connections",
            "Connections",
            "brokers:connection-list",
            20,
            count=lambda project: of_project(project).count(),
        ),
        Section("msk", "MSK", "brokers:msk", 40, right="connection.view"),
        home=Home("brokers:overview", right="connection.view"),
        menu=[
            MenuEntry(10, "All my connections", "brokers:all-connections"),
            MenuEntry(30, "Faults explained", "brokers:fault-list"),
        ],
    )


def _register_with_secrets() -> None:
    from brokers.connections.queries import password_overlap
    from secrets_app.queries import CAUTIONS
    from secrets_app.queries.holders import KINDS, TESTS, HolderKind, HolderTest

    CAUTIONS.append(password_overlap.caution)
    KINDS["connection"] = HolderKind("connection", "brokers:connection-detail")
    KINDS["aws account"] = HolderKind("AWS account", "brokers:aws-account-detail")
    TESTS.append(HolderTest("brokers:test-users-of-secret", right="connection.test"))
