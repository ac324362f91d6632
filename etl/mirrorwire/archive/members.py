"""The gzip members of a WARC file: what they are, and blank ones to stand in their place."""

from __future__ import annotations

import struct
import uuid
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import BinaryIO

_CHUNK = 1 << 20
_HEAD = 1 << 16
"""How much of a record is looked at: its own header and that of the HTTP message in it."""
_STORED = 0xFFFF
"""The most bytes of a stored block (RFC 1951, 3.2.4); each takes five more."""
_NOTICE = b"Removed on request.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One record of a file: where it lies, its header's fields by lower-case name, the HTTP status in it if any."""

    offset: int
    length: int
    fields: Mapping[str, str]
    status: int | None

    @property
    def kind(self) -> str:
        """The record's type."""
        return self.fields.get("warc-type", "")


def members(file: BinaryIO) -> Iterator[Member]:
    """Yield the records of a WARC file that is compressed member by member; ends where one is torn or damaged."""
    read = start = 0
    inflater, head = zlib.decompressobj(31), b""
    while chunk := file.read(_CHUNK):
        read += len(chunk)
        while True:
            try:
                plain = inflater.decompress(chunk, _CHUNK)  # a page may inflate a thousandfold
            except zlib.error:
                return
            head += plain[: _HEAD - len(head)]
            if inflater.eof:
                chunk = inflater.unused_data
                end = read - len(chunk)
                yield _member(start, end - start, head)
                start, inflater, head = end, zlib.decompressobj(31), b""
            else:
                chunk = inflater.unconsumed_tail
            if not chunk and len(plain) < _CHUNK:
                break


def blank_member(length: int, *, name: str, offset: int, date: datetime) -> bytes:
    """Return a gzip member of exactly so many bytes that holds a `metadata` record which says that one was removed.

    The same for the same place and date. Raises `ValueError` where so few bytes hold no record.
    """
    record_id = uuid.uuid5(uuid.NAMESPACE_URL, f"{name}#{offset}")
    head = (
        f"WARC/1.1\r\nWARC-Type: metadata\r\nWARC-Record-ID: <urn:uuid:{record_id}>\r\n"
        f"WARC-Date: {date.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}\r\nContent-Type: text/plain\r\n"
    )
    # Stored uncompressed, the record takes as many bytes as it is given to hold. Its length is written in ten digits,
    # so that the header is as long whatever it says.
    blocks = -(-(length - 18) // (_STORED + 5))
    room = length - 18 - 5 * blocks - len(_record(head, b""))
    if room >= len(_NOTICE):
        plain = _record(head, _NOTICE + b" " * (room - len(_NOTICE)))
        return _gzip(_stored(plain, blocks), plain)
    packer = zlib.compressobj(9, wbits=-15)
    plain = _record(head, b"")
    packed = packer.compress(plain) + packer.flush()
    left = length - 18 - len(packed)
    if left < 0 or left == 1:
        raise ValueError(f"{length} bytes are too few for a record")
    return _gzip(packed, plain, extra=left)


def _record(head: str, block: bytes) -> bytes:
    return f"{head}Content-Length: {len(block):010}\r\n\r\n".encode() + block + b"\r\n\r\n"


def _stored(plain: bytes, blocks: int) -> bytes:
    stored_blocks = []
    for n in range(blocks):  # the last may be empty
        part = plain[n * _STORED : (n + 1) * _STORED]
        stored_blocks.append(struct.pack("<BHH", n == blocks - 1, len(part), len(part) ^ 0xFFFF) + part)
    return b"".join(stored_blocks)


def _gzip(packed: bytes, plain: bytes, *, extra: int = 0) -> bytes:
    """A member of RFC 1952; `extra` bytes of its header are an empty field of a kind that every reader passes over."""
    flags, field = (4, struct.pack("<H", extra - 2) + bytes(extra - 2)) if extra else (0, b"")
    head = struct.pack("<BBBBIBB", 0x1F, 0x8B, 8, flags, 0, 0, 255)
    return head + field + packed + struct.pack("<II", zlib.crc32(plain), len(plain) & 0xFFFFFFFF)


def _member(offset: int, length: int, head: bytes) -> Member:
    record, _, http = head.partition(b"\r\n\r\n")
    lines = record.decode("utf-8", "replace").split("\r\n")[1:]
    pairs = (line.partition(":") for line in lines)
    status = http[:64].split(b" ", 2)[1:2] if http.startswith(b"HTTP/") else []
    return Member(
        offset=offset,
        length=length,
        fields={name.strip().lower(): value.strip() for name, colon, value in pairs if colon},
        status=int(status[0][:3]) if status and status[0][:3].isdigit() else None,
    )
