"""Asks a real client, in a child process, what it can do with the same configuration."""

from dataclasses import dataclass

from brokers.engine.second_opinion import in_child


@dataclass(frozen=True)
class ClientSays:
    """``reaches_all``: every broker that the cluster named took a login of its own."""

    bootstraps: bool
    reaches_all: bool
    errors: str


def ask(servers: str, *, auth: str, user: str, password: str, ca_pem: bytes | None) -> ClientSays:
    """What librdkafka does there; a few hundred milliseconds for whatever is answered."""
    settings = {
        "bootstrap.servers": servers,
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": auth.upper(),
        "sasl.username": user,
        "sasl.password": password,
    }
    if ca_pem:
        settings["ssl.ca.pem"] = ca_pem.decode("ascii")
    said = in_child(settings, seconds=4.0, every_broker=True)
    reached = list(said["brokers"].values())
    return ClientSays(bool(reached), bool(reached) and all(reached), "; ".join(said["errors"]))
