"""Whether a page states that its article is behind a paywall."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mirrorwire.extract.structured import Structured

_YES = frozenset(["true", "yes", "1"])
_NO = frozenset(["false", "no", "0"])
_TIERS = {"free": False, "metered": True, "locked": True}
"""https://developers.facebook.com/docs/instant-articles/subscriptions/content-tiering: metered pages are free only to
those who have not read many, so they count as behind a paywall."""


def read_paywalled(data: Structured) -> tuple[bool | None, str]:
    """Return whether the page says that its text is for subscribers, and where; `None` where it says nothing.

    The article's own statement counts before that of its parts: a part that is not free makes the article so.
    Source: https://developers.google.com/search/docs/appearance/structured-data/paywalled-content
    """
    for origin, free in _stated_free(data):
        if free is not None:
            return not free, origin
    tier = _TIERS.get((data.meta("article:content_tier", "og:article:content_tier") or "").strip().lower())
    return tier, "opengraph" if tier is not None else ""


def _stated_free(data: Structured) -> Iterator[tuple[str, bool | None]]:
    yield "json-ld", _boolean(data.article.get("isAccessibleForFree"))
    yield "json-ld", _all_free([_boolean(part.get("isAccessibleForFree")) for part in _parts(data)])
    yield "microdata", _boolean(next(iter(data.microdata.get("isAccessibleForFree", ())), None))


def _all_free(parts: list[bool | None]) -> bool | None:
    """False if one part is not free, True if all are, `None` where some say nothing or there is none."""
    if False in parts:
        return False
    return True if parts and None not in parts else None


def _parts(data: Structured) -> list[Mapping[str, Any]]:
    parts = data.article.get("hasPart")
    listed = [data.resolved(part) for part in (parts if isinstance(parts, list) else [parts])[:50]]
    return [part for part in listed if isinstance(part, Mapping) and "isAccessibleForFree" in part]


def _boolean(value: Any) -> bool | None:
    """A JSON boolean, or the words that sites write for one (`"False"`, `"http://schema.org/True"`, `0`)."""
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        value = value.get("@value") or value.get("@id")
    word = str(value).strip().rpartition("/")[2].lower() if isinstance(value, (bool, int, str)) else ""
    if word in _YES:
        return True
    return False if word in _NO else None
