"""The evaluation: how things stand now, what becomes of alarms, what watches have met, and what is told of it."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from mirrorwire.alarms.channels import Channel, read_channels
from mirrorwire.alarms.errors import ChannelUnusable
from mirrorwire.alarms.life import REMIND, changes, may_tell
from mirrorwire.alarms.send import send_all
from mirrorwire.alarms.troubles import MACHINE, Trouble, disk_trouble, troubles
from mirrorwire.core import bugs
from mirrorwire.core.errors import MirrorwireError
from mirrorwire.core.settings import Settings
from mirrorwire.reports import listings
from mirrorwire.store import alarms, db, locks, outbox, watches
from mirrorwire.store.db import Connection

Row = dict[str, Any]
log = logging.getLogger(__name__)
LOCK = "alarms"


def after_run(settings: Settings, source: str | None = None) -> None:
    """Evaluate one source, or all, behind a run, and send what is to be told. A wall: what goes wrong is only logged.

    A run is judged by its own; whether somebody could be told of it changes nothing.
    """
    try:
        with db.connect(db.database_url(settings)) as conn:
            tell(conn, settings, source=source, now=datetime.now(UTC))
    except (MirrorwireError, psycopg.Error) as error:
        log.error("alarms could not be told: %s", error)


def tell(
    conn: Connection,
    settings: Settings,
    *,
    source: str | None = None,
    now: datetime,
    standing: Sequence[Row] | None = None,
) -> None:
    """Evaluate and send, as `evaluate` and `send_all` do. A wall too: what goes wrong is logged."""
    try:
        evaluate(conn, settings, source=source, now=now, standing=standing)
        send_all(conn, settings)
    except (MirrorwireError, psycopg.Error, OSError) as error:
        if bugs.is_strict() and bugs.is_of_item(error):
            raise
        log.error("alarms could not be told: %s", error)
    except Exception as error:
        bug = bugs.taken(error)
        log.error("alarms could not be told, by a bug of ours: %s, at %s", bug.error, bug.place)


def evaluate(
    conn: Connection,
    settings: Settings,
    *,
    source: str | None = None,
    now: datetime,
    standing: Sequence[Row] | None = None,
) -> None:
    """Raise, keep and end the alarms of a source, or of all, have watches meet what is new, and write the messages.

    `standing` are the rows of `reports.listings.status` where somebody has them already. A message is written in the
    transaction of what it tells. Raises `ChannelUnusable` for a broken file of channels, once alarms are written.
    """
    rows = listings.status(conn, settings, source, now=now) if standing is None else standing
    seen = [trouble for row in rows for trouble in troubles(row, now)]
    seen += _of_disks(settings)
    sources = None if source is None else {source, MACHINE}
    channels, problem = _channels(settings)
    with locks.held(conn, LOCK), conn.transaction():
        _write_changes(conn, seen, sources, now)
        watches.meet(conn)
        if problem is None:
            _tell_alarms(conn, channels, now)
            _tell_watches(conn, channels, now)
    if problem is not None:
        raise problem


def _channels(settings: Settings) -> tuple[tuple[Channel, ...], ChannelUnusable | None]:
    """The channels, or why there are none: alarms are kept also where the file is broken."""
    try:
        return read_channels(settings), None
    except ChannelUnusable as error:
        return (), error


def _write_changes(conn: Connection, seen: Sequence[Trouble], sources: set[str | None] | None, now: datetime) -> None:
    result = changes(alarms.open_alarms(conn), seen, sources=sources, now=now)
    for trouble in result.raised:
        alarms.raise_alarm(
            conn, source=trouble.source, name=trouble.name, subject=trouble.subject, summary=trouble.summary, now=now
        )
    for alarm, trouble in result.kept:
        alarms.keep_alarm(conn, alarm.alarm_id, trouble.summary, now)
    for alarm in result.quiet:
        alarms.quiet_alarm(conn, alarm.alarm_id, now)
    for alarm in result.over:
        alarms.end_alarm(conn, alarm.alarm_id, now)


def _tell_alarms(conn: Connection, channels: Sequence[Channel], now: datetime) -> None:
    """Write one message about all that nobody was told, unless the last one is too near."""
    names = [channel.name for channel in channels if "alarms" in channel.tells]
    if not names or not may_tell(outbox.last_written_at(conn, "alarms"), now):
        return
    rows = alarms.untold(conn, remind_before=now - REMIND)
    if not rows:
        return
    outbox.write(conn, kind="alarms", body={"alarms": rows}, channels=names, now=now)
    alarms.note_told(conn, [row["alarm_id"] for row in rows], now)


def _tell_watches(conn: Connection, channels: Sequence[Channel], now: datetime) -> None:
    """Write a message for each watch that has met something."""
    names = [channel.name for channel in channels if "watches" in channel.tells]
    known = {channel.name for channel in channels}
    for watch in watches.untold(conn):
        wanted = [name for name in watch["channels"] if name in known] or names
        message_id = outbox.write(conn, kind="watch", body={}, channels=wanted, now=now, watch_id=watch["watch_id"])
        watches.tell(conn, watch["watch_id"], message_id)


def _of_disks(settings: Settings) -> list[Trouble]:
    """The troubles of the disks that the data folder and the archive lie on, each disk once."""
    folders = [settings.home] if "://" in settings.archive else [settings.home, Path(settings.archive)]
    found: dict[int, Trouble] = {}
    for folder in folders:
        try:
            usage, device = shutil.disk_usage(folder), folder.stat().st_dev
        except OSError:
            continue
        trouble = disk_trouble(str(folder), usage.free, usage.total)
        if trouble:
            found.setdefault(device, trouble)
    return list(found.values())
