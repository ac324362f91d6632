"""Content codings undone under a cap: gzip and deflate, br and zstd where their libraries are installed."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from importlib import import_module

MAX_CODINGS = 3
MAX_MEMBERS = 10_000
"""Of one gzip body: 50 MB in bgzip's blocks of 64 KiB have fewer, and empty ones would keep a processor busy."""
_NO_CODING = re.compile(r"|identity|none|(utf-?\d|iso-?8859|windows-|us-ascii|[78]bit|binary|text)\S*")
"""What servers say of a body without any, the names of its charset included, as browsers take it."""
_ZLIB_STEP = 65_536
_ZSTD_STEP = 256
"""Bytes fed to zstd at once: a block of 4 bytes may give 128 KiB, so a step gives at most about 11 MB."""


class Undecodable(ValueError):
    """The body is not what its Content-Encoding says, or ends early."""


class TooLarge(Exception):
    """A response passes a cap. No `ValueError`: http.client takes one for a chunk size that is no number."""


def decoded(body: bytes, content_encoding: str | None, cap_bytes: int) -> bytes:
    """Return the body without its codings (RFC 9110, 8.4); raises `Undecodable`, or `TooLarge` at the cap."""
    codings = [name.strip().lower() for name in (content_encoding or "").split(",")]
    codings = [name for name in codings if not _NO_CODING.fullmatch(name)]
    if len(codings) > MAX_CODINGS:
        raise Undecodable(f"{len(codings)} content codings")
    for name in reversed(codings):
        undo = _DECODERS.get(name)
        if undo is None:
            raise Undecodable(f"unknown content coding {name[:40]!r}")
        try:
            body = undo(body, cap_bytes) if body else body
        except TooLarge:
            raise TooLarge(f"more than {cap_bytes} bytes decoded") from None
    if len(body) > cap_bytes:
        raise TooLarge(f"more than {cap_bytes} bytes decoded")
    return body


def _gzip(body: bytes, cap: int) -> bytes:
    parts: list[bytes] = []
    at = size = 0
    for _ in range(MAX_MEMBERS):
        part, at = _inflated(body, at, cap - size, wbits=31)
        parts.append(part)
        size += len(part)
        if body[at : at + 2] != b"\x1f\x8b":
            return b"".join(parts)  # padding behind the last member, as gzip itself ignores it
    raise Undecodable(f"more than {MAX_MEMBERS} gzip members")


def _deflate(body: bytes, cap: int) -> bytes:
    try:
        return _inflated(body, 0, cap, wbits=15)[0]
    except Undecodable:
        return _inflated(body, 0, cap, wbits=-15)[0]  # many servers send it without the zlib wrapper


def _inflated(body: bytes, at: int, cap: int, *, wbits: int) -> tuple[bytes, int]:
    """The stream that begins at `at`, undone, and the offset behind it."""
    inflater, parts = zlib.decompressobj(wbits), []
    while not inflater.eof:
        # By steps: zlib copies what a stream leaves over, which must not be the rest of the body for each member.
        step = body[at : at + _ZLIB_STEP]
        if not step:
            raise Undecodable("the compressed body ends early")
        try:
            part = inflater.decompress(step, cap + 1)
        except zlib.error as error:
            raise Undecodable(str(error)) from None
        if len(part) > cap:
            raise TooLarge
        parts.append(part)
        cap -= len(part)
        at += len(step) - len(inflater.unused_data)
    return b"".join(parts), at


def _brotli(body: bytes, cap: int) -> bytes:
    library = import_module("brotli")
    reader, out, feed = library.Decompressor(), bytearray(), body
    try:
        while not reader.is_finished():
            part = reader.process(feed, output_buffer_limit=max(1, cap + 1 - len(out)))
            out += part
            if len(out) > cap:
                raise TooLarge
            if not part and reader.can_accept_more_data():
                raise Undecodable("the compressed body ends early")
            feed = b""
    except library.error as error:
        raise Undecodable(str(error)) from None
    return bytes(out)


def _zstd(body: bytes, cap: int) -> bytes:
    library = import_module("zstandard")
    reader, out = library.ZstdDecompressor(max_window_size=2**23).decompressobj(), bytearray()  # RFC 8878: 8 MB
    try:
        for start in range(0, len(body), _ZSTD_STEP):
            out += reader.decompress(body[start : start + _ZSTD_STEP])
            if len(out) > cap:
                raise TooLarge
            if reader.eof:
                return bytes(out)
    except library.ZstdError as error:
        raise Undecodable(str(error)) from None
    raise Undecodable("the compressed body ends early")


def _offers(library: str, name: str, method: str) -> bool:
    try:
        return hasattr(getattr(import_module(library), name, None), method)
    except ImportError:
        return False


_DECODERS: dict[str, Callable[[bytes, int], bytes]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    **({"br": _brotli} if _offers("brotli", "Decompressor", "can_accept_more_data") else {}),  # 1.2 can be capped
    **({"zstd": _zstd} if _offers("zstandard", "ZstdDecompressor", "decompressobj") else {}),
}
ACCEPT_ENCODING = ", ".join(name for name in _DECODERS if name != "x-gzip")
"""What a request offers."""
