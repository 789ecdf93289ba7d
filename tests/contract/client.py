"""Asks a real client, in a child process, what it can do with the same configuration."""

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path


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
    done = subprocess.run(
        [sys.executable, "-I", str(Path(__file__).with_name("client_child.py"))],
        input=json.dumps(settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said = json.loads(done.stdout)
    reached = list(said["brokers"].values())
    return ClientSays(bool(reached), bool(reached) and all(reached), "; ".join(said["errors"]))
