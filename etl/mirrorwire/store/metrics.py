"""What is measured of every source, for monitors: rows by source, from indexes, whatever is stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mirrorwire.store import queries
from mirrorwire.store.db import Connection

Row = dict[str, Any]


def sources(conn: Connection, since: datetime) -> list[Row]:
    """Return `newest_seen_at`, `run_ended_at`, `runs_failed` in a row, and `articles`, `rejections` since a time."""
    return queries.rows(conn, "metrics/sources", since=since)


def queues(conn: Connection) -> list[Row]:
    """Return how much waits for `fetch`, `extract`, `dedupe` and `load`, and how many links were `given_up`."""
    return queries.rows(conn, "metrics/queues")


def hosts(conn: Connection) -> list[Row]:
    """Return how many `hosts` of a source are in a `state`."""
    return queries.rows(conn, "metrics/hosts")


def requests(conn: Connection, since: datetime) -> list[Row]:
    """Return how many `requests` of a source ended in an `outcome` since a time."""
    return queries.rows(conn, "metrics/requests", since=since)


def steps(conn: Connection, since: datetime) -> list[Row]:
    """Return how often a `step` of a source has `ended` since a time, and the `seconds` of all these."""
    return queries.rows(conn, "metrics/steps", since=since)


def database_bytes(conn: Connection) -> int:
    """Return how much of the disk the database takes."""
    return int(queries.value(conn, "metrics/database_bytes"))
