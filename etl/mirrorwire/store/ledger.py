"""The ledger of runs: who passed over which source, step by step, and what it amounted to."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from mirrorwire.core.records import Interval, Run, RunKind, Source
from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection
from mirrorwire.store.frontier import Listing
from mirrorwire.store.politeness import LONGEST_PAUSE_S

ONE_DAY = timedelta(days=1)
INTERRUPTED = "interrupted"
"""What a step says that a person stopped."""


def open_run(
    conn: Connection,
    source: Source,
    *,
    kind: RunKind,
    external_id: str,
    window: Interval | None,
    interval: Interval | None,
    all_seeds: bool,
    sweep: bool,
    revisit: bool,
    due_only: bool = False,
    now: datetime,
) -> int:
    """Open a run, or find the one of that name, which then goes on; return its id."""
    run_id: int = queries.value(
        conn,
        "runs/open_run",
        source=source.key,
        kind=kind,
        external_id=external_id,
        since=window.start if window else None,
        until=window.end if window else None,
        interval_start=interval.start if interval else None,
        interval_end=interval.end if interval else None,
        all_seeds=all_seeds,
        sweep=sweep,
        revisit=revisit,
        due_only=due_only,
        now=now,
    )
    return run_id


def find_run(conn: Connection, run_id: int) -> Run:
    """Return a run; raises `LookupError` for one that was never opened."""
    rows = queries.rows(conn, "runs/run", run_id=run_id)
    if not rows:
        raise LookupError(f"no run {run_id}")
    row = rows[0]
    since, until = row.pop("window_since"), row.pop("window_until")
    return Run(**row, window=Interval(start=since, end=until) if since else None)


@contextmanager
def step(conn: Connection, run_id: int, name: str, batch: int = 0) -> Iterator[dict[str, int]]:
    """Note a step's begin and end in the ledger; yields the counts to fill. An error is noted and flies on."""
    queries.execute(conn, "runs/start_step", run_id=run_id, step=name, batch=batch)
    counts: dict[str, int] = {}
    try:
        yield counts
    except BaseException as error:
        if not conn.closed and not conn.broken:
            reason = INTERRUPTED if isinstance(error, KeyboardInterrupt) else f"{type(error).__name__}: {error}"
            _finish_step(conn, run_id, name, batch, counts, clean(reason))
        raise
    _finish_step(conn, run_id, name, batch, counts, None)


def _finish_step(
    conn: Connection, run_id: int, name: str, batch: int, counts: Mapping[str, int], error: str | None
) -> None:
    queries.execute(
        conn, "runs/finish_step", run_id=run_id, step=name, batch=batch, counts=json.dumps(counts), error=error
    )


