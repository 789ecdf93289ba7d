"""The web server as ``kalixweb up`` starts it: set up what is missing, then serve.

Runs as ``python -m kalixweb.cli.web [gunicorn options]``. The facts to announce are written as JSON
to the descriptor in ``KALIXWEB_FACTS_FD``; what goes wrong is one sentence on standard error.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from types import FrameType

from kalixweb.cli.client import load_django
from kalixweb.cli.output import EXIT_NOT_DONE, CannotBeDone
from kalixweb.core.refusals import Refusal
from kalixweb.operations import first_keys


def main(fill: Callable[[], None] | None = None) -> None:
    """Set up, report, serve. ``fill`` puts something into the instance once it is set up."""
    try:
        _set_up(fill)
    except CannotBeDone as reason:
        reason.show()
        sys.exit(reason.exit_code)
    except Refusal as refused:
        sys.stderr.write(f"{refused.sentence}\n")
        sys.exit(EXIT_NOT_DONE)
    _serve(sys.argv[1:])


def _set_up(fill: Callable[[], None] | None) -> None:
    descriptor = os.environ.pop("KALIXWEB_FACTS_FD", None)
    if descriptor is None:  # restarted: everything is there, and the setup link must stay valid
        load_django()
        return
    made_keys = first_keys.make_once()  # before the settings, which read them
    load_django()

    from kalixweb.core import database
    from kalixweb.operations import start_up

    facts = start_up.prepare(made_keys=made_keys)
    if fill:
        fill()
    # The server forks: a database connection must not be shared with its children.
    database.close_all()
    with os.fdopen(int(descriptor), "w") as report:
        json.dump(facts, report)


def _serve(options: list[str]) -> None:
    from gunicorn.app.wsgiapp import run

    fixed = ["--preload", "--worker-class", "gthread", "--workers", "1", "--threads", "8"]
    fixed += ["--no-control-socket", "--graceful-timeout", "1", "--log-level", "warning"]
    # Which proxies may say how their clients came is kalixweb's own setting.
    fixed += ["--forwarded-allow-ips", ""]
    fixed += ["--config", "python:kalixweb.cli.web"]
    sys.argv = ["gunicorn", "kalixweb.wsgi", *fixed, *options]
    run()


def post_worker_init(_worker: object) -> None:
    """The server's hook: told to end, it lets the audit trail's anchors out before it does.

    It waits for open connections first, and one that waits too long is killed.
    """
    from kalixweb.audit import anchors

    end = signal.getsignal(signal.SIGTERM)

    def flush_and_end(number: int, frame: FrameType | None) -> None:
        anchors.flush()
        if callable(end):
            end(number, frame)

    signal.signal(signal.SIGTERM, flush_and_end)


if __name__ == "__main__":
    main()
