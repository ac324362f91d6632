"""Child processes that read pages, kept from one test to the next: to start one costs more than most tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from mirrorwire.workers import pool
from mirrorwire.workers.page_reader import PageReader
from mirrorwire.workers.pool import MEMORY_LIMIT_BYTES, TIME_LIMIT_S
from mirrorwire.workers.process import clean_environment

MODULE = "mirrorwire.workers.child"
MAX_IDLE = 3


class KeptChild(PageReader):
    """A real child process that is put aside when its pool is closed, if it is idle and has complained of nothing."""

    def __init__(self, idle: list[KeptChild], env: dict[str, str]) -> None:
        super().__init__(MODULE, time_limit_s=TIME_LIMIT_S, memory_limit_bytes=MEMORY_LIMIT_BYTES)
        self._idle, self._env = idle, env

    def is_fit(self, env: dict[str, str]) -> bool:
        """Whether it waits for work, in the environment that a new one would get."""
        has_written = os.fstat(self._stderr.fileno()).st_size > 0
        is_idle = self.ready and self.chunk is None and not has_written
        return is_idle and self._env == env and not self.conn.poll()

    def end(self, *, grace_s: float = 0.0) -> tuple[int, str]:
        if grace_s == 0.0 and len(self._idle) < MAX_IDLE and self.is_fit(self._env):
            self._idle.append(self)
            return 0, ""
        return super().end(grace_s=grace_s)


@contextmanager
def kept_children() -> Iterator[None]:
    """Have pools with the usual limits take children that earlier pools have left."""
    idle: list[KeptChild] = []

    def start(module: str, *, time_limit_s: float, memory_limit_bytes: int) -> PageReader:
        if (module, time_limit_s, memory_limit_bytes) != (MODULE, TIME_LIMIT_S, MEMORY_LIMIT_BYTES):
            return PageReader(module, time_limit_s=time_limit_s, memory_limit_bytes=memory_limit_bytes)
        env = clean_environment()
        while idle:
            child = idle.pop()
            if child.is_fit(env):
                return child
            PageReader.end(child)
        return KeptChild(idle, env)

    pool.PageReader = start  # type: ignore[assignment, misc]
    try:
        yield
    finally:
        pool.PageReader = PageReader  # type: ignore[misc]
        for child in idle:
            PageReader.end(child)
