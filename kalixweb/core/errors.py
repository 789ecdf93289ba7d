"""The pages of requests that could not be answered; each names its request id."""

import logging
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from kalixweb.core import clock
from kalixweb.core.outages import sentence_about
from kalixweb.core.refusals import Refusal

_log = logging.getLogger(__name__)


def error_page(
    request: HttpRequest, template: str, status: HTTPStatus, **more: str
) -> HttpResponse:
    """Render without context processors: whatever broke may have been one of them."""
    theme = request.COOKIES.get("theme", "")
    context = {
        "request_id": getattr(request, "request_id", ""),
        "at": clock.now(),
        "path": request.path,
        "theme": theme if theme in {"light", "dark"} else "",
    }
    return HttpResponse(render_to_string(template, context | more), status=status)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: the same body for what is missing and for what the visitor may not know of."""
    del exception
    return error_page(request, "404.html", HTTPStatus.NOT_FOUND)


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal by itself; htmx gets its sentence alone, never a page to put into a page."""
    status = HTTPStatus(refusal.status)
    if status == HTTPStatus.NOT_FOUND:
        return not_found(request, refusal)
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        _log.error("%s: %s", refusal.code, refusal.sentence)
        return unavailable(request, refusal.sentence)
    if "HX-Request" not in request.headers:
        return error_page(request, "refused.html", status, sentence=refusal.sentence)
    if status == HTTPStatus.UNPROCESSABLE_ENTITY:  # htmx swaps it, as it does a form
        status = HTTPStatus.CONFLICT
    return HttpResponse(refusal.sentence, status=status, content_type="text/plain; charset=utf-8")


def outage(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """503 where what kalixweb stands on is away or busy; None for an error of our own."""
    if (sentence := sentence_about(error)) is None:
        return None
    _log.error("%s: %s", type(error).__name__, sentence)
    return unavailable(request, sentence)


def unavailable(request: HttpRequest, sentence: str) -> HttpResponse:
    """503: something that kalixweb needs is away; the sentence names it and never a value."""
    response = error_page(request, "503.html", HTTPStatus.SERVICE_UNAVAILABLE, sentence=sentence)
    response["Retry-After"] = "10"
    return response
