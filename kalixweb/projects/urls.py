"""Ways in, projects, members, the audit trail."""

from django.urls import path

from kalixweb.projects.views import arrival, audit, members, projects

app_name = "projects"

urlpatterns = [
    path("setup/", arrival.setup, name="setup"),
    path("setup/<str:token>/", arrival.setup_link, name="setup-link"),
    path("invitation/", arrival.invitation, name="invitation"),
    path("invitation/<str:token>/", arrival.invitation_link, name="invitation-link"),
    path("audit/", audit.instance_audit, name="instance-audit"),
    path("audit/export/", audit.instance_audit_export, name="instance-audit-export"),
    path("p/", projects.project_list, name="project-list"),
    path("p/new/", projects.project_new, name="project-new"),
    path("p/<slug:project>/settings/", projects.project_edit, name="project-edit"),
    path("p/<slug:project>/delete/", projects.project_delete, name="project-delete"),
    path("p/<slug:project>/audit/", audit.audit, name="audit"),
    path("p/<slug:project>/audit/export/", audit.audit_export, name="audit-export"),
    path("p/<slug:project>/members/", members.member_list, name="member-list"),
    path("p/<slug:project>/members/invite/", members.invite, name="member-invite"),
    path(
        "p/<slug:project>/members/invitations/<uuid:invitation>/revoke/",
        members.invitation_revoke,
        name="invitation-revoke",
    ),
    path("p/<slug:project>/members/<uuid:member>/", members.member_edit, name="member-edit"),
    path(
        "p/<slug:project>/members/<uuid:member>/remove/",
        members.member_remove,
        name="member-remove",
    ),
]
