from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "kalixweb.core"
    label = "core"
