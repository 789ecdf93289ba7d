"""Loads the Celery application once Django is ready."""

from django.apps import AppConfig


class KalixwebConfig(AppConfig):
    name = "kalixweb"

    def ready(self) -> None:
        from kalixweb import celery  # noqa: F401
