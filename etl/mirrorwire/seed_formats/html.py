"""HTML pages fed to a listener tag by tag: no tree is built, whatever the bytes."""

from __future__ import annotations

from typing import Any, cast

from lxml import etree

from mirrorwire.core.charsets import encoding_of_header
from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.seed_formats.document import encoding_if_utf_8, is_html, plain, what_is

MAX_PAGE_BYTES = 8 * 1024 * 1024
_CHUNK_BYTES = 64 * 1024


def feed_page(body: bytes, *, url: str, target: object, content_type: str | None = None) -> tuple[bytes, str | None]:
    """Have lxml call `target` with what a page holds; return the bytes that were read, and what was wrong with them.

    `content_type` is the HTTP header's: its charset wins over the page's. Of broken HTML all that comes before the
    damage is read. Raises `SeedUnreadable` for what is no HTML.
    """
    page, damage = plain(body, MAX_PAGE_BYTES)
    if not is_html(page):
        raise SeedUnreadable(url, f"{what_is(page)}, not an HTML page")
    encoding = encoding_if_utf_8(page)
    if encoding is None and (codec := encoding_of_header(content_type)) is not None:
        page, encoding = page.decode(codec, "replace").encode("utf-8", "replace"), "utf-8"
    parser = etree.HTMLParser(target=cast(Any, target), encoding=encoding, no_network=True, huge_tree=False)
    try:
        for start in range(0, len(page), _CHUNK_BYTES):
            parser.feed(page[start : start + _CHUNK_BYTES])
    except etree.XMLSyntaxError as error:
        damage = damage or f"broken HTML ({error.msg}), read as far as it can be"
    return page, damage
