"""Reads: metadata only. Nothing here loads a blob."""

from secrets_app.queries.cautions import CAUTIONS, cautions
from secrets_app.queries.detail import Detail, EntryRow, VersionRow, detail
from secrets_app.queries.listing import PAGE_SIZE, ListPage, ListRow, count, list_page
from secrets_app.queries.references import (
    Choice,
    ReferenceMissing,
    by_name,
    choices,
    resolve_reference,
)

__all__ = [
    "CAUTIONS",
    "PAGE_SIZE",
    "Choice",
    "Detail",
    "EntryRow",
    "ListPage",
    "ListRow",
    "ReferenceMissing",
    "VersionRow",
    "by_name",
    "cautions",
    "choices",
    "count",
    "detail",
    "list_page",
    "resolve_reference",
]
