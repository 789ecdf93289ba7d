from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class CoreConfig(AppConfig):
    name = "kalixweb.core"
    label = "core"

    def ready(self) -> None:
        from kalixweb.core import database

        pre_migrate.connect(database.lift_timeouts)
        post_migrate.connect(database.restore_timeouts)
