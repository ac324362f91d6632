"""Visits of a run: what hosts answer is archived and stored, and what is learned of them is told to all workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from mirrorwire.archive import ArchiveWriter
from mirrorwire.core.records import Run, Source
from mirrorwire.core.settings import Settings
from mirrorwire.fetch.known_hosts import SharedHosts
from mirrorwire.fetch.recorder import DatabaseRecorder
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.store import frontier
from mirrorwire.store.db import Connection
from mirrorwire.workers import Workers


@contextmanager
def live_fetcher(
    conn: Connection, run: Run, source: Source, settings: Settings, workers: Workers | None = None
) -> Iterator[RunFetcher]:
    """Fetch a source's pages for a run; `workers` judge them, by default the fetcher's own."""
    frontier.keep_source(conn, source)  # its file may have changed since the run was opened
    ids = frontier.host_ids(conn, source)
    hosts = SharedHosts(conn, run, source, ids)
    with ArchiveWriter(settings.archive, spool=settings.spool) as archive:
        recorder = DatabaseRecorder(conn, run, source, ids=ids, archive=archive)
        with RunFetcher(
            conn, run, source, recorder=recorder, hosts=hosts, user_agent=settings.user_agent, workers=workers
        ) as fetcher:
            yield fetcher
