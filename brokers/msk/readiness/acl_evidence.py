"""What is known of a cluster's ACLs, which AWS cannot tell: from a connection's own test, or from
a person who says that they exist."""

from brokers.aws.check_request import AclEvidence
from brokers.engine.document import RightSeen, read
from brokers.models import DONE, Connection, MskOnboarding, TestRun


def acls_of(
    cluster_arn: str, onboarding: MskOnboarding | None, connection: Connection | None
) -> AclEvidence | None:
    """None where neither a test nor a person has told of this cluster.

    A right that was granted proves an ACL only where nothing is open without one. A right that was
    refused beside one that was granted always does: without ACLs both would be alike.
    """
    of_cluster = connection is not None and connection.cluster_arn == cluster_arn
    found = _tested(connection) if connection and of_cluster else None
    if found is not None and found.state != "granted":
        return found
    if onboarding and onboarding.acls_confirmed_at and onboarding.cluster_arn == cluster_arn:
        return AclEvidence("confirmed", f"{onboarding.acls_confirmed_by} says that ACLs exist.")
    return found


def _tested(connection: Connection) -> AclEvidence | None:
    run = _last_run(connection)
    document = read(run.document) if run else None
    rights = document.rights if document else ()
    faults = [fault for right in rights for fault in right.faults]
    if missing := [fault for fault in faults if fault.row and fault.row.acl_missing]:
        return AclEvidence("none", missing[0].sentence)
    granted = [right for right in rights if True in _answers(right)]
    if not granted:
        return None
    one = granted[0]
    sentence = (
        f"The test of {connection.name} shows that {connection.user} may use the {one.kind} "
        f"{one.name}."
    )
    refused = any(False in _answers(right) for right in rights)
    return AclEvidence("seen" if refused else "granted", sentence)


def _answers(right: RightSeen) -> tuple[bool | None, ...]:
    return right.describe, right.read, right.write


def _last_run(connection: Connection) -> TestRun | None:
    """The last finished run, if it tested what is stored now."""
    if connection.last_run_id is None or (connection.tested_revision != connection.target_revision):
        return None
    rows = TestRun.objects.for_project(connection.project_id).filter(state=DONE)
    return rows.filter(id=connection.last_run_id).first()
