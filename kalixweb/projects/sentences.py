"""Audit events as sentences: who is the subject, these are the rest."""

from collections import defaultdict
from typing import Any

from kalixweb.projects.roles import titles

_SENTENCES = {
    "secret.created": "made the secret {object}",
    "secret.version_saved": "saved version {version} of the secret {object}",
    "secret.unchanged": "wrote the same values to the secret {object} again",
    "secret.made_current": "made version {version} of the secret {object} current",
    "secret.renamed": "renamed the secret {name_before} to {object}",
    "secret.deleted": "deleted the secret {object}",
    "secret.used": "used the secret {object}",
    "secret.revealed": "revealed {entry} of the secret {object}",
    "secret.allowed_hosts_changed": "changed where the secret {object} may be sent",
    "secret.delivery_refused": "was kept from sending the secret {object} elsewhere",
    "connection.created": "made the connection {object}",
    "connection.changed": "changed the connection {object}",
    "connection.deleted": "deleted the connection {object}",
    "connection.default_set": "made {object} the default connection",
    "connection.tested": "tested the connection {object}",
    "run.stopped": "stopped a test of {object}",
    "connection.cluster_left": "led {object} away from the cluster {cluster_before}",
    "connection.cluster_set": "named {cluster} as the cluster of {object}",
    "aws_account.created": "made the AWS account {object}",
    "aws_account.changed": "changed the AWS account {object}",
    "aws_account.deleted": "deleted the AWS account {object}",
    "aws_external_id.created": "made the external id of the project {object}",
    "aws_inquiry.asked": "asked AWS by the account {object}: {kind}",
    "aws_inquiry.stopped": "stopped a question to AWS by the account {object}: {kind}",
    "msk_setup.created": "began to connect an MSK cluster",
    "msk_setup.changed": "went on connecting the MSK cluster {object}",
    "msk_setup.deleted": "gave up connecting the MSK cluster {object}",
    "msk.acls_confirmed": "confirmed that the MSK cluster {object} has ACLs",
    "msk.password_read": "had the password of {user} read from AWS Secrets Manager",
    "msk.password_taken": "took the password of {user} over into the secret {secret}",
    "user.created": "made the account {object}",
    "user.changed": "changed the account {object}",
    "user.deactivated": "deactivated {object}",
    "user.activated": "activated {object} again",
    "user.signed_in": "signed in as {object}",
    "user.sign_in_failed": "failed to sign in as {object}",
    "user.signed_out": "signed out",
    "user.password_changed": "changed the password of {object}",
    "user.second_factor_changed": "changed the second factor of {object}",
    "user.single_sign_on_changed": "changed the single sign-on of {object}",
    "user.sessions_ended": "ended sessions of {object}",
    "invitation.created": "made an invitation for {object}",
    "invitation.accepted": "accepted the invitation for {object}",
    "invitation.revoked": "revoked the invitation for {object}",
    "project.created": "made the project {object}",
    "project.changed": "changed the project {object}",
    "project.renamed": "renamed the project {name_before} to {name_after}",
    "project.deleted": "deleted the project {object} and destroyed its keys",
    "membership.changed": "gave {object} the roles {roles_after}",
    "membership.ended": "ended the membership of {object}",
    "access.denied": "was denied {right} on {object}",
    "audit.exported": "exported the audit trail",
    "audit.verified": "verified the audit trail",
    "keys.backed_up": "backed the keys up",
    "keys.instance_created": "made the keys of this instance",
    "keys.project_created": "made the keys of {object}",
    "keys.project_destroyed": "destroyed the keys of {object}",
    "instance.backed_up": "backed the database up",
}


def sentence(event: dict[str, Any]) -> str:
    """What happened, without its subject: "saved version 4 of the secret billing-kafka".

    ``event`` is the decoded payload. An action without a sentence is told by its name.
    """
    target = event["object"]
    words: dict[str, str] = defaultdict(lambda: "…")
    words["object"] = target["label"] or target["kind"].replace("_", " ")
    words |= {name: _word(name, value) for name, value in event["details"].items()}
    template = _SENTENCES.get(event["action"])
    if template is None:
        noun, _, verb = event["action"].partition(".")
        return f"{noun} {verb.replace('_', ' ')}: {words['object']}"
    return template.format_map(words)


def facts(event: dict[str, Any]) -> list[tuple[str, str]]:
    """The details as (name, value) in words, for those who want to know more."""
    return [
        (name.replace("_", " "), _word(name, value))
        for name, value in sorted(event["details"].items())
        if value not in (None, [], {}, "")
    ]


def _word(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        words = [str(one) for one in value]
        if name.startswith("roles"):
            return titles(words) or "none"
        return ", ".join(words)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {one}" for key, one in value.items())
    return "" if value is None else str(value)
