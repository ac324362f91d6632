"""HTTP responses as they lie in WARC records of other archives: head, body, and whether they are pages.

Many archives store a body without its chunks or codings and leave the headers that name them as they were.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass

from fastwarc.stream_io import ChunkedReader

from mirrorwire.http.codings import Undecodable, decoded

MAX_BODY_BYTES = 10_000_000
"""As it lies in the record and decoded: what a fetch takes of a page."""
MAX_HEADER_BYTES = 65_536
_STATUS_LINE = re.compile(r"(?:HTTP(?:/[\d.]+)?|ICY)[ \t]+([1-9]\d\d)(?!\d)[ \t]*(.*)", re.I)
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")
_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class Message:
    """An HTTP response as it lies in a record; without a status where none begins there. Headers are in Latin-1."""

    status: int | None
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


def read_message(block: bytes) -> Message:
    """Return the response that a record's block begins with; without a status, all of the block is its body."""
    # Not by FastWARC, which looks for it only where Content-Type says so, has it end at CRLF CRLF alone, and takes what
    # is not ASCII for Windows-1252.
    end = _HEAD_END.search(block, 0, MAX_HEADER_BYTES)
    head = (block[: end.start()] if end else block[:MAX_HEADER_BYTES].rstrip(b"\r\n")).decode("latin-1")
    first, *lines = re.split(r"\r?\n", _FOLD.sub(" ", head))
    status = _STATUS_LINE.match(first)
    if status is None or (end is None and len(block) >= MAX_HEADER_BYTES):
        return Message(None, "", (), block)
    pairs = (line.partition(":") for line in lines)
    headers = tuple((name.strip(), value.strip(" \t")) for name, colon, value in pairs if colon and name.strip())
    return Message(int(status[1]), status[2].strip(), headers, block[end.end() :] if end else b"")


def is_page(message: Message) -> bool:
    """Return whether a response is a page, as its status and headers state."""
    if message.status is None:
        return True  # of a revisit: its headers may be left out, being those of what it refers to
    kind = next((value for name, value in message.headers if name.lower() == "content-type"), None)
    return is_html_page(message.status, kind)


def is_html_page(status: int, content_type: str | None) -> bool:
    """Tell whether an answer is a page: HTML, or what states no type, with status 200."""
    return status == 200 and (content_type is None or content_type.partition(";")[0].strip().lower() in _HTML)


def unchunked(stored: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Return the body without its chunks, or as it is where it holds none."""
    if "chunked" not in (_header(headers, "transfer-encoding") or "").lower():
        return stored
    try:
        return ChunkedReader(io.BytesIO(stored)).read()
    except OSError:
        return stored


def decoded_body(plain: bytes, headers: tuple[tuple[str, str], ...]) -> bytes:
    """Return the body without its content codings, or as it is where it is markup already.

    Raises `Undecodable`, and `TooLarge` for one that is over `MAX_BODY_BYTES` when decoded.
    """
    try:
        return decoded(plain, _header(headers, "content-encoding"), MAX_BODY_BYTES)
    except Undecodable:
        if plain.lstrip(b"\xef\xbb\xbf\t\r\n ").startswith(b"<"):
            return plain
        raise


def _header(headers: tuple[tuple[str, str], ...], name: str) -> str | None:
    return ", ".join(value for key, value in headers if key.lower() == name) or None
