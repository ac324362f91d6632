"""Child processes that several threads take turns at: each page has one of them for itself."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from queue import LifoQueue

from mirrorwire.core.closing import Closing
from mirrorwire.core.records import Extraction, Listing, Source, Verdict
from mirrorwire.workers.messages import Job
from mirrorwire.workers.pool import Workers


class SharedWorkers(Closing):
    """As many child processes, lent to whichever thread has a page to read; a thread waits where all are lent.

    A context manager, and closed when no thread reads any more. A child is started when it is first lent.
    """

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._all = [Workers(1) for _ in range(processes)]
        self._idle: LifoQueue[Workers] = LifoQueue()  # the last one used first, so that few are started
        for workers in self._all:
            self._idle.put(workers)

    def extract(
        self, jobs: Iterable[Job | Verdict], *, source: Source | None, boilerplate: frozenset[int] = frozenset()
    ) -> Generator[Extraction, None, None]:
        """Yield what each page gave, as `Workers.extract` does, by one process."""
        with (
            self._lent() as workers,
            closing(workers.extract(jobs, source=source, boilerplate=boilerplate)) as extractions,
        ):
            yield from extractions

    def verify(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str | None,
        source: Source | None,
        listing: Listing | None = None,
    ) -> Verdict:
        """Return what a page is, as `Workers.verify` does."""
        with self._lent() as workers:
            return workers.verify(body, url=url, content_type=content_type, source=source, listing=listing)

    def close(self) -> None:
        """End all children."""
        for workers in self._all:
            workers.close()

    @contextmanager
    def _lent(self) -> Iterator[Workers]:
        workers = self._idle.get()
        try:
            yield workers
        finally:
            self._idle.put(workers)
