"""Makes a page of every refusal that no view has shown, and of what kalixweb found away."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kalixweb.accounts.fresh import stale_answer
from kalixweb.core.errors import outage, refused
from kalixweb.core.refusals import Refusal
from kalixweb.projects.denials import answer
from kalixweb.projects.permissions import Denied


class RefusalMiddleware:
    """A denial is recorded and says who can help; a fresh sign-in is asked for where it helps."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Refusals and outages are ours; everything else goes its ordinary way."""
        if isinstance(exception, Denied):
            return answer(request, exception)
        if not isinstance(exception, Refusal):
            return outage(request, exception)
        return stale_answer(request) if exception.fresh_would_do else refused(request, exception)
