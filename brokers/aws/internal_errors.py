"""What kalixweb itself got wrong: in the log with its place, without the values at hand."""

import logging
import traceback

from brokers.aws.cluster_facts import NotKnown

log = logging.getLogger(__name__)


def not_known(what: str, fault: Exception) -> NotKnown:
    """Write down where it was; what it was about is not known then, and the rest goes on."""
    place = traceback.extract_tb(fault.__traceback__)[-1]
    log.error(
        "%s failed: %s in %s, line %s", what, type(fault).__name__, place.filename, place.lineno
    )
    return NotKnown(
        "kalixweb itself failed here.", "Check again, or tell the operator of kalixweb."
    )
