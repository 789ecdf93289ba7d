"""Tells the bulkhead which project a request is about."""

from collections.abc import Callable, Mapping, Sequence

from django.http import HttpRequest, HttpResponse

from kalixweb.core import bulkhead


class BulkheadMiddleware:
    """Of a request's changes only some wait for locks of one project at a time."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with bulkhead.web_request():
            return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        arguments: Sequence[object],
        named: Mapping[str, object],
    ) -> None:
        """The project stands in the URL."""
        bulkhead.is_about(str(named.get("project", "")))
