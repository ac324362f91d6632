"""The fleet, sources without DAGs of their own: which are due, a batch of them polled, and what came of it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import psycopg

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import DatabaseUnavailable, MirrorwireError, RunFailed
from mirrorwire.core.fleet import split_sources
from mirrorwire.core.humanize import counted
from mirrorwire.core.records import Source
from mirrorwire.core.urls import site_of
from mirrorwire.pipeline import passes
from mirrorwire.pipeline.steps import prepare
from mirrorwire.store import db, frontier, polling
from mirrorwire.store.db import Connection
from mirrorwire.workers import Workers

log = logging.getLogger(__name__)

MAX_BATCHES = 64
BATCH_S = 60.0
"""What a batch should be worth in seconds: Airflow's own cost is about a second a task."""
POLL_S = 1.0
"""What a source costs that has nothing new, beside its hosts' delay between robots.txt and feed."""
MANY_FAILED, FAILED_SHARE = 5, 0.25
"""So many sources, and more than this share of those that were polled, fail the run: no publisher is to blame then."""
SHOWN = 10
MAX_BATCH_S = 900.0
"""After so long a batch leaves its other sources to the next run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResult:
    """What came of polling one source: rows that changed, and why it failed, if it did."""

    source: str
    inserted: int = 0
    revised: int = 0
    failures: tuple[str, ...] = ()


def due_batches(settings: Settings, *, now: datetime) -> list[list[str]]:
    """Return the keys of the fleet's sources that are due, in at most `MAX_BATCHES` batches of about a minute.

    Sources that share a site are in one batch: it polls them one after the other.
    """
    _, fleet = split_sources(settings)
    if not fleet:
        return []
    with db.connect(prepare(settings)) as conn:
        due = set(polling.due_sources(conn, [source.key for source in fleet], now))
    return batches_of([source for source in fleet if source.key in due])


def sweep_batches(settings: Settings) -> list[list[str]]:
    """Return the keys of the fleet's sources that have more than feeds, in batches: their yesterday can be swept."""
    _, fleet = split_sources(settings)
    return batches_of([source for source in fleet if any(seed.kind != "feed" for seed in source.seeds)])


def batches_of(sources: Sequence[Source]) -> list[list[str]]:
    """Return the keys in batches: as many as the work asks for, those that share a site together. Pure."""
    groups = sorted(_by_site(sources), key=_cost_s, reverse=True)
    total_s = sum(_cost_s(group) for group in groups)
    count = max(1, min(MAX_BATCHES, len(groups), round(total_s / BATCH_S)))
    loads = [0.0] * count
    batches: list[list[str]] = [[] for _ in range(count)]
    for group in groups:
        lightest = loads.index(min(loads))
        loads[lightest] += _cost_s(group)
        batches[lightest] += [source.key for source in group]
    return [batch for batch in batches if batch]


def _by_site(sources: Sequence[Source]) -> list[list[Source]]:
    """The sources in groups, no two of which share a site. An archive of the web, which all ask, is no such site."""
    joined: dict[str, str] = {}

    def first_of(site: str) -> str:
        while joined.setdefault(site, site) != site:
            site = joined[site]
        return site

    for source in sources:
        first, *others = _sites(source)
        for site in others:
            joined[first_of(site)] = first_of(first)
    groups: dict[str, list[Source]] = {}
    for source in sources:
        groups.setdefault(first_of(_sites(source)[0]), []).append(source)
    return list(groups.values())


def _sites(source: Source) -> list[str]:
    return [site_of(host.url) or host.url for host in source.hosts if host.role != "archive"]


def _cost_s(group: Sequence[Source]) -> float:
    return sum(POLL_S + source.delay_s for source in group)


