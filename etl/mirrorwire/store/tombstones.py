"""What stands in the place of articles that were taken down: their keys, so that none comes in again."""

from __future__ import annotations

from typing import Any

from mirrorwire.store import queries
from mirrorwire.store.db import Connection

Row = dict[str, Any]


def tombstone(conn: Connection, key: str) -> Row | None:
    """Return what is known of an article that was taken down, `None` for one that was not."""
    rows = queries.rows(conn, "takedown/tombstone", key=key)
    return rows[0] if rows else None


def tombstones(conn: Connection) -> list[Row]:
    """Return all that were taken down, newest first."""
    return queries.rows(conn, "takedown/list_tombstones")


def forgotten(conn: Connection, source_key: str) -> frozenset[str]:
    """Return the keys of all articles of a source that were taken down."""
    return frozenset(key for (key,) in queries.execute(conn, "takedown/forgotten_keys", source=source_key))


def lift(conn: Connection, key: str) -> bool:
    """Let an article be ingested again; returns whether its takedown was done and is lifted."""
    return queries.execute(conn, "takedown/drop_tombstone", key=key).rowcount > 0
