"""An error answer of AWS, taken apart."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NamedTuple


class ErrorResponse(NamedTuple):
    """An error answer: code, message as AWS wrote it, status, and seconds AWS is ahead of us."""

    code: str
    message: str
    status: int
    ahead: float | None
    is_signed: bool


def read(response: Mapping[str, Any]) -> ErrorResponse:
    """The parts of a ClientError's ``response``."""
    error, metadata = response.get("Error", {}), response.get("ResponseMetadata", {})
    headers = metadata.get("HTTPHeaders", {})
    return ErrorResponse(
        code=str(error.get("Code") or ""),
        message=str(error.get("Message") or ""),
        status=int(metadata.get("HTTPStatusCode") or 0),
        ahead=seconds_ahead(headers.get("date")),
        is_signed="x-amzn-requestid" in headers or bool(metadata.get("RequestId")),
    )


def seconds_ahead(date: str | None) -> float | None:
    """How far the clock of AWS is ahead of ours, by the Date header of an answer."""
    try:
        there = parsedate_to_datetime(date) if date else None
    except ValueError:
        return None
    if there is None or there.tzinfo is None:
        return None
    return (there - datetime.now(tz=UTC)).total_seconds()
