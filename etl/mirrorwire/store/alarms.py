"""Alarms as they are stored: which are open, and what becomes of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One trouble with its life. `source` is `None` for the machine, `subject` empty for the source as a whole.

    It is open until `over_at`. `quiet_since` tells since when its trouble is not seen any more.
    """

    alarm_id: int
    source: str | None
    name: str
    subject: str
    summary: str
    raised_at: datetime
    seen_at: datetime
    quiet_since: datetime | None
    over_at: datetime | None
    told_at: datetime | None


def open_alarms(conn: Connection) -> list[Alarm]:
    """Return the alarms that are open, by source and name."""
    return queries.records(conn, Alarm, "alarms/open_alarms")


def list_alarms(conn: Connection, *, source: str | None = None, every: bool, limit: int) -> list[Alarm]:
    """Return open alarms, the newest first, and with `every` those that are over behind them; at most `limit`.

    Without a `source` those of all sources and of the machine.
    """
    return queries.records(conn, Alarm, "alarms/list_alarms", source=source, all=every, limit=limit)


def raise_alarm(conn: Connection, *, source: str | None, name: str, subject: str, summary: str, now: datetime) -> None:
    """Raise an alarm; nothing where it is open already."""
    queries.execute(
        conn,
        "alarms/raise_alarm",
        source=clean(source),
        name=name,
        subject=clean(subject),
        summary=clean(summary),
        now=now,
    )


def keep_alarm(conn: Connection, alarm_id: int, summary: str, now: datetime) -> None:
    """Note that its trouble is still there, and how it reads now."""
    queries.execute(conn, "alarms/keep_alarm", alarm_id=alarm_id, summary=clean(summary), now=now)


def quiet_alarm(conn: Connection, alarm_id: int, now: datetime) -> None:
    """Note that its trouble is not seen any more."""
    queries.execute(conn, "alarms/quiet_alarm", alarm_id=alarm_id, now=now)


def end_alarm(conn: Connection, alarm_id: int, now: datetime) -> None:
    """End an alarm."""
    queries.execute(conn, "alarms/end_alarm", alarm_id=alarm_id, now=now)


def untold(conn: Connection, *, remind_before: datetime) -> list[Row]:
    """Return the alarms that a message should tell of, each with its `state`: raised, still so or over.

    One that was last told before `remind_before` and is open is still so.
    """
    return queries.rows(conn, "alarms/untold_alarms", remind_before=remind_before)


def note_told(conn: Connection, ids: Sequence[int], now: datetime) -> None:
    """Note that a message tells of these alarms as they stand."""
    queries.execute(conn, "alarms/note_told", ids=queries.array(ids), now=now)
