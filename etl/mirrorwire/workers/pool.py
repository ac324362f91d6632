"""The parent's side: chunks of pages to children, answers in the order of the pages, killed children replaced.

Children are programs of their own, started by exec. A forked child would share the parent's database session, whose
leases must die with the parent, and its threads; multiprocessing's spawn and forkserver import the parent's `__main__`
again, which may be all of Airflow. pebble, the library for pools that kill, starts children in these ways only.
"""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from multiprocessing.connection import wait
from typing import Any

from mirrorwire.core.bugs import Bug, is_strict
from mirrorwire.core.closing import Closing
from mirrorwire.core.errors import WorkersUnavailable
from mirrorwire.core.records import Extraction, Listing, Source, Verdict
from mirrorwire.workers.messages import OUT_OF_MEMORY, Chunk, Found, Job
from mirrorwire.workers.page_queue import PageQueue
from mirrorwire.workers.page_reader import PageReader

log = logging.getLogger(__name__)

TIME_LIMIT_S = 20.0
"""Real pages take 0.03 s, the slowest of them half a second."""
MEMORY_LIMIT_BYTES = 320 * 1024 * 1024
"""Beside the 45 MB that a child needs anyway: together less than 400 MB."""
MAX_FAILED_STARTS = 3
MAX_STDERR_CHARS = 4000


class ExtractionBug(RuntimeError):
    """Extraction raised on a page, which it never should. Holds the page's URL and the child's traceback."""

    def __init__(self, url: str, traceback: str) -> None:
        super().__init__(url, traceback)
        self.url, self.traceback = url, traceback

    def __str__(self) -> str:
        return f"{self.url}: extraction raised in a child process:\n{self.traceback}"


