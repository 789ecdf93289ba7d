"""The pages of requests that Django itself could not answer."""

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse

from kalixweb.core import outages
from kalixweb.core.errors import error_page, not_found, unavailable

__all__ = ["bad_request", "csrf_failure", "not_found", "permission_denied", "server_error"]


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the request itself cannot be read."""
    del exception
    return error_page(request, "400.html", HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: signed in, without the right. A denial inside a project has a page of its own."""
    del exception
    return error_page(request, "403.html", HTTPStatus.FORBIDDEN)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: a form without this session's token; nothing was changed."""
    del reason
    return error_page(request, "403_csrf.html", HTTPStatus.FORBIDDEN)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a bug of ours, already logged; 503 when something that kalixweb needs was away."""
    if sentence := outages.sentence_about(sys.exc_info()[1]):
        return unavailable(request, sentence)
    return error_page(request, "500.html", HTTPStatus.INTERNAL_SERVER_ERROR)
