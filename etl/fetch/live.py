"""Visits of a run: what hosts answer is archived and stored, and what is learned of them is told to all workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from etl.archive import ArchiveWriter
from etl.fetch.known_hosts import SharedHosts
from etl.fetch.recorder import DatabaseRecorder
from etl.fetch.visit import Visitor
from etl.load import frontier
from etl.load.db import Connection
from etl.records import Run, Source
from etl.settings import Settings


@contextmanager
def live_visitor(conn: Connection, run: Run, source: Source, settings: Settings) -> Iterator[Visitor]:
    """Fetch a source's pages for a run."""
    frontier.keep_source(conn, source)  # its file may have changed since the run was opened
    ids = frontier.host_ids(conn, source)
    hosts = SharedHosts(conn, run, source, ids)
    with ArchiveWriter(settings.archive, spool=settings.spool) as archive:
        recorder = DatabaseRecorder(conn, run, source, ids=ids, archive=archive)
        with Visitor(conn, run, source, recorder=recorder, hosts=hosts, user_agent=settings.user_agent) as visitor:
            yield visitor
