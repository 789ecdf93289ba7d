"""What is done in AWS itself, as commands and as Terraform: kalixweb reads there and writes not."""

import json
import shlex

from brokers.models import HOST, ROLE, AwsAccount
from brokers.msk.views.command_values import CommandValues
from brokers.msk.views.shell import command, in_order

NEW_USER_NOTE = (
    "The association answers 200 even when it did nothing: UnprocessedScramSecrets in its answer "
    "must be empty. Then it takes up to ten minutes until every broker knows the user. The key is "
    "a new one; use the id of your own if you have a customer managed key for SCRAM already."
)
TERRAFORM_NOTE = (
    "The password comes from a variable, and Terraform keeps it in its state. "
    "aws_msk_scram_secret_association instead would remove every user that it does not list."
)


def signs_in(account: AwsAccount, external_id: str | None) -> str:
    """Give the shell what kalixweb signs in with; nothing for the credentials that it has."""
    profile = {"region": account.region}
    base = f"{account.name}-key" if account.way == ROLE else account.name
    if account.way == ROLE:
        profile |= {"role_arn": account.role_arn, "external_id": external_id or "EXTERNAL-ID"}
        profile |= {"source_profile": "default" if account.uses_host else base}
    if account.way == HOST:
        return ""
    named = f"profile.{account.name}"
    typed = [] if account.uses_host else [f"aws configure --profile {base}"]
    lines = [f"aws configure set {named}.{k} {shlex.quote(v)}" for k, v in profile.items()]
    return in_order(*typed, *lines, f"export AWS_PROFILE={account.name}")


def kafka(verb: str, values: CommandValues, topic: str = "") -> str:
    """One reading call of `aws kafka` about the cluster."""
    named = [("--topic-name", topic)] if topic else []
    where = (("--region", values.region), ("--cluster-arn", values.arn))
    return command(f"aws kafka {verb}", *where, *named)


def describe(values: CommandValues) -> str:
    """The calls that most of the checks are judged by."""
    secret = command(
        "aws secretsmanager describe-secret",
        ("--region", values.region),
        ("--secret-id", values.secret_name),
    )
    calls = [kafka(verb, values) for verb in ("describe-cluster-v2", "list-scram-secrets")]
    return in_order(*calls, secret if values.named_user else "")


def new_user(values: CommandValues) -> str:
    """A SCRAM user for the cluster: key, secret, association, and what became of it."""
    region = ("--region", values.region)
    made = command(
        "  | aws secretsmanager create-secret",
        region,
        ("--name", values.secret_name),
        '--kms-key-id "$KEY"',
        "--secret-string file:///dev/stdin",
        "--query ARN --output text)",
    ).replace("\n", "\n    ")
    key = command("aws kms create-key", region, "--query KeyMetadata.KeyId --output text")
    return in_order(
        f"KEY=$({key})",
        "read -rs PASSWORD && export PASSWORD",
        f"SECRET=$({command('jq -n', ('--arg', 'username', values.user))} \\",
        "    '{username: $username, password: env.PASSWORD}' \\",
        made,
        command(
            "aws kafka batch-associate-scram-secret",
            region,
            ("--cluster-arn", values.arn),
            '--secret-arn-list "$SECRET"',
        ),
        kafka("list-scram-secrets", values),
    )


def new_user_terraform(values: CommandValues) -> str:
    """The same as Terraform."""
    name, user, arn = map(_hcl, (values.secret_name, values.user, values.arn))
    return f"""\
variable "password" {{
  sensitive = true
}}

resource "aws_kms_key" "scram" {{}}

resource "aws_secretsmanager_secret" "user" {{
  name       = {name}
  kms_key_id = aws_kms_key.scram.key_id
}}

resource "aws_secretsmanager_secret_version" "user" {{
  secret_id     = aws_secretsmanager_secret.user.id
  secret_string = jsonencode({{ username = {user}, password = var.password }})
}}

resource "aws_msk_single_scram_secret_association" "user" {{
  cluster_arn = {arn}
  secret_arn  = aws_secretsmanager_secret_version.user.arn
}}"""


def _hcl(text: str) -> str:
    """A string of Terraform's language, in which nothing is a template."""
    return json.dumps(text).replace("${", "$${").replace("%{", "%%{")
