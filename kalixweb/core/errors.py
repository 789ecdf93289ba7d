"""The pages of requests that could not be answered; each names its request id."""

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from kalixweb.core import clock, outages


def _page(request: HttpRequest, template: str, status: HTTPStatus, **more: str) -> HttpResponse:
    """Render without context processors: whatever broke may have been one of them."""
    theme = request.COOKIES.get("theme", "")
    context = {
        "request_id": getattr(request, "request_id", ""),
        "at": clock.now(),
        "path": request.path,
        "theme": theme if theme in {"light", "dark"} else "",
    }
    return HttpResponse(render_to_string(template, context | more), status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself cannot be read."""
    del exception
    return _page(request, "400.html", HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, without the right. A denial inside a project has a page of its own."""
    del exception
    return _page(request, "403.html", HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without this session's token; nothing was changed."""
    del reason
    return _page(request, "403_csrf.html", HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same body for what is missing and for what the visitor may not know of."""
    del exception
    return _page(request, "404.html", HTTPStatus.NOT_FOUND)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a bug of ours, already logged; 503 when something that kalixweb needs was away."""
    if sentence := outages.sentence_about(sys.exc_info()[1]):
        return unavailable(request, sentence)
    return _page(request, "500.html", HTTPStatus.INTERNAL_SERVER_ERROR)


def unavailable(request: HttpRequest, sentence: str) -> HttpResponse:
    """503: something that kalixweb needs is away; the sentence names it and never a value."""
    response = _page(request, "503.html", HTTPStatus.SERVICE_UNAVAILABLE, sentence=sentence)
    response["Retry-After"] = "10"
    return response
