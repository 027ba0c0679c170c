"""What an address or a form says, and addresses that say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from starlette.exceptions import HTTPException

from unspin.review.article import ACCEPTED, REJECTED
from unspin.review.filter import Filter

HTTP_UNPROCESSABLE = 422


def filter_of(values: Mapping[str, str]) -> Filter:
    """The filter that an address or a form says; what makes no sense is left out."""
    try:
        confidence = min(1.0, max(0.0, float(values.get("confidence") or 0)))
    except ValueError:
        confidence = 0.0
    said = {name: str(values.get(name) or "") for name in ("state", "search", "code", "tier", "entry", "text")}
    return Filter(**said, confidence=confidence if confidence == confidence else 0.0)


def query_of(filter: Filter, **more: Any) -> str:
    """The query of an address with this filter and something more."""
    return urlencode({key: value for key, value in {**asdict(filter), **more}.items() if value})


def address_of(path: str, filter: Filter, **more: Any) -> str:
    """The address of a page with this filter and something more."""
    said = query_of(filter, **more)
    return f"{path}?{said}" if said else path


def page_of(values: Mapping[str, str], pages: int) -> int:
    """The number of a page, from 1; beyond the last of the `pages`, the last one."""
    return min(number_of(values.get("page")) or 1, pages)


def number_of(value: object) -> int:
    """A number that somebody sent, 0 if it is none."""
    text = str(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def verdict_of(value: object) -> str:
    """Accepted or rejected. HTTPException if it is neither."""
    if value not in (ACCEPTED, REJECTED):
        raise HTTPException(HTTP_UNPROCESSABLE, "Accept or reject.")
    return str(value)
