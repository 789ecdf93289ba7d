"""Decides whether htmx gets one part of a page or everyone gets the whole."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest as DjangoHttpRequest
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django_htmx.http import HttpResponseClientRedirect

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    from kalixweb.core.actor import Actor


class HttpRequest(DjangoHttpRequest):
    """A request after the middleware: who acts, and whether htmx asks."""

    htmx: "HtmxDetails"
    actor: "Actor"
    request_id: str


def fragment(
    request: HttpRequest,
    template: str,
    part: str,
    context: dict[str, Any],
    *,
    status: int = 200,
) -> HttpResponse:
    """Answer htmx with the named part of the template and everyone else with the page."""
    wants_part = request.htmx and not (request.htmx.boosted or request.htmx.history_restore_request)
    name = f"{template}#{part}" if wants_part else template
    return render(request, name, context, status=status)


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Lead on after a change, as a page whether or not htmx asked."""
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
