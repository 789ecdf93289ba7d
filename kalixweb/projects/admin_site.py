"""Django admin for administrators and instance auditors, read-only throughout.

Each app registers its own models; a test holds the list of them all.
"""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator


class NotReadOnly(ValueError):
    """A model was to be shown in admin by a class that could change it."""


class KalixwebAdminSite(AdminSite):
    """Entered with the site's own sign-in, second factor included."""

    site_title = "kalixweb"
    site_header = "kalixweb administration"
    index_title = "Users and metadata, read-only"
    site_url = "/"
    enable_nav_sidebar = False

    def has_permission(self, request: HttpRequest) -> bool:
        """Active administrators and instance auditors."""
        return bool(request.user.is_authenticated and request.user.is_staff)

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:  # noqa: ANN401
        """Like Django's, for classes below ReadOnlyAdmin; raises NotReadOnly."""
        if admin_class is None or not issubclass(admin_class, ReadOnlyAdmin):
            raise NotReadOnly(str(model_or_iterable))
        super().register(model_or_iterable, admin_class, **options)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:  # noqa: ANN401
        """The site's sign-in; somebody who is signed in and may not enter goes home."""
        if request.user.is_authenticated:
            return redirect("admin:index" if self.has_permission(request) else "/")
        return redirect_to_login(request.GET.get("next", reverse("admin:index")))

    def logout(self, request: HttpRequest, extra_context: Any = None) -> Any:  # noqa: ANN401
        """The site's own page."""
        return redirect("account_logout")

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> Any:  # noqa: ANN401
        """The site's own page."""
        return redirect("account_change_password")


site = KalixwebAdminSite(name="admin")


class ReadOnlyAdmin(ModelAdmin):  # type: ignore[type-arg]
    """Nothing is added, changed or deleted here; the only actions are services' ."""

    actions: Any = ()
    list_per_page = 50
    show_full_result_count = False

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:  # noqa: ANN401
        """Only what the page itself offers to filter by.

        Django allows every column of the model, and ``?password__startswith=`` then tells a
        password's hash letter by letter.
        """
        offered = [name for name in self.list_filter if isinstance(name, str)]
        dates = [self.date_hierarchy] if self.date_hierarchy else []
        may_ask = lookup.split("__", maxsplit=1)[0] in {*offered, *dates}
        return may_ask and super().lookup_allowed(lookup, value, request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401
        """Whoever may enter."""
        return site.has_permission(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Whoever may enter."""
        return site.has_permission(request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401
        """Nobody."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401
        """Nobody."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ANN401
        """Nobody."""
        return False
