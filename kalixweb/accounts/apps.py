from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kalixweb.accounts"
    label = "accounts"
