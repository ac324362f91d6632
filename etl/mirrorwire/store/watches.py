"""Watches as they are stored, and what they have met."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from mirrorwire.core.errors import WrongUse
from mirrorwire.store import queries, search
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection

Row = dict[str, Any]
EVENTS = ("new", "correction", "revision", "removal")
"""What of an article can be watched: a first version, a correction, another major change, gone from all hosts."""


def add(
    conn: Connection,
    name: str,
    *,
    words: str | None,
    source: str | None,
    language: str | None,
    events: Sequence[str],
    channels: Sequence[str],
) -> None:
    """Make a watch; raises `WrongUse` where the name is taken or the words name nothing to search for."""
    if words is not None:
        search.refuse_wordless(words)
    watch_id = queries.value(
        conn,
        "watches/insert_watch",
        name=name,
        words=clean(words),
        source=source,
        language=clean(language),
        events=queries.array(events),
        channels=queries.array(channels),
    )
    if watch_id is None:
        raise WrongUse(f"there is a watch {name!r} already: mirrorwire watch remove takes it away")


def listed(conn: Connection, name: str | None = None) -> list[Row]:
    """Return the watches by name, or the one of that name; `hits` counts what each has met."""
    return queries.rows(conn, "watches/list_watches", name=name)


def find(conn: Connection, name: str) -> Row:
    """Return the watch of that name; raises `WrongUse`."""
    watches = listed(conn, name)
    if not watches:
        raise WrongUse(f"no watch {name!r}: mirrorwire watch list shows all")
    return watches[0]


def remove(conn: Connection, name: str) -> None:
    """Remove a watch with what waits to be told of it; raises `WrongUse` where there is none."""
    find(conn, name)
    queries.execute(conn, "watches/delete_watch", name=name)


def meet(conn: Connection) -> int:
    """Have watches meet what runs have loaded and what is gone since the last time; return how much that was.

    In the caller's transaction, with a lock that keeps others away.
    """
    run_ids = [run_id for (run_id,) in queries.execute(conn, "watches/runs_to_watch")]
    met = 0
    if run_ids:
        met += queries.execute(conn, "watches/find_loaded", run_ids=queries.array(run_ids)).rowcount
        queries.execute(conn, "watches/note_watched", run_ids=queries.array(run_ids))
    return met + queries.execute(conn, "watches/find_removed").rowcount


def untold(conn: Connection) -> list[Row]:
    """Return `watch_id` and `channels` of the watches that have met something which no message tells."""
    return queries.rows(conn, "watches/untold_watches")


def tell(conn: Connection, watch_id: int, message_id: UUID) -> None:
    """Give to a message what its watch has met and nobody was told."""
    queries.execute(conn, "watches/tell_hits", watch_id=watch_id, message_id=message_id)


def hits_of_message(conn: Connection, message_id: UUID, limit: int) -> list[Row]:
    """Return the articles that a message tells of, the newest first; `in_all` counts those beyond `limit` too."""
    return queries.rows(conn, "watches/hits_of_message", message_id=message_id, limit=limit)


def matching(conn: Connection, watch: Row, limit: int) -> list[Row]:
    """Return stored articles that a watch asks for, the newest first."""
    if watch["words"] is None:
        return queries.rows(
            conn, "watches/newest_articles", source=watch["source"], language=watch["language"], limit=limit
        )
    query = search.Query(
        words=watch["words"], source=watch["source"], language=watch["language"], newest=True, limit=limit
    )
    return search.find(conn, query)
