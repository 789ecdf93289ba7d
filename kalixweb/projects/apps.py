from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "kalixweb.projects"
    label = "projects"

    def ready(self) -> None:
        from kalixweb.projects import admin  # noqa: F401
