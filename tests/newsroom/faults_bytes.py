"""Faults of the bytes themselves: a bomb, lengths that are not the body's, a charset that is not the text's."""

from __future__ import annotations

import zlib
from dataclasses import replace
from functools import cache

from .faults import Call, fault, page_of
from .web import Kind, Response

BOMB_BYTES = 1_000_000_000
LIES = ("iso-8859-1", "shift_jis", "utf-16", "windows-1256", "x-klingon")


@fault("gzip-bomb")
def gzip_bomb(call: Call) -> Response:
    """A gzip body of 1 MB that unpacks to 1 GB of spaces."""
    return replace(page_of(call, ""), body=bomb(), headers={"Content-Encoding": "gzip"})


@cache
def bomb() -> bytes:
    """1 GB of spaces as one gzip stream."""
    packer, chunk = zlib.compressobj(9, wbits=31), b" " * 1_000_000
    return b"".join([packer.compress(chunk) for _ in range(BOMB_BYTES // len(chunk))]) + packer.flush()


@fault("length-long")
def length_long(call: Call) -> Response:
    """A Content-Length of a thousand bytes more than are sent before the connection ends."""
    return replace(call.normal, stated_bytes=len(call.normal.body) + 1000, modified=None)


@fault("length-short")
def length_short(call: Call) -> Response:
    """A Content-Length of half of what is sent: the rest comes all the same, on a connection that is kept."""
    return replace(call.normal, stated_bytes=len(call.normal.body) // 2, modified=None)


@fault("wrong-charset")
def wrong_charset(call: Call) -> Response:
    """UTF-8 that header and meta call something else; another lie for each path."""
    lie = LIES[zlib.crc32(call.target.encode()) % len(LIES)]
    content_type = call.normal.content_type.partition(";")[0] + f"; charset={lie}"
    body = call.normal.body
    if call.normal.kind not in (Kind.FEED, Kind.SITEMAP):
        body = body.replace(b'<meta charset="utf-8">', f'<meta charset="{lie}">'.encode())
    return replace(call.normal, body=body, content_type=content_type, modified=None)
