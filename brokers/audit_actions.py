"""What the audit trail tells of connections, their tests, and AWS."""

from brokers.connections.services.configuration import FIELDS
from kalixweb.audit.events import CHANGED, COUNT, FLAG, NAMES, TEXT, Action

_AUDITED = {one: NAMES if one.is_list else TEXT for one in FIELDS if one.declared.audited_as}
_CONFIGURATION = {one.declared.audited_as: kind for one, kind in _AUDITED.items()}
_DESTINATION = {
    **{one.declared.audited_as: kind for one, kind in _AUDITED.items() if one.declared.redirects},
    "password": TEXT,
    "ca": TEXT,
}
_CONNECTION = {
    **_CONFIGURATION,
    **_DESTINATION,
    "revision": COUNT,
}
_BEFORE = {f"{name}_before": kind for name, kind in _DESTINATION.items()}
_AWS_ACCOUNT = {"region": TEXT, "way": TEXT, "role_arn": TEXT, "key_id": TEXT, "key_secret": TEXT}
_INQUIRY = {"kind": TEXT, "account": TEXT, "cluster": TEXT, "setup": TEXT, "inquiry": TEXT}
_SETUP = {"account": TEXT, "cluster": TEXT, "user": TEXT, "connection": TEXT}

ACTIONS = {
    "connection.created": Action(
        "made the connection {object}", _CONNECTION | {"copied_from": TEXT}
    ),
    "connection.changed": Action(
        "changed the connection {object}", _CONNECTION | _BEFORE | {"fields": NAMES}
    ),
    "connection.deleted": Action("deleted the connection {object}", _CONNECTION),
    "connection.default_set": Action(
        "made {object} the default connection", {"before": TEXT, "after": TEXT}
    ),
    "connection.tested": Action(
        "tested the connection {object}",
        {
            **_DESTINATION,
            "run": TEXT,
            "origin": TEXT,
            "password_version": COUNT,
            "ca_version": COUNT,
            "connections": COUNT,
        },
    ),
    "run.stopped": Action(
        "stopped a test of {object}", {"reason": TEXT, "run": TEXT, "connection": TEXT}
    ),
    "connection.cluster_left": Action(
        "led {object} away from the cluster {cluster_before}",
        {"account_before": TEXT, "cluster_before": TEXT},
    ),
    "connection.cluster_set": Action(
        "named {cluster} as the cluster of {object}",
        {"account": TEXT, "cluster": TEXT, "account_before": TEXT, "cluster_before": TEXT},
    ),
    "aws_account.created": Action("made the AWS account {object}", _AWS_ACCOUNT),
    "aws_account.changed": Action("changed the AWS account {object}", CHANGED),
    "aws_account.deleted": Action("deleted the AWS account {object}", _AWS_ACCOUNT),
    "aws_external_id.created": Action("made the external id of the project {object}"),
    "aws_inquiry.asked": Action(
        "asked AWS by the account {object}: {kind}", _INQUIRY | {"scheduled": FLAG}
    ),
    "aws_inquiry.stopped": Action(
        "stopped an AWS query by the account {object}: {kind}", _INQUIRY | {"reason": TEXT}
    ),
    "msk_setup.created": Action("began to connect an MSK cluster", _SETUP),
    "msk_setup.changed": Action(
        "went on connecting the MSK cluster {object}", _SETUP | {"fields": NAMES}
    ),
    "msk_setup.deleted": Action("gave up connecting the MSK cluster {object}", _SETUP),
    "msk.acls_confirmed": Action("confirmed that the MSK cluster {object} has ACLs", _SETUP),
    "msk.password_read": Action(
        "had the password of {user} read from AWS Secrets Manager",
        {"cluster": TEXT, "user": TEXT, "source": TEXT, "account": TEXT},
    ),
    "msk.password_taken": Action(
        "took the password of {user} over into the secret {secret}",
        {
            "secret": TEXT,
            "entry": TEXT,
            "version": COUNT,
            "cluster": TEXT,
            "user": TEXT,
            "source": TEXT,
            "account": TEXT,
        },
    ),
}

# What a secret was used for, and where it was not sent, beside what secrets_app tells of it.
DETAILS_OF_SECRETS = {
    "secret.used": {"run": TEXT, "connection": TEXT, "account": TEXT, "hosts": NAMES},
    "secret.delivery_refused": {"connection": TEXT},
}
