from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kalixweb.accounts"
    label = "accounts"

    def ready(self) -> None:
        from kalixweb.accounts import signals  # noqa: F401
