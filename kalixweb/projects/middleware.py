"""Turns a refused service call into an audit event and a page that says who can help."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kalixweb.projects.denials import answer
from kalixweb.projects.permissions import Denied


class DenialMiddleware:
    """Records ``access.denied`` in its own unit of work and answers 403."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Only Denied is ours; everything else goes its ordinary way."""
        return answer(request, exception) if isinstance(exception, Denied) else None