class Workers(Closing):
    """Child processes for pages, started with the first page and kept; a context manager, for one thread.

    A page that takes longer than `time_limit_s`, or memory beyond `memory_limit_bytes` above what a child needs
    anyway, or that ends two children in any other way, comes back with the verdict `broken` and the reason as evidence.
    """

    def __init__(
        self,
        processes: int,
        *,
        time_limit_s: float = TIME_LIMIT_S,
        memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
        child: str = "mirrorwire.workers.child",
    ) -> None:
        """`child` is the module that a child process runs."""
        self.processes, self.time_limit_s, self.memory_limit_bytes = processes, time_limit_s, memory_limit_bytes
        self._module = child
        self._children: list[PageReader] = []
        self._failed_starts = 0
        self._in_use = False

    def extract(
        self, jobs: Iterable[Job | Verdict], *, source: Source | None, boilerplate: frozenset[int] = frozenset()
    ) -> Generator[Extraction, None, None]:
        """Yield what each page gave, in the order of `jobs`, of which only a few chunks are read ahead.

        A verdict in a job's place is that page's answer: nothing could be read that a child might look at.
        A page on which extraction raised is `broken`, with the traceback as evidence; in strict mode (see
        `mirrorwire.core.bugs`) that raises `ExtractionBug`. Raises `WorkersUnavailable` if children cannot be started.
        """
        template = Chunk(task="extract", jobs=(), source=source, boilerplate=boilerplate)
        for outcome in self._run(template, jobs):
            yield outcome if isinstance(outcome, Extraction) else Extraction(verdict=outcome)

    def verify(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str | None,
        source: Source | None,
        listing: Listing | None = None,
    ) -> Verdict:
        """Return what a page is, as `mirrorwire.extract.verify` says it; raises what `extract` does."""
        template = Chunk(task="verify", jobs=(), source=source)
        (outcome,) = self._run(template, [Job(body=body, url=url, content_type=content_type, listing=listing)])
        return outcome.verdict if isinstance(outcome, Extraction) else outcome

    def split(self) -> list[Workers]:
        """Return as many workers of one process each, which take over the children; lent until `rejoin`."""
        self._take()
        singles = []
        for _ in range(self.processes):
            single = Workers(
                1, time_limit_s=self.time_limit_s, memory_limit_bytes=self.memory_limit_bytes, child=self._module
            )
            if self._children:
                single._children.append(self._children.pop())
            singles.append(single)
        return singles

    def rejoin(self, singles: Iterable[Workers]) -> None:
        """Take back what `split` lent, with the children that were started since."""
        for single in singles:
            self._children += single._children
            single._children.clear()
        self._in_use = False

    def close(self) -> None:
        """End all children, also those at work."""
        while self._children:
            self._end(self._children[-1])

    def _run(self, template: Chunk, jobs: Iterable[Job | Verdict]) -> Iterator[Extraction | Verdict]:
        self._take()
        queue = PageQueue(template, jobs, self.processes)
        try:
            while True:
                self._hand_out(queue)
                if queue.out in queue.results:
                    yield _outcome(queue.next_result())
                    self._listen(queue, until=0.0)  # whoever reads us may have taken its time
                elif any(child.chunk for child in self._children):
                    self._listen(queue, until=min(child.deadline for child in self._children if child.chunk))
                else:
                    return
        finally:
            for child in [child for child in self._children if child.chunk]:  # nobody waits for its answers
                self._end(child)
            self._in_use = False

    def _take(self) -> None:
        if self._in_use:
            raise RuntimeError("these workers are at work for somebody else")
        self._in_use = True

    def _hand_out(self, queue: PageQueue) -> None:
        """Give work to children without any, and start more while there is some."""
        while True:
            idle = next((child for child in self._children if not child.chunk), None)
            if idle is None and len(self._children) >= self.processes:
                return
            piece = queue.next_piece()
            if piece is None:
                return
            first, chunk = piece
            child = idle or self._start()
            try:
                child.give(chunk, first)
            except OSError:
                self._lost(child, queue)

    def _start(self) -> PageReader:
        try:
            child = PageReader(self._module, time_limit_s=self.time_limit_s, memory_limit_bytes=self.memory_limit_bytes)
        except OSError as error:
            raise WorkersUnavailable(str(error)) from None
        self._children.append(child)
        return child

    def _listen(self, queue: PageQueue, *, until: float) -> None:
        """Take what children have to say, waiting until then at most (monotonic seconds); kill those out of time."""
        by_conn = {child.conn: child for child in self._children}
        for conn in wait(list(by_conn), max(0.0, until - time.monotonic())):
            child = by_conn[conn]  # type: ignore[index]
            try:
                answer = child.take(child.conn.recv())
            except (EOFError, OSError):
                self._lost(child, queue, grace_s=1.0)
                continue
            if answer is not None:
                queue.results[answer[0]] = answer[1]
                self._failed_starts = 0
        for child in [child for child in self._children if child.chunk and child.deadline < time.monotonic()]:
            if not child.conn.poll():
                self._lost(child, queue, evidence=self._out_of_time())

    def _lost(
        self, child: PageReader, queue: PageQueue, *, evidence: dict[str, Any] | None = None, grace_s: float = 0.0
    ) -> None:
        """End a child; its page is broken, the rest of its chunk goes to another."""
        code, last_words = self._end(child, grace_s=grace_s)
        chunk = child.chunk
        if chunk is None:
            return
        if not child.begun:
            queue.put_back(child.first, chunk)
            self._failed_starts += 1
            if self._failed_starts >= MAX_FAILED_STARTS:
                last = last_words.splitlines()[-1] if last_words else "no word on stderr"
                raise WorkersUnavailable(f"{self._failed_starts} in a row ended early ({_ending(code)}): {last}")
            return
        evidence, number = evidence or self._evidence(code), child.first + child.at
        log.warning("%s: %s", chunk.jobs[child.at].url, evidence)
        if evidence["reason"] == "died" and number not in queue.again:
            queue.again.add(number)  # whoever killed it may not have meant the page
            queue.put_back(number, replace(chunk, jobs=chunk.jobs[child.at :]))
            return
        queue.results[number] = Verdict(kind="broken", evidence=evidence)
        queue.put_back(number + 1, replace(chunk, jobs=chunk.jobs[child.at + 1 :]))
        self._failed_starts = 0

    def _evidence(self, code: int) -> dict[str, Any]:
        if code == OUT_OF_MEMORY:
            return {"reason": "killed", "limit": "memory", "limit_bytes": self.memory_limit_bytes}
        if code == -signal.SIGXCPU:
            return self._out_of_time()
        return {"reason": "died", "how": _ending(code)}

    def _out_of_time(self) -> dict[str, Any]:
        return {"reason": "killed", "limit": "time", "limit_s": self.time_limit_s}

    def _end(self, child: PageReader, *, grace_s: float = 0.0) -> tuple[int, str]:
        self._children.remove(child)
        code, words = child.end(grace_s=grace_s)
        words = words[:MAX_STDERR_CHARS]
        if words:
            log.warning("child %s (%s) said: %s", child.pid, _ending(code), words)
        return code, words


def _outcome(result: Found) -> Extraction | Verdict:
    if not isinstance(result, Bug):
        return result
    if is_strict():
        raise ExtractionBug(result.item or "", result.traceback)
    log.warning("%s: %s", result.item, result)
    return result.verdict


def _ending(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"signal {-code}"
