"""Keeps what boto3 logs for its own developers out of every log.

At DEBUG botocore writes signed headers, session tokens and whole answers, GetSecretValue's and
AssumeRole's among them. A filter stays on a logger whatever a later configuration of logging does;
a level would not. Nor does a traceback of theirs tell more than the failure that is raised.
"""

import logging

_LIBRARIES = ("boto3", "botocore", "urllib3")


class _NoDetails(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        return record.levelno >= logging.INFO and not record.exc_info


_FILTER = _NoDetails()


def hush() -> None:
    """Filter every logger of boto3 and what it stands on; those that exist by now."""
    for name in (*_LIBRARIES, *logging.root.manager.loggerDict):
        if name.partition(".")[0] in _LIBRARIES:
            logging.getLogger(name).addFilter(_FILTER)
