"""Logins that are refused, each in its own way."""

import base64

from benchmarks.diagnosis.situation import World
from kalixweb.practice.listeners import ALICE, BOB
from tests.fakes.kafka import APACHE, closes, stays_silent

BOTH = ("SCRAM-SHA-512", "SCRAM-SHA-256")


def add(world: World) -> None:
    encoded = base64.b64encode(ALICE.password.encode()).decode()
    for name, fault, typed in (
        ("wrong password", "sasl.wrong_password", {"password": "alice-practicE"}),
        ("password with a line end", "sasl.wrong_password_whitespace",
         {"password": ALICE.password + "\n"}),
        ("password with a space before", "sasl.wrong_password_whitespace",
         {"password": " " + ALICE.password}),
        ("password in Base64", "sasl.wrong_password_encoded", {"password": encoded}),
        ("unknown user", "sasl.unknown_user", {"user": "nobody"}),
        ("user of the other mechanism", "sasl.user_of_other_mechanism",
         {"user": BOB.name, "password": BOB.password}),
        ("PLAIN where only SCRAM is", "sasl.mechanism_not_offered", {"auth": "plain"}),
    ):  # fmt: skip
        world.on_practice(f"{name} (Kafka)", fault, "good", **typed)
    world.on_practice("SCRAM-SHA-512 where only 256 is", "sasl.mechanism_not_offered", "only256")
    rejected = "PLAIN refused (Kafka)"
    world.on_practice(rejected, "sasl.plain_rejected", "plainonly", password="not-it")
    without = {key: span for key, span in APACHE.items() if key not in {17, 36}}
    for name, fault, knobs in (
        ("a listener without SASL", "sasl.not_enabled", {"errors": {"SaslHandshake": 34}}),
        ("no SASL among the requests", "sasl.not_enabled", {"apis": without}),
        ("AWS IAM only", "sasl.iam_only", {"mechanisms": ("AWS_MSK_IAM",)}),
        ("OAuth only", "sasl.oauth_only", {"mechanisms": ("OAUTHBEARER",)}),
        ("forged proof of the broker", "sasl.broker_cannot_prove_itself",
         {"forged_signature": True}),
        ("one iteration", "sasl.unacceptable_iterations", {"iterations": 1}),
        ("twenty million iterations", "sasl.unacceptable_iterations", {"iterations": 20_000_000}),
        ("closed at the first message", "sasl.closed", {"instead": {"first": closes}}),
        ("closed at the proof", "sasl.closed", {"instead": {"final": closes}}),
        ("silent at the first message", "sasl.silent", {"instead": {"first": stays_silent}}),
        ("another error at the proof", "sasl.broken", {"errors": {"final": 56}}),
    ):  # fmt: skip
        address = world.broker(**knobs).address
        world.add(name, fault, address, silent=fault == "sasl.silent")
