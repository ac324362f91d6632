"""Headers of HTTP messages as lines of a WARC record's head, and back, byte for byte.

A header is text in Latin-1 everywhere in this package: each byte of the wire is one character (RFC 9110, 5.5). Readers
of WARC files take bytes beyond ASCII for UTF-8, Latin-1 or Windows-1252, each in its own way, and pywb serves no page
that has some. So they are written in ASCII: each such byte as %XX, as in a URL, and behind that line one more, whose
name begins with `X-Crawler-Raw-`, with every % escaped too. From that one the bytes are had again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote_to_bytes

RAW = "X-Crawler-Raw-"
MAX_HEAD_BYTES = 30_000
"""FastWARC reads no file any further behind a head of over 32,768 bytes, unless its limit is raised."""
_NAME = re.compile(r"[!-9;-~]+")
"""What http.client takes for a header's name: more than RFC 9110 allows, and no reader minds."""
_BREAKS = re.compile(r"[\r\n\0]+")
_UNFIT = re.compile(rb"[^\t\x20-\x7e]")
_UNFIT_OR_PERCENT = re.compile(rb"[^\t\x20-\x24\x26-\x7e]")
Pair = tuple[str, str]


def lines_of(headers: Iterable[Pair]) -> list[Pair]:
    """Return headers as names and values in ASCII, without line breaks, which would begin a header of a server's own.

    Those without a name are left out, and those that make the head longer than `MAX_HEAD_BYTES`.
    """
    lines: list[Pair] = []
    room = MAX_HEAD_BYTES
    for name, value in headers:
        added = _lines(name, wire_bytes(_BREAKS.sub(" ", value)))
        size = sum(len(": \r\n") + len(name) + len(line) for name, line in added)
        if _NAME.fullmatch(name) and size <= room:
            lines += added
            room -= size
    return lines


def headers_of(lines: Iterable[Pair]) -> tuple[Pair, ...]:
    """Return the headers that `lines_of` wrote, as they came."""
    headers: list[Pair] = []
    for name, value in lines:
        if headers and name == RAW + headers[-1][0]:
            data = unquote_to_bytes(value)
            if _lines(headers[-1][0], data) == [headers[-1], (name, value)]:  # else a server of that humour sent it
                headers[-1] = (headers[-1][0], data.decode("latin-1"))
                continue
        headers.append((name, value))
    return tuple(headers)


def in_ascii(text: str) -> str:
    """Return text with all that is not visible ASCII as %XX."""
    return _escaped(wire_bytes(text), _UNFIT)


def wire_bytes(text: str) -> bytes:
    """Return the bytes of a header; of what is beyond Latin-1, and came over no wire, those of UTF-8."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace")


def _lines(name: str, value: bytes) -> list[Pair]:
    line = name, _escaped(value, _UNFIT)
    return [line, (RAW + name, _escaped(value, _UNFIT_OR_PERCENT))] if _UNFIT.search(value) else [line]


def _escaped(data: bytes, unfit: re.Pattern[bytes]) -> str:
    return unfit.sub(lambda byte: b"%%%02X" % byte[0][0], data).decode("ascii")
