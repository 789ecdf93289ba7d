"""Request ids, cache headers that keep private pages out of caches, and what is gone meanwhile."""

import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from kalixweb.core.errors import not_found
from kalixweb.core.outages import Gone

GetResponse = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives each request an id that stands in its logs, audit events and error page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.request_id = uuid.uuid4().hex  # type: ignore[attr-defined]
        with structlog.contextvars.bound_contextvars(request_id=request.request_id):  # type: ignore[attr-defined]
            response = self.get_response(request)
        response["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class CacheHeadersMiddleware:
    """Pages hold private metadata, and one URL gives a page or a part of it: never cached."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        add_never_cache_headers(response)
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        return response


class GoneMiddleware:
    """Deleted between the look of a view and the lock of its service: the 404 of what never was."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only Gone is ours; everything else goes its ordinary way."""
        return not_found(request, exception) if isinstance(exception, Gone) else None
