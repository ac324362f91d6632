"""WARC files shared out over child processes: blocks go in, what was found comes out as it comes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import wait
from typing import Generic, TypeVar

from mirrorwire.archive.mentions import Mention
from mirrorwire.core.bugs import STRICT, is_strict
from mirrorwire.core.errors import MirrorwireError, WorkersUnavailable
from mirrorwire.discover.warc_messages import End, Message, Order
from mirrorwire.workers.process import ChildProcess

STALL_S = 120.0
"""After so long without a block taken or a message sent, a child is killed."""
GAP_BYTES = 262_144
"""Records no farther apart are read in one go, with what lies between them."""
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanJob(Generic[Key]):
    """A WARC file to be read for an order, by whatever the caller knows it by."""

    key: Key
    order: Order
    blocks: Callable[[], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Broken:
    """A WARC file could not be read to its end, and why."""

    reason: str


def run(jobs: Iterable[ScanJob[Key]], processes: int) -> Generator[tuple[Key, Message | Broken], None, None]:
    """Yield what comes of jobs, of as many at once as there are processes. The last word of each is `End` or `Broken`.

    Jobs are begun as processes get free, so that `jobs` may be a long one. Raises `WorkersUnavailable` if no child
    can be started.
    """
    waiting, children = iter(jobs), list[_Reader[Key]]()
    try:
        while True:
            _hand_out(waiting, children, processes)
            busy = {child.conn: child for child in children if child.job is not None}
            if not busy:
                return
            for conn in wait(list(busy), STALL_S / 8):
                child = busy.pop(conn)  # type: ignore[call-overload]
                key = child.key
                message = child.take()
                if isinstance(message, Broken):
                    children.remove(child)
                yield key, message
            for child in busy.values():
                if child.is_stalled():
                    key = child.key
                    children.remove(child)
                    child.close()
                    yield key, Broken(f"nothing was read of it for {STALL_S:.0f} s")
    finally:
        for child in children:
            child.close()


def _hand_out(waiting: Iterator[ScanJob[Key]], children: list[_Reader[Key]], processes: int) -> None:
    """Give jobs to children without any, and start more while there are some."""
    for child in children:
        job = next(waiting, None) if child.job is None else None
        if job is not None:
            child.give(job)
    while len(children) < processes:
        job = next(waiting, None)
        if job is None:
            return
        children.append(_Reader())
        children[-1].give(job)


def ranges_of(records: Sequence[Mention]) -> tuple[tuple[int, int], ...]:
    """Return the ranges of a file (start, length) that hold records, which come by their offset."""
    ranges: list[tuple[int, int]] = []
    for record in records:
        start = record.offset or 0
        end = start + (record.length or 0)
        if ranges and start - sum(ranges[-1]) <= GAP_BYTES:
            begin, length = ranges.pop()
            ranges.append((begin, max(begin + length, end) - begin))
        else:
            ranges.append((start, end - start))
    return tuple(ranges)


class _Reader(ChildProcess, Generic[Key]):
    """A child process that reads WARC files, and the thread that hands it the blocks of one."""

    def __init__(self) -> None:
        try:
            super().__init__("mirrorwire.discover.warc_child", environment={STRICT: "1"} if is_strict() else {})
        except OSError as error:
            raise WorkersUnavailable(str(error)) from None
        self.job: ScanJob[Key] | None = None
        self._pump: threading.Thread | None = None
        self._failure: str | None = None
        self._moved_at = 0.0

    @property
    def key(self) -> Key:
        assert self.job is not None  # noqa: S101 - asked of busy ones only
        return self.job.key

    def give(self, job: ScanJob[Key]) -> None:
        """Have it read a file."""
        self.job, self._failure, self._moved_at = job, None, time.monotonic()
        self._pump = threading.Thread(target=self._hand_over, args=(job,), daemon=True)
        self._pump.start()

    def take(self) -> Message | Broken:
        """Return what it has to say; it is closed once that is `Broken`."""
        self._moved_at = time.monotonic()
        try:
            message: Message = self.conn.recv()  # type: ignore[assignment]
        except (EOFError, OSError):
            last_words = self.close()
            return Broken(self._failure or f"its reader died: {last_words}")
        if isinstance(message, End):
            assert self._pump is not None  # noqa: S101 - it was given a job
            self._pump.join()
            self.job = None
            if self._failure:
                self.close()
                return Broken(self._failure)
        return message

    def is_stalled(self) -> bool:
        """Whether it has neither taken a block nor sent a message for too long."""
        return time.monotonic() - self._moved_at > STALL_S

    def close(self) -> str:
        """Kill it; return its last line on stderr."""
        self.job = None
        code, words = self.end()
        lines = words.splitlines()
        return lines[-1][:200] if lines else f"exit code {code}"

    def _hand_over(self, job: ScanJob[Key]) -> None:
        try:
            self.conn.send(job.order)
            try:
                for block in job.blocks():
                    if block:
                        self.conn.send_bytes(block)
                        self._moved_at = time.monotonic()
            except (MirrorwireError, ValueError) as error:
                self._failure = str(error)
            self.conn.send_bytes(b"")
        except (OSError, ValueError, TypeError, AttributeError):
            pass  # it is dead, or killed: whoever listens to it says so
