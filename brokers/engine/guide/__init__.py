"""The fault pages: what a code means, how it is recognised, how to mend it, how to see it.

The one source of the pages in the product and of ``docs/reference/faults`` (``make docs``).
**To add a page**: one ``Page`` in the file of its family; a test fails while a code has none.
"""

from brokers.engine.guide import (
    input_values,
    kafka,
    listener,
    login,
    login_method,
    metadata,
    network,
    rights,
    run,
    scram,
    servers,
    tls_certificate,
    tls_port,
    tls_trust,
    tls_version,
    tls_warnings,
    topics,
)
from brokers.engine.guide.page import Page

_FAMILIES = (
    servers,
    input_values,
    network,
    tls_port,
    tls_version,
    tls_trust,
    tls_certificate,
    tls_warnings,
    kafka,
    login_method,
    scram,
    login,
    metadata,
    listener,
    rights,
    topics,
    run,
)
PAGES: dict[str, Page] = {code: page for family in _FAMILIES for code, page in family.PAGES.items()}
# In the order of a run; the words are those of the grid.
FAMILIES: dict[str, str] = {
    "input": "Before any connection",
    "resolve": "Name to address",
    "connect": "Reaching the port",
    "tls": "TLS and certificates",
    "kafka": "What answers inside TLS",
    "sasl": "Login",
    "metadata": "The cluster's description of itself",
    "listener": "Advertised brokers",
    "rights": "Topics, groups and transactional ids",
    "run": "The test itself",
}
