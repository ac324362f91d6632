"""Pages on their way to the children: chunks are made as they are asked for, results wait for their turn."""

from __future__ import annotations

import itertools
from collections import deque
from collections.abc import Iterable
from dataclasses import replace

from mirrorwire.core.records import Verdict
from mirrorwire.workers.messages import Chunk, Found, Job

CHUNK_PAGES = 8
CHUNK_BYTES = 4_000_000
CHUNKS_AHEAD = 4
"""How many chunks a process may be ahead of the oldest page without an answer, which may be hanging."""
AHEAD_BYTES = 32_000_000
"""And how many bytes of pages: who hands them in may hold each of them until its answer comes."""
MAX_BODY_BYTES = 16_000_000
"""More than any page that extraction would look at (3 million characters of up to four bytes): not even sent."""


class PageQueue:
    """The pages of one call: read from `jobs` in chunks, and not far ahead of the next that is to go `out`."""

    def __init__(self, template: Chunk, jobs: Iterable[Job | Verdict], processes: int) -> None:
        self._template, self._ahead = template, processes * CHUNKS_AHEAD * CHUNK_PAGES
        self._jobs, self._read = iter(jobs), 0
        self._back: deque[tuple[int, Chunk]] = deque()
        self.results: dict[int, Found] = {}
        self.again: set[int] = set()
        """Pages that were being read when their child died: given to another one once."""
        self.out = 0
        self._sizes: deque[int] = deque()
        self._bytes_ahead = 0

    def next_result(self) -> Found:
        """Return what came of the page that is to go out, which has its answer."""
        self._bytes_ahead -= self._sizes.popleft()
        self.out += 1
        return self.results.pop(self.out - 1)

    def next_piece(self) -> tuple[int, Chunk] | None:
        """Return a chunk and the number of its first page; `None` where nothing is left or may be read yet."""
        if self._back:
            return self._back.popleft()
        while self._read < self.out + self._ahead and self._bytes_ahead < AHEAD_BYTES:
            first, jobs, size = self._read, [], 0
            for job in itertools.islice(self._jobs, CHUNK_PAGES):
                self._read += 1
                self._sizes.append(0 if isinstance(job, Verdict) else len(job.body))
                self._bytes_ahead += self._sizes[-1]
                if isinstance(job, Verdict) or len(job.body) > MAX_BODY_BYTES:
                    self.results[self._read - 1] = job if isinstance(job, Verdict) else _too_large(len(job.body))
                    break
                jobs.append(job)
                size += len(job.body)
                if size >= CHUNK_BYTES:
                    break
            if jobs:
                return first, replace(self._template, jobs=tuple(jobs))
            if self._read == first:
                return None
        return None

    def put_back(self, first: int, chunk: Chunk) -> None:
        """Take back what a child that is gone has not worked on."""
        if chunk.jobs:
            self._back.appendleft((first, chunk))


def _too_large(size: int) -> Verdict:
    return Verdict(kind="broken", evidence={"reason": "too large", "bytes": size, "limit_bytes": MAX_BODY_BYTES})
