from django.apps import AppConfig


class SecretsAppConfig(AppConfig):
    name = "secrets_app"
