"""When the seeds of a source are polled next, which sources are due, and who polls one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from mirrorwire.store import queries
from mirrorwire.store.db import Connection

LEASE_S = 1800.0
"""How long a worker of the fleet keeps a source; that of one whose session is dead is free at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedSchedule:
    """When a seed is polled: see the table `poll_schedule`."""

    seed: str
    polled_at: datetime
    next_poll_at: datetime
    interval_s: float
    items_a_day: float
    failures: int
    why: str


def schedule_of(conn: Connection, source: str) -> dict[str, SeedSchedule]:
    """Return by its name when each seed of a source is polled, as far as it has ever been."""
    kept = queries.records(conn, SeedSchedule, "polling/schedule_of_source", source=source)
    return {schedule.seed: schedule for schedule in kept}


def keep_schedule(conn: Connection, source: str, schedule: SeedSchedule) -> None:
    """Keep when a seed is polled next."""
    queries.execute(conn, "polling/keep_schedule", source=source, **asdict(schedule))


def drop_seeds(conn: Connection, source: str, kept: Sequence[str]) -> None:
    """Forget the schedules of a source's seeds, but for those named."""
    queries.execute(conn, "polling/drop_seeds", source=source, seeds=list(kept))


def due_sources(conn: Connection, keys: Sequence[str], now: datetime) -> list[str]:
    """Return those of the sources, in their order, that have something to poll, to try again or to look at."""
    return [key for (key,) in queries.execute(conn, "polling/due_sources", keys=list(keys), now=now)]


def is_known(conn: Connection, source: str) -> bool:
    """Return whether a run has ever read a source."""
    return bool(queries.value(conn, "polling/is_known", source=source))


def claim_source(conn: Connection, source: str) -> bool:
    """Lease a source to this connection; return whether it is ours: nobody else polls it."""
    return queries.execute(conn, "polling/claim_source", source=source, lease_s=LEASE_S).rowcount > 0


def runs_named(conn: Connection, names: Sequence[str]) -> list[dict[str, Any]]:
    """Return the runs of these external ids: `source, state, failures, finished_at`."""
    return queries.rows(conn, "polling/runs_named", names=list(names))


def release_source(conn: Connection, source: str) -> None:
    """End this connection's lease of a source."""
    queries.execute(conn, "polling/release_source", source=source)
