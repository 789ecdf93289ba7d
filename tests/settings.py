"""Settings of the tests: the product's own, with fast password hashing and tasks that run at once.

``DATABASE_URL`` and ``REDIS_URL`` choose PostgreSQL and Redis exactly as in production.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_DATA = Path(tempfile.mkdtemp(prefix="kalixweb-tests-"))
atexit.register(shutil.rmtree, _DATA, ignore_errors=True)
(_DATA / "static").mkdir()

if "TESTS_HOME" not in os.environ:
    # Nothing that the one who runs the tests has set or stored counts, here and in what the tests
    # start: kalixweb's configuration, an AWS profile, a browser's. The cache stays, since only
    # jars are there, named by a hash of what they are. The name of the mark is none of kalixweb's:
    # some tests take those away for what they start.
    os.environ.setdefault("XDG_CACHE_HOME", str(Path.home() / ".cache"))
    for name in list(os.environ):
        if name.startswith(("KALIXWEB_", "AWS_")) and not name.startswith("KALIXWEB_TEST_"):
            del os.environ[name]
    os.environ.pop("XDG_RUNTIME_DIR", None)
    _HOME = _DATA / "home"
    _HOME.mkdir(mode=0o700)
    os.environ |= {
        "TESTS_HOME": str(_HOME),
        "HOME": str(_HOME),
        "XDG_CONFIG_HOME": str(_HOME / ".config"),
        "XDG_DATA_HOME": str(_HOME / ".local" / "share"),
        "XDG_STATE_HOME": str(_HOME / ".local" / "state"),
    }
os.environ.setdefault("KALIXWEB_DATA", str(_DATA))
os.environ.setdefault("KALIXWEB_SECRET_KEY", "only-for-tests")
os.environ.setdefault("KALIXWEB_TARGETS_LOOPBACK", "true")

if os.environ.get("REDIS_URL", "").startswith("redis://"):
    # Tests empty the cache: each of several processes gets a database of its own.
    _worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
    os.environ["REDIS_URL"] = os.environ["REDIS_URL"].removesuffix("/0") + f"/{_worker}"

from kalixweb.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# As embedded, on PostgreSQL too: the first project has the host's AWS credentials.
KALIXWEB_AWS_HOST_PROJECTS = None
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
if "REDIS_URL" not in os.environ:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":  # noqa: F405
    # A file as in production: threads of one in-memory database lock each other out at once.
    DATABASES["default"]["TEST"] = {"NAME": _DATA / "tests.sqlite3"}  # noqa: F405
