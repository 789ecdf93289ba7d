"""Where somebody is signed in, and ending it from here."""

from typing import cast

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from kalixweb.accounts.models import User
from kalixweb.accounts.services.users import end_sessions
from kalixweb.core import clock
from kalixweb.core.htmx import HttpRequest


def browser(user_agent: str) -> str:
    """A user agent as people know it: "Firefox on Linux"; its first words when unknown."""
    browsers = [
        ("Firefox/", "Firefox"),
        ("Edg/", "Edge"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]
    systems = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS", "macOS"),
        ("Linux", "Linux"),
    ]
    name = next((name for mark, name in browsers if mark in user_agent), "")
    system = next((name for mark, name in systems if mark in user_agent), "")
    if not name:
        return user_agent[:40] or "Unknown browser"
    return f"{name} on {system}" if system else name


@require_http_methods(["GET", "POST"])
def session_list(request: DjangoHttpRequest) -> HttpResponse:
    """The user's live sessions; POST ends ``session`` or, without it, all but this one."""
    user = cast("User", request.user)
    key = request.session.session_key
    if request.method == "POST":
        return _end(cast("HttpRequest", request), user, key)
    live = Session.objects.filter(expire_date__gt=clock.now()).values("session_key")
    rows = UserSession.objects.filter(user_id=user.pk, session_key__in=live)
    sessions = [
        (row, browser(row.user_agent), row.session_key == key)
        for row in rows.order_by("-created_at")
    ]
    return render(request, "usersessions/usersession_list.html", {"sessions": sessions})


def _end(request: HttpRequest, user: User, key: str | None) -> HttpResponse:
    given = request.POST.get("session", "")
    only = int(given) if given.isdecimal() and len(given) < 19 else None
    if given and only is None:
        return redirect("usersessions_list")
    ended = end_sessions(actor=request.actor, user=user, keep=key, only=only)
    word = "session" if ended == 1 else "sessions"
    messages.success(request, f"{ended} {word} ended.")
    return redirect("usersessions_list")
