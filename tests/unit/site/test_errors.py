"""What the pages say of a request that could not be answered."""

from django.test import RequestFactory

from kalixweb.core.errors import unavailable
from kalixweb.site import errors


def test_error_pages_name_their_request() -> None:
    request = RequestFactory().get("/p/payments/<b>/")
    request.request_id = "0123abcd"  # type: ignore[attr-defined]
    request.COOKIES["theme"] = '"><script>'
    for answer, status in (
        (errors.bad_request(request, Exception()), 400),
        (errors.permission_denied(request, Exception()), 403),
        (errors.csrf_failure(request, "no cookie"), 403),
        (errors.server_error(request), 500),
        (unavailable(request, "The key 7 is not in the keyring."), 503),
    ):
        assert answer.status_code == status
        html = answer.content.decode()
        assert "0123abcd" in html
        assert "<script>" not in html
        assert "<b>" not in html
