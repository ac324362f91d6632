"""When each seed of a source is polled next, kept after each poll, and which are due."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from mirrorwire.core.records import Seed, Source
from mirrorwire.discover.poll_interval import Pace, PollResult, next_pace
from mirrorwire.store import politeness, polling
from mirrorwire.store.db import Connection
from mirrorwire.store.polling import SeedSchedule

EARLY = timedelta(minutes=1)
"""So much before its time a seed is polled: those who poll come every few minutes."""
FURTHEST = timedelta(days=31)
"""No seed waits longer: such a time was written by a wrong clock."""


def due_seeds(conn: Connection, source: Source, seeds: Sequence[Seed], now: datetime) -> tuple[Seed, ...]:
    """Return those of the seeds whose next poll is due, or that were never polled."""
    kept = polling.schedule_of(conn, source.key)
    return tuple(seed for seed in seeds if seed.name not in kept or _is_due(kept[seed.name], now))


def _is_due(schedule: SeedSchedule, now: datetime) -> bool:
    return schedule.next_poll_at <= now + EARLY or schedule.next_poll_at > now + FURTHEST


def forget_others(conn: Connection, source: Source) -> None:
    """Forget the schedules of seeds that the source polls no more: its file was changed."""
    polling.drop_seeds(conn, source.key, [seed.name for seed in source.polled_seeds])


def plan_poll(
    conn: Connection,
    source: Source,
    seed: str,
    *,
    failed: bool,
    fresh: int,
    gap: bool,
    listed_a_day: float | None,
    wish: timedelta | None,
    now: datetime,
) -> None:
    """Keep when a seed is polled next, by what came of the poll that has just ended, or by the source's fixed schedule.

    A host that asked not to be asked is the reason of a failure: then nobody asks before its rest is over.
    """
    kept = polling.schedule_of(conn, source.key).get(seed)
    rest_s = politeness.rest_of_source(conn, source.key) if failed else 0.0
    result = PollResult(
        failed=failed,
        fresh=fresh,
        gap=gap,
        since_last=now - kept.polled_at if kept else None,
        listed_a_day=listed_a_day,
        wish=wish,
        rest=timedelta(seconds=rest_s),
    )
    pace = next_pace(_pace(kept) if kept else None, result, source.poll)
    if source.schedule is not None:
        pace = _by_cron(source.schedule, pace, now)
    schedule = SeedSchedule(
        seed=seed,
        polled_at=now,
        next_poll_at=now + pace.wait,
        interval_s=pace.interval.total_seconds(),
        items_a_day=pace.items_a_day,
        failures=pace.failures,
        why=pace.why,
    )
    polling.keep_schedule(conn, source.key, schedule)


def _by_cron(schedule: str, pace: Pace, now: datetime) -> Pace:
    """A fixed schedule's next time, whatever the seed brings."""
    from croniter import croniter  # noqa: PLC0415 - few sources have a fixed schedule

    times = croniter(schedule, now.astimezone(UTC))
    following = times.get_next(datetime)
    interval = times.get_next(datetime) - following
    return replace(pace, interval=interval, wait=following - now, why=f"schedule {schedule}, in UTC")


def _pace(kept: SeedSchedule) -> Pace:
    return Pace(
        interval=timedelta(seconds=kept.interval_s),
        wait=kept.next_poll_at - kept.polled_at,
        items_a_day=kept.items_a_day,
        failures=kept.failures,
        why=kept.why,
    )
