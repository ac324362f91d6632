"""A child process that reads strangers' WARC files, block by block, for a parent.

`python -m mirrorwire.discover.warc_child FD`.

It opens nothing itself and connects to nothing: the bytes come from the parent, which alone knows where they lie.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import accumulate
from multiprocessing.connection import Connection
from typing import TypeVar

from mirrorwire.archive.mentions import Mention, Pages, exchange_of
from mirrorwire.archive.scan import Damage, Stream, StreamRecord, scan
from mirrorwire.core.bugs import Bug, taken
from mirrorwire.discover.warc_messages import Copy, End, Mentions, Message, Order
from mirrorwire.workers.limits import ignore_signals, limit_memory

MEMORY_LIMIT_BYTES = 200_000_000
"""Beside the 40 MB that a child needs anyway."""
MAX_TOLD = 10
"""So many damaged places, and bugs, are reported in full."""
MENTIONS = 100
"""So many are sent at once."""
Heard = TypeVar("Heard")


def serve(order: Order, stream: Stream) -> Iterator[Message]:
    """Yield what an order asks for."""
    yield from _copies(order, stream) if order.wanted else _mentions(order, stream)


def _mentions(order: Order, stream: Stream) -> Iterator[Message]:
    pages = Pages(order.source, order.now)
    records = damaged = 0
    damage: list[Damage] = []
    bugs: list[Bug] = []
    sent: list[Mention] = []
    waiting: Mention | None = None  # until the next record shows where it ends, and whether it begins where it seems to
    before = -1
    for record in scan(stream):
        if isinstance(record, Damage):
            damaged += 1
            if len(damage) < MAX_TOLD:
                damage.append(replace(record, offset=record.offset + order.start))
            continue
        records += 1
        sent += _placed(waiting, record.offset, order.start)
        try:
            waiting = pages.mention(record)
        except Exception as error:  # the other records are no worse for it
            offset = record.offset + order.start
            bug = taken(error, f"byte {offset}", pure=True)
            damaged, waiting = damaged + 1, None
            if len(damage) < MAX_TOLD:
                damage.append(Damage(offset, str(bug)))
            if len(bugs) < MAX_TOLD:
                bugs.append(bug)
        if waiting is not None and record.offset == before:  # a member holds several: where it begins nobody tells
            waiting = replace(waiting, offset=None)
        before = record.offset
        if len(sent) >= MENTIONS:
            yield Mentions(mentions=tuple(sent))
            sent = []
    sent += _placed(waiting, order.length, order.start)
    yield Mentions(mentions=tuple(sent))
    yield End(records=records, damaged=damaged, damage=tuple(damage), bugs=tuple(bugs))


def _placed(mention: Mention | None, end: int, start: int) -> list[Mention]:
    if mention is None:
        return []
    if mention.offset is None or end <= mention.offset:
        return [replace(mention, offset=None)]
    return [replace(mention, offset=start + mention.offset, length=end - mention.offset)]


def _copies(order: Order, stream: Stream) -> Iterator[Message]:
    by_place = {_place(mention, order): mention for mention in order.wanted}
    for record in scan(stream):
        if not isinstance(record, StreamRecord):
            continue
        mention = by_place.get(record.offset if order.ranges else record.number)
        if mention is not None and _is_it(record, mention):
            del by_place[_place(mention, order)]
            yield _copy(record, mention)
    for mention in by_place.values():
        yield Copy(mention=mention, problem="it is not found again", missing=True)
    yield End()


def _place(mention: Mention, order: Order) -> int:
    """Where a wanted record lies in the blocks: its offset among the ranges, else its number."""
    if mention.offset is None or not order.ranges:
        return mention.number
    before = accumulate((length for _, length in order.ranges), initial=0)
    return next(
        at + mention.offset - start
        for at, (start, length) in zip(before, order.ranges, strict=False)
        if start <= mention.offset < start + length
    )


def _is_it(record: StreamRecord, mention: Mention) -> bool:
    stated = (record.record.headers.get("WARC-Record-ID") or "").strip()[:200] or None
    return stated == mention.record_id


def _copy(record: StreamRecord, mention: Mention) -> Copy:
    try:
        return Copy(mention=mention, exchange=exchange_of(record.record, mention))
    except MemoryError:
        return Copy(mention=mention, problem="takes too much memory")
    except (ValueError, OSError) as error:
        return Copy(mention=mention, problem=str(error)[:200])
    except Exception as error:
        bug = taken(error, mention.url, pure=True)
        return Copy(mention=mention, problem=str(bug)[:200], bug=bug)


def main() -> None:
    """Serve orders until the parent hangs up."""
    ignore_signals()
    limit_memory(MEMORY_LIMIT_BYTES)
    conn = _Parent(int(sys.argv[1]))
    while True:
        for message in serve(conn.order(), Stream(conn.block)):
            if isinstance(message, End):
                while conn.block():
                    pass  # what nobody looks at must not be taken for the next order
            conn.send(message)


class _Parent:
    """The parent at the other end; the process ends when it hangs up."""

    def __init__(self, fd: int) -> None:
        self._conn: Connection[object, object] = Connection(fd)
        self._ended = True

    def order(self) -> Order:
        self._ended = False
        order = self._heard(self._conn.recv)
        assert isinstance(order, Order)  # noqa: S101 - a slip of ours, if ever
        return order

    def block(self) -> bytes:
        data = b"" if self._ended else self._heard(self._conn.recv_bytes)
        self._ended = not data
        return data

    def send(self, message: Message) -> None:
        self._heard(lambda: self._conn.send(message))

    def _heard(self, listen: Callable[[], Heard]) -> Heard:
        try:
            return listen()
        except (EOFError, OSError):
            os._exit(0)


if __name__ == "__main__":
    main()
