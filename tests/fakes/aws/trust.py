"""The calls of Secrets Manager, KMS and STS."""

from datetime import timedelta

from tests.fakes.aws import refusals
from tests.fakes.aws.account import Account, Held, Record
from tests.fakes.aws.refusals import Refused


def secretsmanager(account: Account, region: str, operation: str, params: Record) -> Record:
    """What Secrets Manager answers; raises Refused."""
    held = _secret(account, region, params["SecretId"])
    named = {"ARN": held.described["ARN"], "Name": held.described["Name"]}
    if operation == "DescribeSecret":
        return held.described
    if operation == "GetResourcePolicy":
        return named | ({"ResourcePolicy": held.policy} if held.policy else {})
    if "DeletedDate" in held.described:
        message = (
            "You can't perform this operation on the secret because it was marked for deletion."
        )
        raise Refused("InvalidRequestException", message)
    if account.reason_to_deny("kms:Decrypt"):
        raise Refused("AccessDeniedException", "Access to KMS is not allowed")
    stages = {"VersionId": "1" * 32, "VersionStages": ["AWSCURRENT"]}
    return named | stages | {"SecretString": held.value}


def _secret(account: Account, region: str, wanted: str) -> Held:
    """By name, by ARN, or by an ARN without its six last characters."""
    for held in account.secrets.values():
        arn = held.described["ARN"]
        if wanted in {held.described["Name"], arn, arn[:-7]} and arn.split(":")[3] == region:
            return held
    message = "Secrets Manager can't find the specified secret."
    raise Refused("ResourceNotFoundException", message)


def kms(account: Account, region: str, operation: str, params: Record) -> Record:
    """What KMS answers; raises Refused."""
    wanted = params["KeyId"]
    name = wanted.rpartition(":")[2]
    if name.startswith("alias/"):
        wanted = account.aliases.get(name, wanted)
    for key in account.keys.values():
        if wanted in {key["KeyId"], key["Arn"]} and key["Arn"].split(":")[3] == region:
            return {"KeyMetadata": key}
    raise Refused("NotFoundException", f"Key '{params['KeyId']}' does not exist")


def sts(account: Account, who: str, operation: str, params: Record) -> Record:
    """What STS answers; raises Refused."""
    if operation == "GetCallerIdentity":
        return {"UserId": "AIDAFAKEFAKEFAKEFAKE", "Account": who.split(":")[4], "Arn": who}
    role = params["RoleArn"]
    wanted = account.roles.get(role)
    if role not in account.roles or wanted not in {None, params.get("ExternalId")}:
        because = "because no resource-based policy allows the sts:AssumeRole action"
        raise refusals.denied("sts", "sts:AssumeRole", who, role, because)
    return _session(account, role, params["RoleSessionName"])


def _session(account: Account, role: str, name: str) -> Record:
    number = len(account.access_keys)
    key_id, token = f"ASIAFAKEFAKEFAKE{number:04d}", f"FakeSessionToken{number:04d}/+OfATest=="
    _, _, _, _, account_number, role_name = role.split(":", 5)
    path = role_name.removeprefix("role/").rpartition("/")[2]
    arn = f"arn:{account.partition}:sts::{account_number}:assumed-role/{path}/{name}"
    account.access_keys[key_id] = arn
    account.session_tokens[key_id] = token
    return {
        "Credentials": {
            "AccessKeyId": key_id,
            "SecretAccessKey": f"fake/Session+Secret/{number:04d}/ofATestOnly0",
            "SessionToken": token,
            "Expiration": account.now + timedelta(hours=1),
        },
        "AssumedRoleUser": {"AssumedRoleId": f"AROAFAKE:{name}", "Arn": arn},
    }
