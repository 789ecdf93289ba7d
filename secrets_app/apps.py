from django.apps import AppConfig


class SecretsAppConfig(AppConfig):
    name = "secrets_app"

    def ready(self) -> None:
        """Register with the layers below what only this app knows."""
        from kalixweb.audit import events
        from kalixweb.audit.verify import register_comparator
        from kalixweb.projects import navigation, roles
        from secrets_app import admin, audit_actions, permissions  # noqa: F401 - registers models
        from secrets_app.queries import audit_comparison, listing

        roles.register(permissions.RIGHTS, permissions.PHRASES)
        events.register(audit_actions.ACTIONS)
        register_comparator("secret", audit_comparison.ACTIONS, audit_comparison.compare)
        navigation.register(
            navigation.Section(
                "secrets",
                "Secrets",
                "secrets:secret-list",
                30,
                count=lambda project: listing.count(project.id),
            )
        )
