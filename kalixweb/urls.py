"""The addresses of the product; each app keeps its own list."""

from django.urls import include, path

from kalixweb.projects.admin_site import site as admin_site

urlpatterns = [
    path("", include("kalixweb.site.urls")),
    path("", include("kalixweb.accounts.urls")),
    path("", include("kalixweb.projects.urls")),
    path("", include("secrets_app.urls")),
    path("", include("brokers.urls")),
    path("admin/", admin_site.urls),
]

handler400 = "kalixweb.site.errors.bad_request"
handler403 = "kalixweb.site.errors.permission_denied"
handler404 = "kalixweb.site.errors.not_found"
handler500 = "kalixweb.site.errors.server_error"
