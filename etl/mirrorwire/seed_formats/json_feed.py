"""JSON Feed, versions 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import html
import json
import re
from typing import Any

from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.seed_formats.document import LinkGatherer, SeedDocument, SeedEntry, both

_VERSION = re.compile(r'"version"\s*:\s*"https?:(?:\\?/){2}(?:www\.)?jsonfeed\.org')
_ITEMS = re.compile(r'"items"\s*:\s*\[')
_HEAD_CHARS = 64 * 1024


def is_json(body: bytes) -> bool:
    """Tell whether a body may be JSON's: no markup begins so."""
    return body.startswith(b"{")


def read_json_feed(body: bytes, gatherer: LinkGatherer, damage: str | None) -> SeedDocument:
    """Return the links of a JSON feed; `damage` is what was wrong with its bytes. Of one cut off, the whole items.

    Raises `SeedUnreadable` for other JSON.
    """
    text = body.decode("utf-8", "replace")
    items, problem = _items(text)
    if items is None:
        raise SeedUnreadable(gatherer.base, "JSON, not a feed")
    gatherer.gather(items, _stated)
    return gatherer.document(damage=both(damage, problem))


def _items(text: str) -> tuple[list[Any] | None, str | None]:
    """The items of a JSON feed, `None` if it is none, and what was wrong with it."""
    try:
        feed = json.loads(text, parse_int=str)  # a number of any length
    except (ValueError, RecursionError):
        return _items_of_broken(text)
    items, version = feed.get("items"), feed.get("version")
    is_feed = isinstance(items, list) and isinstance(version, str) and "jsonfeed.org" in version
    return (items, None) if is_feed else (None, None)


def _items_of_broken(text: str) -> tuple[list[Any] | None, str | None]:
    """The items that stand whole before the place where JSON breaks off."""
    begin = _ITEMS.search(text)
    if begin is None or not _VERSION.search(text, 0, _HEAD_CHARS):
        return None, None
    items: list[Any] = []
    at = begin.end()
    decoder = json.JSONDecoder(parse_int=str)
    try:
        while (at := _next(text, at)) < len(text) and text[at] != "]":
            item, at = decoder.raw_decode(text, at)
            items.append(item)
    except (ValueError, RecursionError):
        pass
    return items, f"cut off, or not JSON, after {len(items)} items"


def _next(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n,":
        at += 1
    return at


def _stated(item: Any) -> SeedEntry:
    """What an item states. Its `external_url` is another page, which it speaks of, unless it has no other."""
    if not isinstance(item, dict):
        return SeedEntry(urls=())
    url, title = _text(item.get("url")) or _text(item.get("external_url")), _text(item.get("title"))
    number = _text(item.get("id")) or ""
    if url is None and number.lower().startswith(("http://", "https://")):
        url = number
    return SeedEntry(
        urls=(url,) if url else (),
        title=html.unescape(title) if title else None,
        lastmod=_text(item.get("date_modified")) or _text(item.get("date_published")),
    )


def _text(value: Any) -> str | None:
    return value.strip() or None if isinstance(value, str) else None
