"""WARC files of others read as streams: record by record, whatever wrote them, and on behind what is damaged.

Here and in `mentions` FastWARC is used, which undoes gzip in less time than zlib. The order of records in a file:
https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType

KEPT_BYTES = 2_000_000
"""How far a stream can be gone back, to what lies behind the beginning of a damaged record."""
MAX_HEADER_BYTES = 65_536
_GZIP = b"\x1f\x8b\x08"
_BEGIN = {True: re.compile(re.escape(_GZIP)), False: re.compile(rb"WARC/[01]\.[0-9]{1,2}\r?\n")}
"""What a record begins with, in a file of gzip members and in a plain one."""
_PROBE_BYTES = 4096
_STEP_BYTES = 65_536
NO_URL = "a response without a WARC-Target-URI: nobody can tell which page it is"
"""WARC 1.1 asks each response for one."""


@dataclass(frozen=True, slots=True)
class Damage:
    """Something behind byte `offset` of the stream that cannot be read as WARC."""

    offset: int
    reason: str


@dataclass(frozen=True, slots=True)
class StreamRecord:
    """A record, to be read before the next one is asked for: the `number`th of the stream, from 0.

    Where records have gzip members of their own, `offset` is that of its first byte. One that lies behind another in
    the same member has some offset behind: that of the next record, or one where none `begins`.
    """

    number: int
    offset: int
    begins: bool
    record: WarcRecord


class Stream:
    """Blocks as a stream that can be gone back in a little. `position` is that of the next byte."""

    def __init__(self, read: Callable[[], bytes]) -> None:
        """`read` returns the next block, an empty one at the end."""
        self._read, self._kept, self._first, self._ended = read, bytearray(), 0, False
        self.position = 0

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes, none at the end only."""
        if self.position >= self._end and not self._more():
            return b""
        at = self.position - self._first
        data = bytes(self._kept[at:] if size < 0 else self._kept[at : at + size])
        self.position += len(data)
        return data

    def tell(self) -> int:
        """Return the position."""
        return self.position

    def seek(self, offset: int, whence: int = 0) -> int:
        """Raise: a stream is read as it comes."""
        raise io.UnsupportedOperation("seek")

    def close(self) -> None:
        """Its source is its owner's to close."""

    def peek(self, offset: int, size: int) -> bytes:
        """Return bytes from an offset on, fewer at the end, none of what is not kept any more."""
        while self._end < offset + size and self._more():
            pass
        return bytes(self._kept[offset - self._first : offset - self._first + size]) if offset >= self._first else b""

    def find(self, pattern: re.Pattern[bytes], offset: int) -> int | None:
        """Return where a pattern of a few bytes is found from an offset on, or from what is kept; `None`: nowhere."""
        while True:
            offset = max(offset, self._first)
            if match := pattern.search(self._kept, offset - self._first):
                return self._first + match.start()
            offset = max(offset, self._end - 16)
            if not self._more():
                return None

    @property
    def _end(self) -> int:
        return self._first + len(self._kept)

    def _more(self) -> bool:
        block = b"" if self._ended else self._read()
        self._ended = not block
        if (excess := len(self._kept) - KEPT_BYTES) > KEPT_BYTES:
            del self._kept[:excess]
            self._first += excess
        self._kept += block
        return bool(block)


def scan(stream: Stream) -> Iterator[StreamRecord | Damage]:
    """Yield every record of a stream, and what is damaged between them."""
    packed, number = stream.peek(0, len(_GZIP)) == _GZIP, 0
    if not stream.peek(0, 1):
        yield Damage(0, "it is empty")
        return
    begin: int | None = 0
    doubt: Damage | None = None  # of a record, if the next one turns out to be sound
    while begin is not None:
        last: int | None = None
        problem, done = None, False
        stream.position = begin
        try:
            for record in ArchiveIterator(stream, parse_http=False, max_header_len=MAX_HEADER_BYTES):
                if doubt is not None:
                    yield doubt
                at, doubt, done = record.stream_pos, None, False
                begins = stream.peek(at, 5).startswith(_GZIP if packed else b"WARC/")
                last = at if begins or last is None else last
                if record.record_type == WarcRecordType.response and not record.headers.get("WARC-Target-URI"):
                    yield Damage(at, NO_URL)
                yield StreamRecord(number, at, begins, record)
                number += 1
                record.consume()
                done = True
                problem = "a record ends early" if record.reader.tell() < record.content_length else None
        except MemoryError:
            raise
        except (
            Exception
        ) as error:  # what bears no resemblance to WARC, or the library trips over: behind it may be more
            problem = (str(error) if isinstance(error, OSError) else repr(error))[:200]
        if problem is None and not packed:
            return
        # Behind a member that is whole the next one may be too: then it was the length which its record states.
        end = _member_end(stream, last) if packed and last is not None else None
        following = _next(stream, end or (begin if last is None else last) + 1, packed=packed)
        if problem and done and end is not None:
            doubt = Damage(last if following == end and last is not None else end, problem)
        elif problem:
            doubt = None
            yield Damage(begin if last is None else last, problem)
        begin = following
    if doubt is not None:
        yield doubt


def _next(stream: Stream, at: int, *, packed: bool) -> int | None:
    """Where a record begins from an offset on."""
    while (begin := stream.find(_BEGIN[packed], at)) is not None:
        if not packed or _is_record(stream.peek(begin, _PROBE_BYTES)):
            return begin
        at = begin + 1
    return None


def _is_record(data: bytes) -> bool:
    try:
        return zlib.decompressobj(31).decompress(data, 5) == b"WARC/"
    except zlib.error:
        return False


def _member_end(stream: Stream, at: int) -> int | None:
    inflater = zlib.decompressobj(31)
    try:
        while not inflater.eof and (data := stream.peek(at, _STEP_BYTES)):
            at += len(data)
            while data and not inflater.eof:
                inflater.decompress(data, 1 << 20)
                data = inflater.unconsumed_tail
        return at - len(inflater.unused_data) if inflater.eof else None
    except zlib.error:
        return None
