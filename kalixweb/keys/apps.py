from django.apps import AppConfig


class KeysConfig(AppConfig):
    name = "kalixweb.keys"
    label = "keys"
