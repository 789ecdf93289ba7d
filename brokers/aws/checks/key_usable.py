"""That key is a customer's, enabled, and symmetric."""

from brokers.aws import commands, user_secret
from brokers.aws.check import Check, Finding, Fix, failed, passed
from brokers.aws.checks.customer_key import rekeyed
from brokers.aws.cluster_facts import Facts, at, lacks
from brokers.aws.wording import listed, printable

_WANTED = {"KeyManager": "CUSTOMER", "KeyState": "Enabled", "KeySpec": "SYMMETRIC_DEFAULT"}
_WRONG = {
    "KeyManager": "it is managed by {}, not by the customer",
    "KeyState": "its state is {}, not Enabled",
    "KeySpec": "it is {}, not symmetric (SYMMETRIC_DEFAULT)",
}


def _evaluate(facts: Facts) -> Finding:
    user_secret.described(facts)
    metadata = facts.need("key", "KeyMetadata")
    found = {field: _of(metadata, field) for field in _WANTED}
    wrong = [
        _WRONG[field].format(printable(value))
        for field, value in found.items()
        if value and value != _WANTED[field]
    ]
    key = printable(user_secret.described(facts).get("KmsKeyId"))
    if wrong:
        return failed(
            _short(found),
            f"MSK cannot use the key {key}: {listed(wrong)}.",
            _action(found["KeyState"]),
        )
    for field, value in found.items():
        if not value:
            raise lacks("DescribeKey", f"KeyMetadata.{field}")
    return passed("enabled", f"The key {key} is a customer's, enabled and symmetric.")


def _of(metadata: object, field: str) -> str | None:
    if field == "KeySpec" and at(metadata, field) is None:
        field = "CustomerMasterKeySpec"
    value: str | None = at(metadata, field)
    return value


def _short(found: dict[str, str | None]) -> str:
    return ", ".join(printable(value) for value in found.values() if value)


def _action(state: str | None) -> str:
    if state == "Disabled":
        return "Enable the key; MSK reads the secret again after that."
    if state == "PendingDeletion":
        return "Cancel the deletion of the key and enable it, before what it encrypts is lost."
    return "Give the secret a customer managed symmetric key, then associate it anew."


def _fix(facts: Facts) -> Fix:
    state = at(facts.maybe("key"), "KeyMetadata", "KeyState")
    if state not in {"Disabled", "PendingDeletion"}:
        return rekeyed(facts)
    key = ("key-id", at(facts.maybe("key"), "KeyMetadata", "KeyId"))
    steps = [commands.aws(facts, "kms enable-key", key)]
    if state == "PendingDeletion":
        steps.insert(0, commands.aws(facts, "kms cancel-key-deletion", key))
    return Fix(
        console=f"KMS, Customer managed keys, {printable(key[1])}, Key actions: "
        + ("Cancel key deletion, then Enable." if len(steps) == 2 else "Enable."),
        cli=commands.block(*steps),
        terraform="aws_kms_key: is_enabled = true",
    )


CHECK = Check(
    id="key_usable",
    title="That key is enabled and symmetric",
    position=130,
    fix_position=130,
    subject="user",
    why="MSK reads the secret with this key, at the association and at every change.",
    facts=("cluster", "secrets", "secret", "key"),
    evaluate=_evaluate,
    fix_title="Fix the secret's key",
    waits_for=("customer_key",),
    wait="Up to ten minutes.",
    wait_minutes=10,
    fix=_fix,
)
