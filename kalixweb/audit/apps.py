from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "kalixweb.audit"
    label = "audit"
