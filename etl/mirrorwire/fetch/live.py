"""Visits of a run: what hosts answer is archived and stored, and what is learned of them is shared with all workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import TypeVar

from mirrorwire.archive import ArchiveWriter
from mirrorwire.core.records import Run, Source
from mirrorwire.core.settings import Settings
from mirrorwire.fetch.known_hosts import SharedHosts
from mirrorwire.fetch.recorder import DatabaseRecorder
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.store import frontier
from mirrorwire.store.db import Connection
from mirrorwire.workers import SharedWorkers, Workers

SomeRecorder = TypeVar("SomeRecorder", bound=DatabaseRecorder)


@contextmanager
def live_fetcher(
    conn: Connection,
    run: Run,
    source: Source,
    settings: Settings,
    workers: Workers | SharedWorkers | None = None,
    archive: ArchiveWriter | None = None,
) -> Iterator[RunFetcher]:
    """Fetch a source's pages for a run; `workers` judge them, by default the fetcher's own.

    An `archive` that is given is shared with other fetchers, and left open.
    """
    with recording_fetcher(conn, run, source, settings, workers, DatabaseRecorder, archive) as (fetcher, _):
        yield fetcher


@contextmanager
def recording_fetcher(
    conn: Connection,
    run: Run,
    source: Source,
    settings: Settings,
    workers: Workers | SharedWorkers | None,
    recorder_type: type[SomeRecorder],
    archive: ArchiveWriter | None = None,
) -> Iterator[tuple[RunFetcher, SomeRecorder]]:
    """Ask a source's hosts for a run; yields the fetcher, and the recorder that takes what comes of it."""
    frontier.keep_source(conn, source)  # its file may have changed since the run was opened
    ids = frontier.host_ids(conn, source)
    hosts = SharedHosts(conn, run, source, ids)
    with nullcontext(archive) if archive else ArchiveWriter(settings.archive, spool=settings.spool) as writer:
        recorder = recorder_type(conn, run, source, ids=ids, archive=writer)
        with RunFetcher(
            conn, run, source, recorder=recorder, hosts=hosts, user_agent=settings.user_agent, workers=workers
        ) as fetcher:
            yield fetcher, recorder
