"""A worker waits where a page would be answered with 503: nobody has to ask for the job again."""

import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from kalixweb.core import database
from kalixweb.core.outages import is_of_database
from kalixweb.jobs import shutdown

# A process that hangs in a transaction loses what it holds after five seconds; a database that is
# started again needs some more.
LONGEST_SECONDS = 10.0
_PAUSE_SECONDS = 0.25

P = ParamSpec("P")
T = TypeVar("T")


def patiently(do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call ``do``, and again while the database is busy or away: it must be fit to be repeated.

    Raises what it raised last when that took too long, or this process ends.
    """
    ends = time.monotonic() + LONGEST_SECONDS
    while True:
        try:
            return do(*args, **kwargs)
        except Exception as error:
            if not is_of_database(error) or shutdown.is_closing() or time.monotonic() > ends:
                raise
        database.release()
        time.sleep(_PAUSE_SECONDS)
