"""What a run reads its seeds with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mirrorwire.core.records import Run, Source
from mirrorwire.core.settings import Settings
from mirrorwire.discover.seed_recorder import DatabaseSeedRecorder, SeedRecorder
from mirrorwire.discover.seed_store import SeedStore
from mirrorwire.fetch.live import recording_fetcher
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.store.db import Connection
from mirrorwire.workers import Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedContext:
    """Hosts are asked through the `fetcher`, `stored` has what earlier runs kept, the `recorder` takes what comes.

    `processes` is how many child processes read WARC files at once.
    """

    fetcher: RunFetcher
    stored: SeedStore
    recorder: SeedRecorder
    processes: int = 1

    @property
    def conn(self) -> Connection:
        """The run's connection to the database."""
        return self.fetcher.conn

    @property
    def run(self) -> Run:
        """The run that reads the seeds."""
        return self.fetcher.run

    @property
    def source(self) -> Source:
        """The source whose seeds they are."""
        return self.fetcher.source


@contextmanager
def live_context(
    conn: Connection, run: Run, source: Source, settings: Settings, workers: Workers | None = None
) -> Iterator[SeedContext]:
    """Read a source's seeds for a run: what comes of it is stored. A run that stores nothing: see `dry_run`."""
    with recording_fetcher(conn, run, source, settings, workers, DatabaseSeedRecorder) as (fetcher, recorder):
        stored = SeedStore(conn, run, source, ids=recorder.ids)
        yield SeedContext(fetcher=fetcher, stored=stored, recorder=recorder, processes=settings.processes)
