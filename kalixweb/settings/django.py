"""Apps, middleware, templates, static files."""

from pathlib import Path

from kalixweb.core.shipped_files import shipped_folder
from kalixweb.settings import env
from kalixweb.settings.product import KALIXWEB_DATA

DEBUG = False
ROOT_URLCONF = "kalixweb.urls"
WSGI_APPLICATION = "kalixweb.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = True

INSTALLED_APPS = [
    "kalixweb.apps.KalixwebConfig",
    "kalixweb.core.apps.CoreConfig",
    "kalixweb.keys.apps.KeysConfig",
    "kalixweb.audit.apps.AuditConfig",
    "kalixweb.accounts.apps.AccountsConfig",
    "kalixweb.projects.apps.ProjectsConfig",
    "secrets_app.apps.SecretsAppConfig",
    "brokers.apps.BrokersConfig",
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "lucide",
    "template_partials.apps.SimpleAppConfig",
]

MIDDLEWARE = [
    "kalixweb.core.middleware.RequestIdMiddleware",
    "kalixweb.projects.bulkhead.BulkheadMiddleware",
    "kalixweb.accounts.middleware.ProxiedSchemeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kalixweb.core.middleware.CacheHeadersMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "kalixweb.accounts.middleware.ActorMiddleware",
    "kalixweb.accounts.middleware.SignInRequiredMiddleware",
    "kalixweb.projects.middleware.RefusalMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [shipped_folder("templates")],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "django.templatetags.static",
                "template_partials.templatetags.partials",
                "lucide.templatetags.lucide",
                "kalixweb.core.templatetags.kalixweb",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kalixweb.projects.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False
LANGUAGE_CODE = "en"

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = [shipped_folder("static")]
STATIC_ROOT = env.path("KALIXWEB_STATIC", KALIXWEB_DATA / "static")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
}
# A paste of one secret may hold 1 MiB; the form around it needs a little room.
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Files are never spooled to disk: a PEM or a value would lie there in clear.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
