"""What the audit trail tells of people who sign in."""

from kalixweb.audit.events import COUNT, FLAG, REPEATED, TEXT, Action

ACTIONS = {
    "user.created": Action(
        "made the account {object}",
        {"administrator": FLAG, "instance_auditor": FLAG, "by": TEXT, "invitation": TEXT},
    ),
    "user.deactivated": Action(
        "deactivated {object}", {"sessions": COUNT, "invitations": COUNT, "tokens": COUNT}
    ),
    "user.signed_in": Action(
        "signed in as {object}", {"method": TEXT, "second_factor": FLAG, "reauthenticated": FLAG}
    ),
    "user.sign_in_failed": Action(
        "failed to sign in as {object}", {"reason": TEXT, "name_mac": TEXT, "kid": COUNT} | REPEATED
    ),
    "user.signed_out": Action("signed out", {"method": TEXT}),
    "user.password_changed": Action(
        "changed the password of {object}", {"sessions_ended": COUNT, "by": TEXT}
    ),
    "user.second_factor_changed": Action(
        "changed the second factor of {object}", {"method": TEXT, "added": FLAG}
    ),
    "user.single_sign_on_changed": Action(
        "changed the single sign-on of {object}", {"issuer": TEXT, "added": FLAG}
    ),
    "user.sessions_ended": Action("ended sessions of {object}", {"sessions": COUNT, "by": TEXT}),
}
