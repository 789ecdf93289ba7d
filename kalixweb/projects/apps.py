from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "kalixweb.projects"
    label = "projects"

    def ready(self) -> None:
        from kalixweb.audit import events
        from kalixweb.projects import (
            admin,  # noqa: F401 - registers its models
            audit_actions,
            permissions,
            roles,
        )

        events.register(audit_actions.ACTIONS)
        roles.register(permissions.PROJECT_RIGHTS, permissions.PROJECT_PHRASES)
