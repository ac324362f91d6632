"""The outbox: messages that are written with what they tell, and their way to each channel."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg

from mirrorwire.store import queries
from mirrorwire.store.db import Connection

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message that waits for one channel. `watch` is the name of the watch that it is of, else `None`."""

    delivery_id: int
    message_id: UUID
    tries: int
    next_try_at: datetime | None
    kind: str
    made_at: datetime
    body: dict[str, Any]
    watch: str | None


def write(
    conn: Connection,
    *,
    kind: str,
    body: Mapping[str, Any],
    channels: Iterable[str],
    now: datetime,
    watch_id: int | None = None,
) -> UUID:
    """Write a message for these channels in the caller's transaction; return its id."""
    message_id: UUID = queries.value(
        conn, "outbox/insert_message", kind=kind, now=now, watch_id=watch_id, body=json.dumps(body, default=str)
    )
    for channel in channels:
        queries.execute(conn, "outbox/insert_delivery", message_id=message_id, channel=channel)
    return message_id


def last_written_at(conn: Connection, kind: str) -> datetime | None:
    """Return when the last message of a kind was written."""
    at: datetime | None = queries.value(conn, "outbox/last_message_at", kind=kind)
    return at


def next_delivery(conn: Connection, channel: str) -> Delivery | None:
    """Return what a channel gets next, `None` where nothing waits for it."""
    waiting = queries.records(conn, Delivery, "outbox/next_delivery", channel=channel)
    return waiting[0] if waiting else None


def note_sent(conn: Connection, delivery_id: int, now: datetime) -> None:
    """Note that the channel took a message."""
    queries.execute(conn, "outbox/end_delivery", delivery_id=delivery_id, state="sent", now=now, problem=None)


def note_given_up(conn: Connection, delivery_id: int, problem: str, now: datetime) -> None:
    """Note that a message is not tried again, so that those behind it are."""
    queries.execute(conn, "outbox/end_delivery", delivery_id=delivery_id, state="given up", now=now, problem=problem)


def put_off(conn: Connection, delivery_id: int, problem: str, next_try_at: datetime) -> None:
    """Note that a try failed, and when the next one may come."""
    queries.execute(conn, "outbox/put_off_delivery", delivery_id=delivery_id, problem=problem, next_try_at=next_try_at)


def waiting(conn: Connection) -> list[Row]:
    """Return `channel`, `waiting` (a number of messages), `since` and `problem` of each channel with any."""
    return queries.rows(conn, "outbox/count_waiting")


def drop_old(conn: Connection, before: datetime) -> None:
    """Drop messages that were written before then and wait for nobody."""
    queries.execute(conn, "outbox/drop_old_messages", before=before)


@contextmanager
def sole_sender(conn: Connection, channel: str) -> Iterator[bool]:
    """Yield whether this session alone may send to a channel; another one that does dies with its lock."""
    key = int(queries.value(conn, "session/lock_key", name=f"channel {channel}"))
    is_ours = bool(queries.value(conn, "session/try_lock", key=key))
    try:
        yield is_ours
    finally:
        if is_ours:
            with suppress(psycopg.Error):  # with a session that is dead, its lock is gone
                queries.execute(conn, "session/unlock", key=key)
