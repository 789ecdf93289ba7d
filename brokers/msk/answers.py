"""A look at each answer before botocore reads it.

botocore takes a body that is no JSON for an empty answer, and a proxy's page for an error without
a code.
"""

import json
from typing import Any

_PAGES = (b"<!doctype html", b"<html")


class WebPage(Exception):
    """A page for people, or a redirection: something answered in the place of AWS."""

    def __init__(self, status: int) -> None:
        super().__init__(f"a web page with status {status}")
        self.status = status


class Unreadable(Exception):
    """The body is not what the service's protocol allows."""


def look(operation_model: Any, response_dict: dict[str, Any], **_rest: Any) -> None:  # noqa: ANN401 - botocore's own types
    """Handler of botocore's ``before-parse``; raises WebPage or Unreadable."""
    status: int = response_dict["status_code"]
    body: bytes = response_dict["body"] or b""
    if 300 <= status < 400 or _is_page(response_dict["headers"].get("content-type", ""), body):
        raise WebPage(status)
    protocol = operation_model.service_model.resolved_protocol
    if protocol in {"json", "rest-json"} and status < 300 and not _is_object(body):
        raise Unreadable


def _is_page(content_type: str, body: bytes) -> bool:
    return content_type.startswith("text/html") or body.lstrip()[:14].lower().startswith(_PAGES)


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
