"""What is wrong with what was typed; against a real Kafka that is well."""

import json

from benchmarks.diagnosis.situation import World
from kalixweb.practice.listeners import ALICE


def add(world: World) -> None:
    good = world.practice.listeners["good"]
    for name, fault, servers in (
        ("no server", "input.no_bootstrap", " , "),
        ("no port", "input.bad_address", "localhost"),
        ("port 99096", "input.bad_address", "localhost:99096"),
        ("a port of letters", "input.bad_address", "localhost:9o96"),
        ("https:// in front", "input.scheme", f"https://{good.server}"),
        ("SASL_SSL:// in front", "input.scheme", f"SASL_SSL://{good.server}"),
        ("a placeholder", "input.placeholder", "<bootstrap brokers>"),
        ("HOST:PORT", "input.placeholder", "HOST:PORT"),
        ("the same server twice", "input.duplicate", f"{good.server},{good.server}"),
    ):
        world.on_practice(name, fault, "good", servers=servers)
    for name, fault, user in (
        ("User: in front of the user", "input.user_prefix", f"User:{ALICE.name}"),
        ("user with a space after it", "input.whitespace", f"{ALICE.name} "),
        ("no user", "input.user_missing", ""),
        ("a letter outside ASCII in the user", "input.user_not_ascii", "älice"),
    ):
        world.on_practice(name, fault, "good", user=user)
    whole = json.dumps({"username": ALICE.name, "password": ALICE.password})
    for name, fault, password in (
        ("no password", "input.password_empty", ""),
        ("password is the AWS secret pasted whole", "input.value_is_json", whole),
        ("password in quotation marks", "input.value_quoted", f'"{ALICE.password}"'),
    ):
        world.on_practice(name, fault, "good", password=password)
    world.on_practice("the CA is no certificate", "input.bad_ca", "good", ca="no certificate")
    world.on_practice("a topic that cannot be", "input.bad_topic", "good", topics=("a/b",))
