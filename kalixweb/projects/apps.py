from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    name = "kalixweb.projects"
    label = "projects"
