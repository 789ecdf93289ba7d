from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "kalixweb.projects"
    label = "projects"

    def ready(self) -> None:
        from kalixweb.audit import events
        from kalixweb.projects import (
            admin,  # noqa: F401 - registers its models
            audit_actions,
            navigation,
            permissions,
            roles,
        )

        events.register(audit_actions.ACTIONS)
        navigation.register(
            navigation.Section("audit", "Audit", "projects:audit", 50, right="audit.read"),
            navigation.Section("members", "Members", "projects:member-list", 60),
            home=navigation.Home("projects:audit", right="audit.read"),
            menu=[navigation.MenuEntry(20, "All projects", "projects:project-list")],
        )
        roles.register(permissions.PROJECT_RIGHTS, permissions.PROJECT_PHRASES)
