"""A look at each answer before botocore reads it.

botocore takes a body that is no JSON for an empty answer, and a proxy's page for an error without
a code.
"""

import json
from collections.abc import Mapping
from typing import Any

from botocore.parsers import ResponseParserError

_BEGINNING = 1024


class NotOfAws(Exception):
    """A page, a redirection or mere words: something answered in the place of AWS."""

    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class Unreadable(Exception):
    """The body is not what the service's protocol allows."""


# What botocore's readers raise over a document of another shape. None is a BotoCoreError: its own
# ResponseParserError is for bad XML only.
MISREAD = (
    Unreadable,
    ResponseParserError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def check_body(operation_model: Any, response_dict: dict[str, Any], **_rest: Any) -> None:  # noqa: ANN401 - botocore's own types
    """Handler of botocore's ``before-parse``; raises NotOfAws or Unreadable."""
    status: int = response_dict["status_code"]
    body: bytes = response_dict["body"] or b""
    speaks_json = operation_model.service_model.resolved_protocol in {"json", "rest-json"}
    is_of_protocol = _is_object(body) if speaks_json else body.lstrip().startswith(b"<")
    # A service that speaks JSON may put an error into the headers alone.
    is_bare = status >= 400 and speaks_json and not body
    if 300 <= status < 400 or b"<html" in body[:_BEGINNING].lower():
        raise NotOfAws(status)
    if status >= 300 and not is_of_protocol and not is_bare:
        raise NotOfAws(status)
    if status < 300 and not is_of_protocol:
        raise Unreadable
    if (
        status in {401, 403}
        and speaks_json
        and body
        and _is_a_proxys(response_dict["headers"], body)
    ):
        raise NotOfAws(status)


def _is_a_proxys(headers: Mapping[str, str], body: bytes) -> bool:
    """Whether nothing in a denial, neither a header, a field nor a word, is as AWS has it."""
    denial = json.loads(body)
    if "x-amzn-requestid" in headers or "x-amzn-errortype" in headers or "__type" in denial:
        return False
    code = denial.get("code") or denial.get("Code")
    words = f"{denial.get('message')} {denial.get('Message')}"
    return (
        isinstance(code, str)
        and not code.endswith("Exception")
        and "authorized to perform" not in words
    )


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(json.loads(body), dict)
    except (ValueError, RecursionError):
        return False
