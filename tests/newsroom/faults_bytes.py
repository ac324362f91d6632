"""Faults of the bytes: a bomb, lengths that are not the body's, charsets that are not the text's, odd heads."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from .faults import Call, fault, page_of
from .web import Kind, Response

BOMB_BYTES = 1_000_000_000
RAW = "Link: </été>; title=東京 \x85\x9b31m".encode().decode("latin-1")  # as it is sent, byte for byte
NO_CHARSETS = ("undefined", "idna", "unicode_escape", "hex", "utf-7")
MICRODATA = b'<div itemscope itemtype="" itemprop=" "><meta itemprop="" content=""><time datetime=""></time></div>'
LIES = ("iso-8859-1", "shift_jis", "utf-16", "windows-1256", "x-klingon")


@fault("gzip-bomb")
def gzip_bomb(call: Call) -> Response:
    """A gzip body of 1 MB that unpacks to 1 GB of spaces."""
    return replace(page_of(call, ""), body=bomb(), headers={"Content-Encoding": "gzip"})


@cache
def bomb() -> bytes:
    """1 GB of spaces as one gzip stream."""
    chunk = b" " * 1_000_000
    return gzip_of_many(chunk, BOMB_BYTES // len(chunk))


def gzip_of_many(chunk: bytes, times: int) -> bytes:
    """`chunk` that many times as one gzip stream (RFC 1952), packed once: a block behind a full flush stands alone."""
    crc = 0
    for _ in range(times):
        crc = zlib.crc32(chunk, crc)
    header = b"\x1f\x8b\x08" + bytes(5) + b"\x02\xff"
    return header + _blocks_of_many(chunk, times) + struct.pack("<II", crc, len(chunk) * times % 2**32)


def zlib_of_many(chunk: bytes, times: int) -> bytes:
    """The same as a zlib stream (RFC 1950), which HTTP calls deflate."""
    adler = 1
    for _ in range(times):
        adler = zlib.adler32(chunk, adler)
    return b"\x78\xda" + _blocks_of_many(chunk, times) + struct.pack(">I", adler)


def _blocks_of_many(chunk: bytes, times: int) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(chunk) + packer.flush(zlib.Z_FULL_FLUSH)
    last_block = b"\x03\x00"
    return block * times + last_block


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
    return _called(call, LIES)


@fault("no-charset")
def no_charset(call: Call) -> Response:
    """UTF-8 that header and meta call by the name of a codec that Python knows, and no browser."""
    return _called(call, NO_CHARSETS)


@fault("raw-headers")
def raw_headers(call: Call) -> Response:
    """Headers of raw UTF-8, of Latin-1 and of control characters."""
    headers = {"Link": RAW, "X-Served-By": "caf\xe9 \x85\x9b31m", "X-Empty": "", "Set-Cookie": "\xff=\xfe; Path=/"}
    return replace(call.normal, headers={**call.normal.headers, **headers}, modified=None)


@fault("odd-markup", Kind.ARTICLE)
def odd_markup(call: Call) -> Response:
    """The article, with microdata that names nothing and a form feed behind its heading."""
    body = call.normal.body.replace(b"</h1>", b"</h1>\f", 1).replace(b"</body>", MICRODATA + b"</body>", 1)
    return replace(call.normal, body=body, modified=None)


def _called(call: Call, names: Sequence[str]) -> Response:
    lie = names[zlib.crc32(call.target.encode()) % len(names)]
    content_type = call.normal.content_type.partition(";")[0] + f"; charset={lie}"
    body = call.normal.body
    if call.normal.kind not in (Kind.FEED, Kind.SITEMAP):
        body = body.replace(b'<meta charset="utf-8">', f'<meta charset="{lie}">'.encode())
    return replace(call.normal, body=body, content_type=content_type, modified=None)
