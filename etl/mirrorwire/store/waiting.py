"""Waiting for the database: after a while the log names who holds what is waited for, and in the end it is given up.

A statement that waits for a lock is ended by the server (`lock_timeout`). One whose answer never comes, since what
stands between is dead while its sockets live, is found by asking the server over another connection.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
import weakref
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self

import psycopg
from psycopg.rows import TupleRow, dict_row

from mirrorwire.core.errors import DatabaseBusy, DatabaseUnavailable
from mirrorwire.store.dsn import complete, shown
from mirrorwire.store.statements import statement

log = logging.getLogger(__name__)

SAY_AFTER_S = 10.0
SAY_EVERY_S = 60.0
DEAD_AFTER_S = 30.0
_TICK_S = 1.0
_ANSWER_S = 10.0
_QUERY_CHARS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A session that holds a lock: `held_s` since its transaction began, or since it last did anything."""

    pid: int
    application_name: str | None
    role: str | None
    client: str | None
    does: str | None
    held_s: float | None
    query: str | None

    def __str__(self) -> str:
        query = " ".join((self.query or "").split())[:_QUERY_CHARS]
        facts = [
            self.application_name or "no name",
            f"role {self.role}" if self.role else "",
            f"from {self.client}" if self.client else "on this machine",
            f"{self.does or 'unknown'} for {self.held_s or 0:.0f} s",
            f"last statement: {query}" if query else "",
        ]
        return f"pid {self.pid} ({', '.join(fact for fact in facts if fact)})"


class WatchedConnection(psycopg.Connection[TupleRow]):
    """A connection whose waits have a limit and a word. Made by `mirrorwire.store.db.connect`."""

    url = ""
    limit_s = 0.0
    holders = ""
    waits_since: float | None = None
    given_up = ""

    def watch(self, url: str, limit_s: float) -> Self:
        """Watch what is waited for from now on; `limit_s` is how long the server lets a statement wait for a lock."""
        self.url, self.limit_s = url, limit_s
        threading.Thread(target=_watch, args=(weakref.ref(self),), name="waiting", daemon=True).start()
        return self

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        """Wait for the server; raises `DatabaseBusy` after the limit, `DatabaseUnavailable` if it went silent."""
        self.waits_since = time.monotonic()
        try:
            return super().wait(gen, *args, **options)
        except psycopg.errors.LockNotAvailable:
            raise DatabaseBusy(shown(self.url), time.monotonic() - self.waits_since, self.holders) from None
        except psycopg.OperationalError:
            if self.given_up:
                raise DatabaseUnavailable(shown(self.url), self.given_up) from None
            raise
        finally:
            self.waits_since = None

    def give_up(self, reason: str) -> None:
        """Have the statement that waits fail, for that reason."""
        self.given_up = reason
        with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(self.pgconn.socket)) as sock:
            sock.shutdown(socket.SHUT_RDWR)


class _Asking(psycopg.Connection[TupleRow]):
    """A connection that waits for nothing longer than a few seconds."""

    def wait(self, gen: Any, *args: Any, **options: Any) -> Any:
        return super().wait(gen, timeout=_ANSWER_S)


def _watch(reference: weakref.ref[WatchedConnection]) -> None:
    """Look once a second, as long as the connection lives, whether a statement has waited for long."""
    last_wait, next_look_at, next_word_at = None, 0.0, 0.0
    while True:
        time.sleep(_TICK_S)
        conn = reference()
        if conn is None or conn.closed:
            return
        since, now = conn.waits_since, time.monotonic()
        if since is None:
            continue
        if since != last_wait:
            last_wait, next_word_at = since, 0.0
            next_look_at = since + min(SAY_AFTER_S, conn.limit_s / 2)
        if now >= next_look_at:
            reason = _look(conn, since)
            next_look_at = time.monotonic() + SAY_AFTER_S
            if reason and now >= next_word_at:
                log.warning("%s: waiting for %.0f s, %s", shown(conn.url), now - since, reason)
                next_word_at = now + SAY_EVERY_S
        del conn


def _look(conn: WatchedConnection, since: float) -> str:
    """Ask the server about a connection that waits since then; returns the line to log, if there is one."""
    try:
        rows = _asked(conn)
    except (psycopg.Error, OSError) as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        if conn.waits_since == since and time.monotonic() - since > DEAD_AFTER_S:
            conn.give_up(f"it does not answer any more ({reason})")
        return "the database does not answer"
    waited_s = time.monotonic() - since
    if conn.waits_since != since:
        return ""
    if _is_lost(rows, waited_s, conn.limit_s):
        conn.give_up(f"the answer to a statement was lost on its way, {waited_s:.0f} s ago")
        return ""
    held_by = [Holder(**{key: row[key] for key in Holder.__slots__}) for row in rows if row["pid"] is not None]
    conn.holders = "; ".join(map(str, held_by))
    return f"held by {conn.holders}" if held_by else ""


def _asked(conn: WatchedConnection) -> Sequence[dict[str, Any]]:
    pid = conn.info.backend_pid
    with _Asking.connect(complete(conn.url), autocommit=True) as host_request:
        return (
            host_request.cursor(row_factory=dict_row).execute(statement("session/who_blocks"), {"pid": pid}).fetchall()
        )


def _is_lost(rows: Sequence[dict[str, Any]], waited_s: float, limit_s: float) -> bool:
    """Whether the server has ended the session that waits for it, or waits itself for what was sent to it."""
    if not rows:
        return waited_s > DEAD_AFTER_S
    if rows[0]["state"] not in ("active", "disabled", None):
        return waited_s > DEAD_AFTER_S
    return rows[0]["wait_event_type"] == "Client" and waited_s > max(limit_s, DEAD_AFTER_S)
