"""Commands that change one thing of the cluster's security and keep the rest as it is."""

import copy
from typing import Any

from brokers.aws import commands
from brokers.aws.cluster_facts import Facts


def update_authentication(facts: Facts, *path: str, on: bool) -> str:
    """``update-security`` with the logins as they are, but for the one at ``path``."""
    wanted: dict[str, Any] = copy.deepcopy(facts.maybe_provisioned("ClientAuthentication") or {})
    part = wanted
    for name in path:
        part = part.setdefault(name, {})
    part["Enabled"] = on
    return commands.on_cluster(facts, "update-security", ("client-authentication", wanted))


def update_encryption(facts: Facts) -> str:
    """``update-security`` with nothing but TLS between clients and brokers."""
    wanted = {"EncryptionInTransit": {"ClientBroker": "TLS"}}
    return commands.on_cluster(facts, "update-security", ("encryption-info", wanted))
