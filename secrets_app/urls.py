"""Addresses of secrets; each stands below its project."""

from django.urls import include, path

from secrets_app.views import changes, detail, edit, listing, new

app_name = "secrets"

_one = [
    path("", detail.secret_detail, name="secret-detail"),
    path("edit/", edit.secret_edit, name="secret-edit"),
    path("rename/", changes.secret_rename, name="secret-rename"),
    path("hosts/", changes.secret_hosts, name="secret-hosts"),
    path("delete/", changes.secret_delete, name="secret-delete"),
    path("versions/<int:number>/current/", changes.secret_make_current, name="secret-make-current"),
]
urlpatterns = [
    path("p/<slug:project>/secrets/", listing.secret_list, name="secret-list"),
    path("p/<slug:project>/secrets/new/", new.secret_new, name="secret-new"),
    path("p/<slug:project>/secrets/<uuid:secret>/", include(_one)),
]
