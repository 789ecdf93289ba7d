"""Every page that somebody looks at, with what stands in its address. Needs Django."""

from django.urls import reverse

from brokers.models import AwsAccount, Connection, MskOnboarding
from kalixweb.projects.models import Membership, Project
from secrets_app.models import Secret


def pages(project: Project, one: Connection) -> list[tuple[str, str]]:
    """(name, path) of each page of the project, ``one`` being a connection with a long history."""
    secret = Secret.objects.for_project(project).order_by("name")
    ca = secret.filter(type="tls-ca")[0]
    generic = secret.filter(type="generic")[0]
    account = AwsAccount.objects.for_project(project)[0]
    onboarding = MskOnboarding.objects.for_project(project)[0].pk
    member = Membership.objects.for_project(project).order_by("-user__username")[0]
    return [
        ("overview", _of("brokers:overview", project)),
        ("connections", _of("brokers:connection-list", project)),
        ("connections, page 10", _of("brokers:connection-list", project) + "?page=10"),
        ("connections, searched", _of("brokers:connection-list", project) + "?q=cluster-07"),
        ("connections, failed", _of("brokers:connection-list", project) + "?state=failed"),
        ("all my connections", reverse("brokers:all-connections")),
        ("connection", _of("brokers:connection-detail", project, one.pk)),
        ("connection, new", _of("brokers:connection-new", project)),
        ("connection, edit", _of("brokers:connection-edit", project, one.pk)),
        ("connection, copy", _of("brokers:connection-copy", project, one.pk)),
        ("connection, delete", _of("brokers:connection-delete", project, one.pk)),
        ("run", _of("brokers:run-detail", project, one.last_run_id)),
        ("runs of a connection", _of("brokers:run-list", project, one.pk)),
        ("secrets", _of("secrets:secret-list", project)),
        ("secrets, searched", _of("secrets:secret-list", project) + "?q=login-01"),
        ("secret", _of("secrets:secret-detail", project, generic.pk)),
        ("secret that 50 use", _of("secrets:secret-detail", project, ca.pk)),
        ("secret, new", _of("secrets:secret-new", project)),
        ("secret, edit", _of("secrets:secret-edit", project, generic.pk)),
        ("members", _of("projects:member-list", project)),
        ("member, edit", _of("projects:member-edit", project, member.pk)),
        ("member, invite", _of("projects:member-invite", project)),
        ("project settings", _of("projects:project-edit", project)),
        ("MSK", _of("brokers:msk", project)),
        ("AWS account, new", _of("brokers:aws-account-new", project)),
        ("AWS account", _of("brokers:aws-account-detail", project, account.pk)),
        ("least policy", _of("brokers:msk-policy", project) + f"?onboarding={onboarding}"),
        ("500 clusters", _of("brokers:msk-step", project, onboarding, "cluster") + "?choose=yes"),
        ("readiness", _of("brokers:msk-step", project, onboarding, "readiness")),
        ("user and password", _of("brokers:msk-step", project, onboarding, "user")),
        ("connection to MSK", _of("brokers:msk-step", project, onboarding, "connection")),
        ("audit", _of("projects:audit", project)),
        ("audit, one action", _of("projects:audit", project) + "?action=secret.created"),
        ("projects", reverse("projects:project-list")),
        ("audit of the instance", reverse("projects:instance-audit")),
        ("sessions", reverse("usersessions_list")),
        ("second factor", reverse("mfa_index")),
    ]


def _of(name: str, project: Project, *ids: object) -> str:
    return reverse(name, args=[project.name, *ids])
