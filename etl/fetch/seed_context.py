"""What a run reads its seeds with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from etl.archive import ArchiveWriter
from etl.fetch.known_hosts import SharedHosts
from etl.fetch.notebook import Notebook
from etl.fetch.seed_recorder import DatabaseSeedRecorder, SeedRecorder
from etl.fetch.visit import Visitor
from etl.load import frontier
from etl.load.db import Connection
from etl.records import Run, Source
from etl.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedContext:
    """Hosts are asked through the `fetcher`, `stored` tells what earlier runs kept, the `recorder` takes what comes.

    `processes` is how many child processes read WARC files at once.
    """

    fetcher: Visitor
    stored: Notebook
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
def live_context(conn: Connection, run: Run, source: Source, settings: Settings) -> Iterator[SeedContext]:
    """Read a source's seeds for a run: what comes of it is stored. For a run that stores nothing: `etl.fetch.dry`."""
    frontier.keep_source(conn, source)  # its file may have changed since the run was opened
    ids = frontier.host_ids(conn, source)
    hosts = SharedHosts(conn, run, source, ids)
    stored = Notebook(conn, run, source, ids=ids)
    with ArchiveWriter(settings.archive, spool=settings.spool) as archive:
        recorder = DatabaseSeedRecorder(conn, run, source, ids=ids, archive=archive)
        with Visitor(conn, run, source, recorder=recorder, hosts=hosts, user_agent=settings.user_agent) as fetcher:
            yield SeedContext(fetcher=fetcher, stored=stored, recorder=recorder, processes=settings.processes)
