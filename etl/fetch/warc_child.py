"""A child process that reads strangers' WARC files, block by block, for a parent: `python -m etl.fetch.warc_child FD`.

It opens nothing itself and connects to nothing: the bytes come from the parent, which alone knows where they lie.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import accumulate
from multiprocessing.connection import Connection
from pathlib import Path

from etl.archive.scan import Damage, Found, Stream, scan
from etl.fetch.warc_record import Mention, Pages, exchange_of
from etl.records import Exchange, Source

MEMORY_LIMIT_BYTES = 200_000_000
"""Beside the 40 MB that a child needs anyway."""
MENTIONS = 100
"""So many are sent at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Parent to child: what to look for in the blocks that follow, up to an empty one.

    Without `wanted`, mentions of the source's pages. With it, these records: the blocks are the file's `ranges`
    (start, length), one behind the other, or a whole WARC file of which records are known by their number.
    """

    source: Source
    now: datetime
    start: int = 0
    length: int = 0
    wanted: tuple[Mention, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Child to parent: pages of the source, in their order."""

    found: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Child to parent: what a wanted record holds, or why it cannot be had."""

    mention: Mention
    exchange: Exchange | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Child to parent: all blocks are read. `damage` tells up to ten places, of `damaged`."""

    records: int = 0
    damaged: int = 0
    damage: tuple[Damage, ...] = field(default=())


Message = Mentions | Copy | End


def serve(order: Order, stream: Stream) -> Iterator[Message]:
    """Yield what an order asks for."""
    yield from _copies(order, stream) if order.wanted else _mentions(order, stream)


def _mentions(order: Order, stream: Stream) -> Iterator[Message]:
    pages = Pages(order.source, order.now)
    records = damaged = 0
    damage: list[Damage] = []
    sent: list[Mention] = []
    waiting: Mention | None = None  # until the next record tells where it ends, and whether it begins where it seems to
    for found in scan(stream):
        if isinstance(found, Damage):
            damaged += 1
            damage += [replace(found, offset=found.offset + order.start)] if len(damage) < 10 else []
            continue
        records += 1
        sent += _placed(waiting, found.offset, order.start)
        waiting = pages.mention(found)
        if len(sent) >= MENTIONS:
            yield Mentions(found=tuple(sent))
            sent = []
    sent += _placed(waiting, order.length, order.start)
    yield Mentions(found=tuple(sent))
    yield End(records=records, damaged=damaged, damage=tuple(damage))


def _placed(mention: Mention | None, end: int, start: int) -> list[Mention]:
    if mention is None:
        return []
    if mention.offset is None or end <= mention.offset:
        return [replace(mention, offset=None)]
    return [replace(mention, offset=start + mention.offset, length=end - mention.offset)]


def _copies(order: Order, stream: Stream) -> Iterator[Message]:
    by_place = {_place(mention, order): mention for mention in order.wanted}
    for found in scan(stream):
        if not isinstance(found, Found):
            continue
        mention = by_place.get(found.offset if order.ranges else found.number)
        if mention is not None and _is_it(found, mention):
            del by_place[_place(mention, order)]
            yield _copy(found, mention)
    for mention in by_place.values():
        yield Copy(mention=mention, problem="it is not found again where it was")
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


def _is_it(found: Found, mention: Mention) -> bool:
    stated = (found.record.headers.get("WARC-Record-ID") or "").strip()[:200] or None
    return stated == mention.record_id


def _copy(found: Found, mention: Mention) -> Copy:
    try:
        held = exchange_of(found.record, mention)
    except MemoryError:
        held = "takes too much memory"
    except OSError as error:
        held = str(error)[:200]
    return Copy(mention=mention, problem=held) if isinstance(held, str) else Copy(mention=mention, exchange=held)


def main() -> None:
    """Serve orders until the parent hangs up."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # meant for the whole group: the parent decides, and we end with it
    _limit_memory()
    conn: Connection[object, object] = Connection(int(sys.argv[1]))
    try:
        while isinstance(order := conn.recv(), Order):
            ended = False

            def block() -> bytes:
                nonlocal ended
                data = b"" if ended else conn.recv_bytes()
                ended = not data
                return data

            for message in serve(order, Stream(block)):
                if isinstance(message, End):
                    while block():
                        pass  # what nobody looks at must not be taken for the next order
                conn.send(message)
    except (EOFError, OSError):
        os._exit(0)


def _limit_memory() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        status = Path("/proc/self/status").read_bytes()
        used = int(status.partition(b"\nVmData:")[2].split(maxsplit=1)[0]) * 1024
    except (OSError, IndexError):
        used = 0
    limit = used + MEMORY_LIMIT_BYTES
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


if __name__ == "__main__":
    main()
