"""Content codings undone under a cap: gzip and deflate, br and zstd where their libraries are installed."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import import_module

MAX_CODINGS = 3
_ZSTD_STEP = 256
"""Bytes fed to zstd at once: a block of 4 bytes may give 128 KiB, so a step gives at most about 11 MB."""


class Undecodable(ValueError):
    """The body is not what its Content-Encoding says, or ends early."""


class TooLarge(ValueError):
    """The decoded body passes the cap."""


def decoded(body: bytes, content_encoding: str | None, cap_bytes: int) -> bytes:
    """Return the body without its codings (RFC 9110, 8.4); raises `Undecodable`, or `TooLarge` at the cap."""
    codings = [name.strip().lower() for name in (content_encoding or "").split(",")]
    codings = [name for name in codings if name not in ("", "identity", "none")]
    if len(codings) > MAX_CODINGS:
        raise Undecodable(f"{len(codings)} content codings")
    for name in reversed(codings):
        undo = _DECODERS.get(name)
        if undo is None:
            raise Undecodable(f"unknown content coding {name[:40]!r}")
        body = undo(body, cap_bytes) if body else body
    if len(body) > cap_bytes:
        raise TooLarge(f"more than {cap_bytes} bytes decoded")
    return body


def _gzip(body: bytes, cap: int) -> bytes:
    out = bytearray()
    while body:
        out += _inflated(inflater := zlib.decompressobj(31), body, cap - len(out))
        body = inflater.unused_data
        if not body.startswith(b"\x1f\x8b"):
            break  # padding behind the last member, as gzip itself ignores it
    return bytes(out)


def _deflate(body: bytes, cap: int) -> bytes:
    try:
        return _inflated(zlib.decompressobj(), body, cap)
    except Undecodable:
        return _inflated(zlib.decompressobj(-15), body, cap)  # many servers send it without the zlib wrapper


def _inflated(inflater: zlib._Decompress, body: bytes, cap: int) -> bytes:
    try:
        out = inflater.decompress(body, cap + 1)
    except zlib.error as error:
        raise Undecodable(str(error)) from None
    if len(out) > cap:
        raise TooLarge(f"more than {cap} bytes decoded")
    if not inflater.eof:
        raise Undecodable("the compressed body ends early")
    return out


def _brotli(body: bytes, cap: int) -> bytes:
    library = import_module("brotli")
    reader, out, feed = library.Decompressor(), bytearray(), body
    try:
        while not reader.is_finished():
            part = reader.process(feed, output_buffer_limit=max(1, cap + 1 - len(out)))
            out += part
            if len(out) > cap:
                raise TooLarge(f"more than {cap} bytes decoded")
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
                raise TooLarge(f"more than {cap} bytes decoded")
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
