"""Settings, one module per subject, in reading order. Importing them never reads a key."""

from kalixweb.settings.product import *  # noqa: F403, I001
from kalixweb.settings.django import *  # noqa: F403
from kalixweb.settings.database import *  # noqa: F403
from kalixweb.settings.security import *  # noqa: F403
from kalixweb.settings.accounts import *  # noqa: F403
from kalixweb.settings.single_sign_on import *  # noqa: F403
from kalixweb.settings.celery import *  # noqa: F403
from kalixweb.settings.logging import *  # noqa: F403
