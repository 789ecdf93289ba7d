"""The web server's entry point; it refuses to serve without usable keys and a guarded trail."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalixweb.settings")

application = get_wsgi_application()

from kalixweb.audit import start  # noqa: E402 - needs the apps loaded

# A server takes this status of a worker as the reason to end and not to start another one.
_REFUSED = 3

try:
    start.verify_start()
except (start.KeysUnusable, start.TriggersMissing) as refusal:
    sys.stderr.write(f"{refusal}\n")
    sys.exit(_REFUSED)

# What is loaded by now stays for good. The collector need not look through it in the middle of a
# request, nor touch the memory that a forked server shares with the process that loaded it.
gc.collect()
gc.freeze()
