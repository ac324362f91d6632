"""The child processes of workers, at which several threads take turns: each page has one of them for itself."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from queue import LifoQueue

from mirrorwire.core.closing import Closing
from mirrorwire.core.records import Extraction, Listing, Source, Verdict
from mirrorwire.workers.messages import Job
from mirrorwire.workers.pool import Workers


class SharedWorkers(Closing):
    """The child processes of workers, lent to whichever thread has a page to read; it waits where all are lent.

    A context manager, closed when no thread reads any more: until then the workers are at work for nobody else. A child
    is started when it is first lent.
    """

    def __init__(self, workers: Workers) -> None:
        self._workers = workers
        self._singles = workers.split()
        self._idle: LifoQueue[Workers] = LifoQueue()  # the last one used first, so that few are started
        for single in reversed(self._singles):  # the first of them have a child
            self._idle.put(single)

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
        """Give the processes back."""
        self._workers.rejoin(self._singles)

    @contextmanager
    def _lent(self) -> Iterator[Workers]:
        single = self._idle.get()
        try:
            yield single
        finally:
            self._idle.put(single)
