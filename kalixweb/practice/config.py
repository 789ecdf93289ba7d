"""The broker's ``server.properties``, made from the listeners."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from kalixweb.practice.listeners import CONTROLLER_OFFSET, PLAIN_USER, RECIPES, Recipe

_SCRAM = "org.apache.kafka.common.security.scram.ScramLoginModule required;"
_PLAIN = (
    "org.apache.kafka.common.security.plain.PlainLoginModule required "
    f'user_{PLAIN_USER.name}="{PLAIN_USER.password}";'
)

# What every practice broker has in common: small, quick to start, and silent about nothing.
COMMON = {
    "process.roles": "broker,controller",
    "controller.listener.names": "CONTROLLER",
    "sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256",
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "false",
    "super.users": "User:admin;User:ANONYMOUS",
    "connection.failed.authentication.delay.ms": "0",
    "auto.create.topics.enable": "false",
    "offsets.topic.num.partitions": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "group.initial.rebalance.delay.ms": "0",
    "num.network.threads": "1",
    "num.io.threads": "2",
}


def single(port_base: int, pki: Path, logs: Path) -> str:
    """The properties of the one broker that plays them all."""
    recipes = {recipe.name.upper(): recipe for recipe in RECIPES}
    addresses = {name: f"127.0.0.1:{port_base + r.offset}" for name, r in recipes.items()}
    controller = f"127.0.0.1:{port_base + CONTROLLER_OFFSET}"
    lines = {
        **COMMON,
        "node.id": "1",
        "controller.quorum.voters": f"1@{controller}",
        "log.dirs": str(logs),
        "inter.broker.listener.name": "PLAIN",
        "listeners": _listing({**addresses, "CONTROLLER": controller}),
        "advertised.listeners": _listing(
            {name: _advertised(recipe, port_base) for name, recipe in recipes.items()}
        ),
        "listener.security.protocol.map": ",".join(
            [*(f"{name}:{r.protocol}" for name, r in recipes.items()), "CONTROLLER:PLAINTEXT"]
        ),
    }
    for recipe in RECIPES:
        lines |= listener_lines(recipe, pki)
    return text(lines)


def listener_lines(recipe: Recipe, pki: Path) -> dict[str, str]:
    """The settings of one listener: certificate, login, and what it has of its own."""
    start = f"listener.name.{recipe.name.lower()}."
    lines: dict[str, str] = {}
    if recipe.protocol.endswith("SSL"):
        lines |= {
            "ssl.keystore.type": "PEM",
            "ssl.keystore.location": str(pki / f"{recipe.certificate}.pem"),
            "ssl.truststore.type": "PEM",
            "ssl.truststore.location": str(pki / "ca.pem"),
        }
    if recipe.protocol.startswith("SASL"):
        lines |= {
            "scram-sha-512.sasl.jaas.config": _SCRAM,
            "scram-sha-256.sasl.jaas.config": _SCRAM,
            "plain.sasl.jaas.config": _PLAIN,
        }
    return {start + key: value for key, value in (lines | recipe.extra).items()}


def text(lines: Mapping[str, str]) -> str:
    """Java's properties format; only the backslash needs care in a value."""
    doubled = ((key, value.replace("\\", "\\\\")) for key, value in lines.items())
    return "".join(f"{key}={value}\n" for key, value in doubled)


def _advertised(recipe: Recipe, port_base: int) -> str:
    if not recipe.advertised:
        return f"{recipe.host}:{port_base + recipe.offset}"
    host, _, port = recipe.advertised.rpartition(":")
    return f"{host}:{port_base + int(port[1:])}" if port.startswith("+") else recipe.advertised


def _listing(addresses: Mapping[str, str]) -> str:
    pairs: Iterable[str] = (f"{name}://{address}" for name, address in addresses.items())
    return ",".join(pairs)
