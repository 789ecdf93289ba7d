"""kalixweb's own settings, each an environment variable: see docs/reference/settings.md."""

from urllib.parse import urlsplit

from kalixweb.core.paths import data_folder
from kalixweb.settings import env

KALIXWEB_DATA = env.path("KALIXWEB_DATA", data_folder())
KALIXWEB_LISTEN = env.text("KALIXWEB_LISTEN", "127.0.0.1:8420")
KALIXWEB_TLS_CERT = env.text("KALIXWEB_TLS_CERT")
KALIXWEB_TLS_KEY = env.text("KALIXWEB_TLS_KEY")
_SCHEME = "https" if KALIXWEB_TLS_CERT and KALIXWEB_TLS_KEY else "http"
KALIXWEB_URL = env.text("KALIXWEB_URL", f"{_SCHEME}://{KALIXWEB_LISTEN}").rstrip("/")
KALIXWEB_KEYRING = env.path("KALIXWEB_KEYRING", KALIXWEB_DATA / "keys" / "keyring.json")
KALIXWEB_INSTANCE_ID = env.text("KALIXWEB_INSTANCE_ID")
KALIXWEB_TRUSTED_PROXIES = env.networks("KALIXWEB_TRUSTED_PROXIES")
KALIXWEB_WORKER_THREADS = env.whole("KALIXWEB_WORKER_THREADS", 50, least=2)
KALIXWEB_TARGETS_ALLOW = env.words("KALIXWEB_TARGETS_ALLOW")
KALIXWEB_TARGETS_DENY = env.words("KALIXWEB_TARGETS_DENY")
# Behind a proxy the server listens on loopback too, and its users are elsewhere.
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}
KALIXWEB_TARGETS_LOOPBACK = env.flag(
    "KALIXWEB_TARGETS_LOOPBACK",
    default={urlsplit(f"//{KALIXWEB_LISTEN}").hostname, urlsplit(KALIXWEB_URL).hostname}
    <= _LOOPBACK,
)
KALIXWEB_FRESH_SIGN_IN_MINUTES = env.whole("KALIXWEB_FRESH_SIGN_IN_MINUTES", 15, least=1)
KALIXWEB_RUN_HISTORY_DAYS = env.whole("KALIXWEB_RUN_HISTORY_DAYS", 90, least=1)
# None, in an embedded instance where nothing was said, stands for the first project.
KALIXWEB_AWS_HOST_PROJECTS = env.words("KALIXWEB_AWS_HOST_PROJECTS") or (
    [] if env.text("DATABASE_URL") else None
)
