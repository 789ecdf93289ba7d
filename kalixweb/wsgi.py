"""The web server's entry point; it refuses to serve without usable keys and a guarded trail."""

import gc
import os
import sys

from django.core.wsgi import get_wsgi_application

from kalixweb.core.refusals import Refusal

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalixweb.settings")

application = get_wsgi_application()

from kalixweb.audit import start  # noqa: E402 - needs the apps loaded

# A server takes this status of a worker as the reason to end and not to start another one.
_REFUSED = 3

try:
    start.verify_start()
except Refusal as refused:
    sys.stderr.write(f"{refused.sentence}\n")
    sys.exit(_REFUSED)

# What is loaded by now stays for good. The collector need not look through it in the middle of a
# request, nor touch the memory that a forked server shares with the process that loaded it.
gc.collect()
gc.freeze()
