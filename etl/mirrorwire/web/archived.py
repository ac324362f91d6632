"""A page as it was archived, for a frame in which nothing of it runs, loads or leads anywhere."""

from __future__ import annotations

from starlette.responses import Response

from mirrorwire.archive import ArchiveAway, ArchiveDamaged, read_capture
from mirrorwire.core.charsets import encoding_of_header
from mirrorwire.store import pages
from mirrorwire.web.page_request import NotThere, PageRequest

POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""`sandbox` alone gives the page an origin of its own without scripts, forms, or a way to the window around it."""
MARKUP = ("text/html", "application/xhtml+xml")


def archived(page_request: PageRequest) -> Response:
    """Return the bytes of a capture; raises `NotThere` where they cannot be had."""
    capture_id = page_request.number("id")
    stored = pages.capture(page_request.conn, capture_id) if capture_id else None
    if stored is None:
        raise NotThere("there is no such page in the archive")
    row, place = stored
    page_request.must_read(row["source"])
    try:
        exchange = read_capture(page_request.settings.archive, place, spool=page_request.settings.spool)
    except (ArchiveAway, ArchiveDamaged) as error:
        raise NotThere(f"the archived page cannot be read: {error}") from None
    body, content_type = _shown(exchange.body, row["content_type"])
    return Response(body, headers={"Content-Security-Policy": POLICY, "Content-Type": content_type})


def _shown(body: bytes, content_type: str | None) -> tuple[bytes, str]:
    """A page and the type to show it by: HTML, which a browser reads without running any of it, or plain text.

    Where the header named an encoding, the page comes in UTF-8; else the browser finds it, as it does on the web.
    """
    stated = (content_type or MARKUP[0]).partition(";")[0].strip().lower()
    shown = "text/html" if stated in MARKUP else "text/plain"
    codec = encoding_of_header(content_type)
    if codec is None:
        return body, shown
    return body.decode(codec, "replace").encode("utf-8", "replace"), f"{shown}; charset=utf-8"
