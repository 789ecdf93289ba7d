"""The web server's entry point; it refuses to serve without usable keys and a guarded trail."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kalixweb.settings")

application = get_wsgi_application()

from kalixweb.audit.start import verify_start  # noqa: E402 - needs the apps loaded

verify_start()