def record_poll(
    conn: Connection,
    run: Run,
    seed: str,
    *,
    outcome: str,
    polled_at: datetime,
    host_id: int | None = None,
    listing: Listing | None = None,
    gap: bool = False,
    days: tuple[date, date] | None = None,
    spans: Sequence[tuple[date, date]] = (),
    detail: str | None = None,
) -> None:
    """Record what a run read from a seed; outcome is read, unchanged, damaged, failed or not_covered.

    `days` are the first and last that its links name, `spans` the days that it reached.
    """
    reached = Multirange([Range(first, last + ONE_DAY, "[)") for first, last in spans])
    listing = listing or Listing()
    queries.execute(
        conn,
        "runs/record_poll",
        run_id=run.run_id,
        seed=seed,
        polled_at=polled_at,
        host_id=host_id,
        outcome=outcome,
        links=listing.links,
        known=listing.known,
        gap=gap,
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        reached=reached if spans else None,
        detail=clean(detail),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFacts:
    """What a run amounted to. `page_answers` counts exchanges in which a host did its part.

    Of its `versions` some are `suspect`; these are not among the pages `rejected`.
    `ever_loaded`: whether the source has an article, `ever_rejected` how many of its pages were rejected if not.
    """

    page_attempts: int
    page_answers: int
    captured: int
    rejected: int
    versions: int
    pending: int
    failed: int
    suspect: int = 0
    ever_loaded: bool = True
    ever_rejected: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class StepFacts:
    """One step of a run."""

    step: str
    batch: int
    finished: bool
    counts: Mapping[str, int]
    error: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PollFacts:
    """What a run read from one seed."""

    seed: str
    outcome: str
    links: int
    known: int
    gap: bool
    first_day: date | None
    last_day: date | None
    detail: str | None
    reached: Sequence[Sequence[date]] | None = None

    @property
    def spans(self) -> list[tuple[date, date]]:
        """The days that it reached, as first and last of those in a row."""
        if self.reached is not None:
            return [(first, last) for first, last in self.reached]
        return [(self.first_day, self.last_day)] if self.first_day and self.last_day else []


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """Links first seen in one of the last days; `watched` when the source was read already by then."""

    days_ago: int
    links: int
    watched: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsFacts:
    """When polls found something new in a seed, latest first, when it was last read, and how often since the news."""

    source: str
    seed: str
    news_at: Sequence[datetime]
    read_at: datetime
    read_since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HostEvent:
    """A change of a host's breaker: what it became, and why."""

    url: str
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BlockPages:
    """How many pages of a run a host showed something else for, of one verdict, which another host then served."""

    url: str
    verdict: str
    pages: int


def is_settled(conn: Connection, source: str) -> bool:
    """Return whether nothing that was extracted, or found gone, waits to be placed, counted or loaded."""
    return bool(queries.value(conn, "runs/is_settled", source=source))


def run_block_pages(conn: Connection, run_id: int) -> list[BlockPages]:
    """Return what hosts showed in place of pages that others then served, by host, most pages first."""
    return queries.records(conn, BlockPages, "runs/run_block_pages", run_id=run_id)


def run_facts(conn: Connection, run_id: int) -> RunFacts:
    """Return what a run amounted to."""
    return queries.records(conn, RunFacts, "runs/run_facts", run_id=run_id)[0]


def run_steps(conn: Connection, run_id: int) -> list[StepFacts]:
    """Return a run's steps."""
    return queries.records(conn, StepFacts, "runs/run_steps", run_id=run_id)


def run_polls(conn: Connection, run_id: int) -> list[PollFacts]:
    """Return what a run read from each seed."""
    return queries.records(conn, PollFacts, "runs/run_polls", run_id=run_id)


def links_per_day(conn: Connection, source: str) -> list[DayFacts]:
    """Return the links first seen in each of the last eight days, the running one first."""
    return queries.records(conn, DayFacts, "runs/links_per_day", source=source)


def news_of_seeds(conn: Connection, source: str | None) -> list[NewsFacts]:
    """Return when the seeds of one or all sources last showed something new, of the last 90 days."""
    return queries.records(conn, NewsFacts, "runs/news_of_seeds", source=source)


def changed_days(conn: Connection, run_id: int) -> list[date]:
    """Return the days whose articles a run loaded versions of, in the source's zone, oldest first."""
    return [row["day"] for row in queries.rows(conn, "runs/changed_days", run_id=run_id)]


def run_host_events(conn: Connection, run_id: int) -> list[HostEvent]:
    """Return how the states of hosts changed in a run, in order."""
    return queries.records(conn, HostEvent, "runs/run_host_events", run_id=run_id)


def finish_run(conn: Connection, run_id: int, *, failures: list[str], warnings: list[str]) -> None:
    """End a run: failed with reasons, else success."""
    queries.execute(
        conn,
        "runs/finish_run",
        run_id=run_id,
        state="failed" if failures else "success",
        failures=[clean(reason) for reason in failures],
        warnings=[clean(warning) for warning in warnings],
    )


_STATUS = {
    "sources": "status/sources",
    "passes": "status/passes",
    "hosts": "status/hosts",
    "runs": "status/runs",
    "gaps": "status/gaps",
    "polls": "status/polls",
    "seeds": "status/seeds",
    "bugs": "status/bugs",
    "failed_links": "status/failed_links",
    "host_events": "status/host_events",
    "suggestions": "status/suggestions",
}
"""The topics of `status`, and the statement of each."""


def status(conn: Connection, source: str | None) -> dict[str, list[dict[str, Any]]]:
    """Return how sources, hosts, runs, feeds and links stand, as rows by topic."""
    given = {"source": source, "longest_s": LONGEST_PAUSE_S}
    return {topic: queries.rows(conn, name, **given) for topic, name in _STATUS.items()}
