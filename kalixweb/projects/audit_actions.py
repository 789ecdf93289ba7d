"""What the audit trail tells of projects, their members, and refused access."""

from kalixweb.audit.events import CHANGED, COUNT, FLAG, NAMES, REPEATED, TEXT, Action

_MEMBERSHIP = {"user": TEXT, "user_id": TEXT, "roles_before": NAMES, "roles_after": NAMES}

ACTIONS = {
    "invitation.created": Action(
        "made an invitation for {object}", _MEMBERSHIP | {"expires": TEXT, "administrator": FLAG}
    ),
    "invitation.accepted": Action("accepted the invitation for {object}", _MEMBERSHIP),
    "invitation.revoked": Action("revoked the invitation for {object}", _MEMBERSHIP),
    "project.created": Action("made the project {object}", {"description_set": FLAG}),
    "project.changed": Action("changed the project {object}", CHANGED),
    "project.renamed": Action(
        "renamed the project {name_before} to {name_after}",
        {"name_before": TEXT, "name_after": TEXT},
    ),
    "project.deleted": Action(
        "deleted the project {object} and destroyed its keys", {"members": COUNT}
    ),
    "membership.changed": Action("gave {object} the roles {roles_after}", _MEMBERSHIP),
    "membership.ended": Action("ended the membership of {object}", _MEMBERSHIP),
    "access.denied": Action(
        "was denied {right} on {object}", {"right": TEXT, "method": TEXT, "reason": TEXT} | REPEATED
    ),
}
