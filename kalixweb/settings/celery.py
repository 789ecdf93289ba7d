"""The queue and the cache: both live in one Redis or Valkey."""

from kalixweb.core.paths import queue_socket
from kalixweb.settings import env
from kalixweb.settings.product import KALIXWEB_DATA, KALIXWEB_WORKER_THREADS

REDIS_URL = env.text("REDIS_URL", f"unix://{queue_socket(KALIXWEB_DATA)}")


def _celery_spelling(url: str) -> str:
    return url.replace("unix://", "redis+socket://", 1) if url.startswith("unix://") else url


CELERY_BROKER_URL = _celery_spelling(REDIS_URL)
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True
# The row of a run is the truth about it: a task that died with its worker is not repeated,
# because repeating it would mean a second login attempt.
CELERY_TASK_ACKS_LATE = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CONCURRENCY = KALIXWEB_WORKER_THREADS
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 5,
    "socket_connect_timeout": 2,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.5,
}
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TASK_DEFAULT_QUEUE = "tests"
CELERY_TIMEZONE = "UTC"

# Several workers may run: each brings its own clock, and every scheduled task claims its turn in
# the database, so that only one of them does the work.
CELERY_BEAT_SCHEDULE = {"periodic tasks": {"task": "brokers.sweep", "schedule": 5.0}}

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "kalixweb",
        "OPTIONS": {"serializer": "kalixweb.core.cache.JsonSerializer"},
    }
}
