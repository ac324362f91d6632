"""A batch of links that several fetchers work off beside each other."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from mirrorwire.pipeline.step_work import Tick


class BatchShare:
    """What is left of a batch, in links and seconds, and what became of the rest; threads may share it."""

    def __init__(self, links: int, limit_s: float, counts: dict[str, int], tick: Tick) -> None:
        """`counts` takes what becomes of pages, `tick` hears of each. After `limit_s` seconds the batch is over."""
        self._left, self._counts, self._tick = links, counts, tick
        self._deadline = time.monotonic() + limit_s
        self._lock = threading.Lock()
        self._steps = threading.Semaphore(0)

    @property
    def is_over(self) -> bool:
        """Whether no other link is to be fetched: what is claimed is given back."""
        return time.monotonic() > self._deadline

    @property
    def left(self) -> int:
        """How many links may still be claimed."""
        return 0 if self.is_over else self._left

    def take(self, links: int) -> int:
        """Return how many links a fetcher may claim, so many at most."""
        with self._lock:
            taken = min(links, self.left)
            self._left -= taken
            return taken

    def close(self) -> None:
        """Have nobody claim more links; those that are claimed are fetched."""
        with self._lock:
            self._left = 0

    def note_page(self, ends: Iterable[str]) -> None:
        """Note that a page is done, and what it counts as."""
        with self._lock:
            for end in ends:
                self._counts[end] = self._counts.get(end, 0) + 1
        self._tick(1)
        self._steps.release()

    def wait_for_page(self) -> None:
        """Wait until one more page is done than was waited for before, or one more fetcher has ended."""
        self._steps.acquire()

    @contextmanager
    def ended_by_error(self) -> Iterator[None]:
        """Take part; an error ends the batch for all, each with the page that it is at."""
        try:
            yield
        except BaseException:
            self._deadline = -math.inf
            raise
        finally:
            self._steps.release()