def poll_batch(
    settings: Settings,
    keys: Sequence[str],
    *,
    external_id: str,
    sweep: bool = False,
    now: Callable[[], datetime] = passes.utc_now,
) -> Iterator[SourceResult]:
    """Poll sources one after the other, each by a whole pass of its own; yields what came of each.

    With `sweep` a pass takes all of yesterday, where the source is, from every seed that reaches it.
    A pass is named `external_id/key`. A source that another worker polls is left to it. One that fails is an alarm in
    the ledger and the log, and stops no other; without a database all stop. After `MAX_BATCH_S` the others are left:
    they stay due.
    """
    deadline = time.monotonic() + MAX_BATCH_S
    with Workers(settings.processes) as workers, db.connect(prepare(settings)) as conn:
        for key in keys:
            if time.monotonic() > deadline:
                log.warning("this batch has taken %.0f min: the other sources are left to the next", MAX_BATCH_S / 60)
                return
            with _leased(conn, settings, key) as is_ours:
                if is_ours:
                    yield _poll(settings, key, pass_name(external_id, key), workers, conn, sweep, now)


def pass_name(external_id: str, key: str) -> str:
    """Return the external id of the pass over one source of a fleet's run."""
    return f"{external_id}/{key}"


@contextmanager
def _leased(conn: Connection, settings: Settings, key: str) -> Iterator[bool]:
    """Hold a source's lease, if nobody else does; a source that no run has read has no row to hold, and gets one."""
    is_ours = polling.claim_source(conn, key)
    if not is_ours and not polling.is_known(conn, key):
        frontier.keep_source(conn, find_source(settings, key))
        is_ours = polling.claim_source(conn, key)
    try:
        yield is_ours
    finally:
        if is_ours and not conn.broken:
            polling.release_source(conn, key)


def _poll(
    settings: Settings,
    key: str,
    external_id: str,
    workers: Workers,
    conn: Connection,
    sweep: bool,
    now: Callable[[], datetime],
) -> SourceResult:
    """One pass. A wall: whatever a source raises is its own failure."""
    try:
        since, until = _yesterday(settings, key, now()) if sweep else (None, None)
        result = passes.run_pass(
            settings,
            key,
            kind="backfill" if sweep else "live",
            since=since,
            until=until,
            all_seeds=sweep,
            revisit=False,
            due_only=not sweep,
            sweep=sweep,
            external_id=external_id,
            workers=workers,
            now=now,
            conn=conn,
            at_once=False,  # other batches of the fleet poll beside this one
        )
    except (DatabaseUnavailable, psycopg.OperationalError):
        raise
    except MirrorwireError as error:
        failures: tuple[str, ...] = (str(error),)
    except Exception as error:
        log.exception("%s", key)
        failures = (f"{type(error).__name__}: {error}",)
    else:
        counts = result.counts
        return SourceResult(
            source=key, inserted=counts["inserted"], revised=counts["revised"], failures=result.failures
        )
    return SourceResult(source=key, failures=failures)


def _yesterday(settings: Settings, key: str, now: datetime) -> tuple[str, str]:
    """The last day that is over where the source is, and the day after it."""
    today = now.astimezone(find_source(settings, key).zone).date()
    return f"{today - timedelta(days=1)}", f"{today}"


def judge(settings: Settings, keys: Sequence[str], *, external_id: str) -> dict[str, int]:
    """Judge a fleet's run from the ledger: how many of its sources were polled, failed, and left.

    Raises `RunFailed` where so many failed that no publisher is to blame, or where none was polled.
    """
    names = [pass_name(external_id, key) for key in keys]
    with db.connect(prepare(settings)) as conn:
        runs = polling.runs_named(conn, names)
    failed = [run for run in runs if run["state"] == "failed"]
    counts = {"polled": len(runs), "failed": len(failed), "left": len(keys) - len(runs)}
    reasons: list[str] = []
    if keys and not runs:
        reasons.append(f"none of {counted(len(keys), 'source')} was polled: the logs of the task poll say why")
    if len(failed) >= MANY_FAILED and len(failed) > len(runs) * FAILED_SHARE:
        reasons.append(f"{len(failed)} of {counted(len(runs), 'source')} failed")
        reasons += [f"{run['source']}: {'; '.join(run['failures'])}" for run in failed[:SHOWN]]
    if reasons:
        raise RunFailed(external_id, tuple(reasons))
    return counts
