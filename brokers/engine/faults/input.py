"""Faults of the configuration itself, found before any socket is opened."""

from brokers.engine.faults.row import Row, Seen

# Refused logins and closed ways that a warning about the input explains: it is the cause then.
LOGIN_REFUSED = (
    "sasl.unknown_user",
    "sasl.wrong_password",
    "sasl.wrong_password_encoded",
    "sasl.plain_rejected",
    "sasl.user_of_other_mechanism",
)
OTHER_PORT = (
    "connect.refused",
    "connect.silent",
    "connect.silent_private",
    "connect.unreachable",
    "tls.plaintext_kafka",
    "tls.zookeeper",
    "tls.client_certificate_required",
    "tls.closed",
    "tls.silent",
    "sasl.not_enabled",
    "sasl.iam_only",
    "sasl.mechanism_not_offered",
)
_NAMES = {
    "public": "public names (b-1-public.…)",
    "private": "private names (b-1.…)",
    "multi-vpc": "multi-VPC names (b-1.scram.…)",
}


def _other_port(seen: Seen) -> str:
    if seen["of_name"] == "yes":
        return f"{seen['host']} is Amazon MSK's name for {seen['serves']}, not for {seen['auth']}."
    if not seen["serves"]:
        return f"Amazon MSK serves no client on port {seen['port']} of {seen['host']}."
    meant = _NAMES[seen["network"]] if seen["other_network"] == "yes" else seen["auth"]
    return f"Port {seen['port']} of Amazon MSK is for {seen['serves']}, not for {meant}."


def _right_port(seen: Seen) -> str:
    if seen["of_name"] == "yes":
        return f"Use the cluster's bootstrap servers for {seen['right_serves']}."
    use = f"Use port {seen['right']} ({seen['right_serves']})"
    if seen["network"] == "private" and seen["right"] == "9096":
        return f"{use}; from outside the VPC use the names with -public, and port 9196."
    return f"{use}."


ROWS = (
    Row(
        "input.no_bootstrap",
        "F",
        "input",
        "you",
        "No server",
        "There is no bootstrap server to connect to.",
        "Give at least one server as host:port, separated by commas or one a line.",
        field="servers",
    ),
    Row(
        "input.bad_address",
        "F",
        "input",
        "you",
        "Address",
        "“{text}” is not host:port: {reason}.",
        "Write it as host:port, for example {example}.",
        field="servers",
    ),
    Row(
        "input.scheme",
        "F",
        "input",
        "you",
        "Scheme",
        "“{text}” begins with {scheme}, which a bootstrap server does not have.",
        "Remove {scheme}; TLS is always on and needs no prefix.",
        field="servers",
    ),
    Row(
        "input.placeholder",
        "F",
        "input",
        "you",
        "Placeholder",
        "“{text}” is a placeholder from a guide, not {meant}.",
        "Put {real} in its place.",
        field="servers",
    ),
    Row(
        "input.duplicate",
        "W",
        "input",
        "you",
        "Twice",
        "{server} is listed {count} times; it is tested once.",
        "Remove the repeated one, or replace it by another broker of the cluster.",
        field="servers",
    ),
    Row(
        "input.port_for_other_auth",
        "W",
        "input",
        "you",
        "Other port",
        _other_port,
        _right_port,
        field="servers",
        quick_fixes=("servers",),
        explains=OTHER_PORT,
    ),
    Row(
        "input.auth_not_on_platform",
        "F",
        "input",
        "you",
        "Auth",
        "Amazon MSK does not offer {auth}; its only password login is scram-sha-512.",
        "Choose scram-sha-512.",
        field="auth",
    ),
    Row(
        "input.serverless",
        "F",
        "input",
        "cluster_owner",
        "Serverless",
        "{host} is MSK Serverless, which takes IAM logins only and no user and password.",
        "Ask the cluster's owner for a provisioned MSK cluster with SASL/SCRAM.",
        field="servers",
    ),
    Row(
        "input.user_prefix",
        "W",
        "input",
        "you",
        "User:",
        "The user begins with “User:”, which is how ACLs write a principal; "
        "a login takes the name alone.",
        "Write “{bare}” as the user.",
        field="user",
        quick_fixes=("user",),
        explains=LOGIN_REFUSED,
    ),
    Row(
        "input.whitespace",
        "W",
        "input",
        "you",
        "White space",
        "The {what} {where}.",
        "Enter the {what} again without it, unless it really belongs to it.",
        field="user",
        quick_fixes=("user",),
        explains=LOGIN_REFUSED,
        explains_for="user",
    ),
    Row(
        "input.reference_missing",
        "F",
        "input",
        "you",
        "Reference",
        "The reference “{reference}” names {missing}.",
        "Choose an existing secret and entry, or create it.",
        field="password",
    ),
    Row(
        "input.user_missing",
        "F",
        "input",
        "you",
        "No user",
        "There is no user to log in as.",
        "Give the name of the Kafka user.",
        field="user",
    ),
    Row(
        "input.password_empty",
        "F",
        "input",
        "you",
        "No password",
        "The password is empty; if it began with $ on a command line, the shell replaced it with "
        "nothing.",
        "Store the password again; on a command line, put it in single quotes or in a file.",
        field="password",
        fixed_at="password",
    ),
    Row(
        "input.user_not_ascii",
        "W",
        "input",
        "you",
        "Not ASCII",
        "The user “{user}” has a letter outside ASCII ({letters}): Apache Kafka stores such a "
        "SCRAM user, but never lets it in.",
        "Ask the owner of the cluster for a user name of plain ASCII letters.",
        field="user",
        explains=LOGIN_REFUSED,
    ),
    Row(
        "input.bad_ca",
        "F",
        "input",
        "you",
        "Bad CA",
        "The given CA cannot be used: {reason}.",
        "Store the CA certificate as PEM text, with its BEGIN CERTIFICATE and END CERTIFICATE "
        "lines.",
        field="ca",
    ),
    Row(
        "input.bad_topic",
        "F",
        "input",
        "you",
        "Topic name",
        "“{topic}” cannot be the name of a topic: {reason}.",
        "Use at most 249 letters, digits, dots, underscores and hyphens.",
        field="topics",
    ),
    Row(
        "input.value_is_json",
        "W",
        "input",
        "you",
        "JSON",
        "The password is a whole JSON object with a member “password”, as AWS Secrets Manager "
        "stores it.",
        "Store only the value of its member “password”.",
        field="password",
        quick_fixes=("json",),
        explains=LOGIN_REFUSED,
    ),
    Row(
        "input.value_quoted",
        "W",
        "input",
        "you",
        "Quoted",
        "The password stands in quotation marks, which are sent as part of it.",
        "Store the password without the quotation marks, unless they really belong to it.",
        field="password",
        quick_fixes=("unquote",),
        explains=LOGIN_REFUSED,
    ),
)
