from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kalixweb.accounts"
    label = "accounts"

    def ready(self) -> None:
        from kalixweb.accounts import audit_actions, signals  # noqa: F401 - connects its receivers
        from kalixweb.audit import events

        events.register(audit_actions.ACTIONS)
