"""The addresses of the product; each app keeps its own list."""

from django.urls import include, path

from kalixweb.core import theme
from kalixweb.projects.admin_site import site as admin_site

urlpatterns = [
    path("", include("kalixweb.accounts.urls")),
    path("", include("kalixweb.projects.urls")),
    path("", include("secrets_app.urls")),
    path("", include("brokers.urls")),
    path("theme/", theme.choose, name="theme"),
    path("admin/", admin_site.urls),
]

handler400 = "kalixweb.core.errors.bad_request"
handler403 = "kalixweb.core.errors.permission_denied"
handler404 = "kalixweb.core.errors.not_found"
handler500 = "kalixweb.core.errors.server_error"
