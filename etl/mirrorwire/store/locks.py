"""Advisory locks of a session: polled; after a while their holder is logged, and a holder that does nothing ends it.

A waiter that is blocked in the server would hold a snapshot, which stalls CREATE INDEX CONCURRENTLY for ever.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psycopg

from mirrorwire.core.errors import DatabaseBusy, DatabaseUnavailable
from mirrorwire.store import queries
from mirrorwire.store.db import Connection, shown
from mirrorwire.store.waiting import SAY_AFTER_S, SAY_EVERY_S, Holder

log = logging.getLogger(__name__)

SHORT_WORK, LONG_WORK = 10, 30
"""So many times the usual limit may the holder be still: who waits for a host's turn, and who reads whole archives."""
_SOON_S, _LATER_S = 0.05, 0.5


@contextmanager
def held(conn: Connection, name: str, *, long_work: bool = False) -> Iterator[None]:
    """Hold a lock by its name; others wait here. Raises `DatabaseBusy` when its holder does nothing for too long.

    How long that is: `SHORT_WORK` or `LONG_WORK` times `MIRRORWIRE_LOCK_WAIT_S`.
    """
    key = int(queries.value(conn, "session/lock_key", name=name))
    with held_by_key(conn, key, name, patience=LONG_WORK if long_work else SHORT_WORK):
        yield


@contextmanager
def held_by_key(conn: Connection, key: int, purpose: str, *, patience: int = 1) -> Iterator[None]:
    """Hold the lock of that number; `purpose` says in messages what it is for."""
    _take(conn, key, purpose, patience)
    try:
        yield
    finally:
        with suppress(psycopg.Error, DatabaseUnavailable):  # with a session that is dead, its lock is gone
            queries.execute(conn, "session/unlock", key=key)


def _take(conn: Connection, key: int, purpose: str, patience: int) -> None:
    began = time.monotonic()
    limit_s = conn.limit_s
    next_look_at, next_word_at = began + min(SAY_AFTER_S, limit_s / 2), 0.0
    pause_s = _SOON_S
    while not queries.value(conn, "session/try_lock", key=key):
        now = time.monotonic()
        if now >= next_look_at:
            holders = queries.records(conn, Holder, "session/who_holds", key=key)
            still_s = max((h.held_s or 0.0 for h in holders if h.does != "active"), default=0.0)
            held_by = "; ".join(map(str, holders))
            if min(still_s, now - began) > patience * limit_s:
                raise DatabaseBusy(shown(conn.url), now - began, held_by)
            if holders and now >= next_word_at:
                log.warning("waiting for %.0f s for the lock %r, held by %s", now - began, purpose, held_by)
                next_word_at = now + SAY_EVERY_S
            next_look_at = now + min(SAY_AFTER_S, limit_s / 2)
        time.sleep(pause_s)
        pause_s = min(2 * pause_s, _LATER_S)


def open_transactions(conn: Connection) -> str:
    """Return the sessions whose transactions have been open for longest, in words; empty where none is."""
    return "; ".join(map(str, queries.records(conn, Holder, "session/open_transactions")))
