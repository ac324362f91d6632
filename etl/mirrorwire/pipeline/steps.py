"""The steps of a run. Each takes what is missing, so any of them can be killed and begun again: the same rows.

`open_run >> discover >> fetch (batches) >> extract (batches) >> learn >> dedupe >> load >> check`: Airflow's tasks and
the command line call the same functions. A run that finds nothing to do ends after `discover`, with `check`. Every step
is noted in the ledger, from which `check` judges the run.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta

from mirrorwire.core import bugs
from mirrorwire.core.bugs import Bug
from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import DatabaseUnavailable, RunFailed
from mirrorwire.core.placement import PlacementKind
from mirrorwire.core.records import Interval, LoadResult, Run, RunKind, Source
from mirrorwire.core.windows import as_asked_for, calendar_window, past_window, refuse_before
from mirrorwire.discover import poll_schedule
from mirrorwire.discover.read_seeds import read_seeds
from mirrorwire.discover.seed_context import live_context
from mirrorwire.extract import EXTRACTOR_VERSION
from mirrorwire.fetch import replay
from mirrorwire.fetch.host_request import Conditional
from mirrorwire.fetch.live import live_fetcher
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.load import articles
from mirrorwire.pipeline.checks import verdict_on
from mirrorwire.pipeline.extract_batch import ExtractionContext, read_batch
from mirrorwire.pipeline.link_outcome import put_aside, settle
from mirrorwire.pipeline.standstill import feeds_of, standstills
from mirrorwire.store import (
    aliases,
    archived_copies,
    boilerplate,
    clusters,
    db,
    frontier,
    ledger,
    lost_files,
    migrate,
    politeness,
    revisits,
    search,
    signatures,
    validators,
)
from mirrorwire.store import bugs as met_bugs
from mirrorwire.store.db import Connection
from mirrorwire.store.frontier import ClaimedLink
from mirrorwire.store.one_by_one import Aside, Claimed, in_batches
from mirrorwire.workers import Workers

log = logging.getLogger(__name__)

BATCH_WORK_S = 45.0
"""What a mapped task should be worth: Airflow's own cost is about a second a task."""
PAGE_S = 0.15
"""What a page costs beside its host's delay."""
MAX_BATCHES: dict[RunKind, int] = {"live": 40, "backfill": 1000}
"""The most mapped tasks of one run, below Airflow's `max_map_length`; what a poll leaves waits for the next."""
LOAD_SIZE = 1000
SETTLE_SIZE = 5000
MAX_INDEX_S = 120.0
"""What a load step may spend on search; what is left, as after an upgrade with a million articles, is for the next."""
MAX_FETCH_S = 900.0
"""After so long a batch of fetches gives back what it has not got to: hosts may be slow, or ask for long delays."""
ONE_DAY = timedelta(days=1)


Tick = Callable[[int], None]


def _silent(n: int) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A step's surroundings."""

    conn: Connection
    source: Source
    run: Run
    counts: dict[str, int]

    def add(self, **counts: int) -> None:
        for name, n in counts.items():
            self.counts[name] = self.counts.get(name, 0) + n


@contextmanager
def _step(settings: Settings, run_id: int, name: str, batch: int = 0) -> Iterator[_Work]:
    with db.connect(db.database_url(settings)) as conn, ledger.step(conn, run_id, name, batch) as counts:
        run = ledger.find_run(conn, run_id)
        db.name_session(conn, f"{name} {batch or ''} {run.source}".replace("  ", " "))
        yield _Work(conn, find_source(settings, run.source), run, counts)
        log.info("run %s, %s %s: %s", run_id, name, batch or "", counts)


def prepare(settings: Settings) -> str:
    """Return the URL of a database that is up and migrated."""
    url = db.database_url(settings)
    migrate.migrate(url)
    return url


def open_run(
    settings: Settings,
    source_key: str,
    *,
    kind: RunKind,
    external_id: str,
    since: str | None = None,
    until: str | None = None,
    interval: tuple[datetime, datetime] | None = None,
    all_seeds: bool = False,
    sweep: bool = False,
    revisit: bool = False,
    due_only: bool = False,
    now: datetime,
) -> int:
    """Open a run and return its id; the same `external_id` is the same run.

    The window is what `since` and `until` say, else, for a backfill, the calendar days of the data interval. A live
    run has none: its interval names it and filters nothing, since a feed shows late items too. It asks only the seeds
    that show what is new, unless `all_seeds`, and with `due_only` those of them whose next poll is due. A nightly
    `sweep` takes the last day that is over where the source is.
    Raises `WrongUse` for a window that is empty, in the future or before the publisher began.
    """
    source = find_source(settings, source_key)
    data_interval = Interval(start=interval[0], end=interval[1]) if interval else None
    window = past_window(since, until, source.zone, now, began=source.since)
    if window is None and kind == "backfill" and data_interval is not None:
        window = calendar_window(data_interval, source.zone)
        if sweep and window.end > now:  # west of UTC, yesterday is not over at midnight UTC
            window = Interval(start=window.start - ONE_DAY, end=window.end - ONE_DAY)
        refuse_before(window, source.since, source.zone)
    with db.connect(prepare(settings)) as conn:
        frontier.keep_source(conn, source)
        run_id = ledger.open_run(
            conn,
            source,
            kind=kind,
            external_id=external_id,
            window=window,
            interval=data_interval,
            all_seeds=all_seeds or kind == "backfill",
            sweep=sweep,
            revisit=revisit,
            due_only=due_only,
            now=now,
        )
    days_asked_for = as_asked_for(window, source.zone) if window else ""
    log.info("run %s of %s: %s %s", run_id, source_key, kind, days_asked_for)
    return run_id


def discover(settings: Settings, run_id: int, *, now: datetime, workers: Workers | None = None) -> list[int]:
    """Read the run's seeds into the frontier; return the numbers of the batches to fetch and extract.

    There are none where nothing waits, neither a link nor what an earlier run left: `check` is next, and the ledger
    has `idle`. Else there is at least one.

    Pages of WARC files are copied and read at once; the step counts them by their verdicts.

    `workers`, here and in other steps: child processes that stay for later steps; without them a step has its own.
    """
    with (
        _step(settings, run_id, "discover") as work,
        live_context(work.conn, work.run, work.source, settings, workers) as context,
    ):
        if work.run.due_only:
            poll_schedule.forget_others(work.conn, work.source)
        for reading in read_seeds(context, now=now):
            log.info("%s: %s, %s links, %s new", reading.seed.name, reading.outcome, reading.links, reading.fresh)
            work.add(links=reading.links, new=reading.fresh)
            work.add(**reading.verdicts)
        if work.run.revisit:
            work.add(revisited=frontier.want_stored(work.conn, work.run))
        elif work.run.is_poll:
            work.add(to_look_at=revisits.want_looks(work.conn, work.run))
        links, waiting = frontier.count_wanted(work.conn, work.run, EXTRACTOR_VERSION)
        if links == waiting == 0 and ledger.is_settled(work.conn, work.run.source):
            work.add(to_fetch=0, idle=1)
            return []
        size = batch_size(work.source, politeness.crawl_delay_s(work.conn, work.run.source))
        batches = min(
            MAX_BATCHES[work.run.kind], max(1, math.ceil(links / size), math.ceil((links + waiting) / (size * 4)))
        )
        work.add(to_fetch=links, batches=batches)
        return list(range(1, batches + 1))


def batch_size(source: Source, crawl_delay_s: float = 0.0) -> int:
    """Return how many pages one mapped task fetches, from the delay that its hosts are held to."""
    return max(10, round(BATCH_WORK_S / (max(source.delay_s, crawl_delay_s) + PAGE_S)))


def fetch(
    settings: Settings,
    run_id: int,
    batch: int,
    *,
    now: datetime,
    tick: Tick = _silent,
    workers: Workers | None = None,
) -> dict[str, int]:
    """Fetch a batch of links, each from the first host that serves it.

    A page is read as it comes, and what it gave is kept with it. Returns what became of the links, and the verdicts.
    `tick` hears of each page that is done.
    """
    with (
        _step(settings, run_id, "fetch", batch) as work,
        live_fetcher(work.conn, work.run, work.source, settings, workers) as fetcher,
    ):
        deadline = time.monotonic() + MAX_FETCH_S
        size = batch_size(work.source, politeness.crawl_delay_s(work.conn, work.run.source))
        links = frontier.claim_links(work.conn, work.run, size)
        known = validators.page_validators(work.conn, [link.link_id for link in links])
        for n, link in enumerate(links):
            if time.monotonic() > deadline:
                frontier.give_back(work.conn, links[n:])
                break
            if not frontier.renew_lease(work.conn, link):
                continue  # another worker has it now
            for end in _fetch_link(fetcher, link, known.get(link.link_id), now):
                work.add(**{end: 1})
            tick(1)
        return work.counts


def _fetch_link(fetcher: RunFetcher, link: ClaimedLink, known: Conditional | None, now: datetime) -> tuple[str, ...]:
    """Fetch and settle one link; return what became of it (see `settle`). A wall: a bug on it is its own failure."""
    try:
        fetched = fetcher.fetch_page(link.url, known, link.title)
        if replay.is_unserved(fetched) and not link.is_look:
            held = archived_copies.of_link(fetcher.conn, link.link_id, replay.COPIES_ASKED)
            fetched = replay.last_resort(fetcher, fetched, link.article_key, held, now, title=link.title)
        with fetcher.conn.transaction():
            return settle(fetcher, link, fetched, now)
    except Exception as error:
        bug = bugs.taken(error, link.url)
    log.warning("%s: %s", link.url, bug)
    with fetcher.conn.transaction():
        return (put_aside(fetcher, link, bug, now),)


def extract(
    settings: Settings,
    run_id: int,
    batch: int,
    *,
    now: datetime,
    tick: Tick = _silent,
    workers: Workers | None = None,
) -> dict[str, int]:
    """Extract stored pages that this extractor has not read, whichever run fetched them; return their verdicts.

    Pages that were read as they were fetched are not among them, unless the source's rules have changed since.
    """
    with _step(settings, run_id, "extract", batch) as work:
        size = batch_size(work.source) * 4
        with _extraction_context(settings, work, "extract", now, workers) as context:
            work.add(**read_batch(context, size, tick))
        return work.counts


def learn(
    settings: Settings, run_id: int, *, now: datetime, tick: Tick = _silent, workers: Workers | None = None
) -> dict[str, int]:
    """Learn boilerplate from what is extracted, and read again at once what that changes, loaded or not.

    Returns blocks `dropped` and `restored` (held by texts again), pages `read_again`. Nothing is placed or loaded that
    was not counted here.
    """
    with _step(settings, run_id, "learn") as work:
        learned = boilerplate.learn(work.conn, work.run.source)
        work.add(dropped=learned.dropped, restored=learned.restored, read_again=0)
        with _extraction_context(settings, work, "learn", now, workers) as context:
            while read := read_batch(context, LOAD_SIZE, tick, only_learned=True):
                work.add(read_again=read.total())
        return work.counts


@contextmanager
def _extraction_context(
    settings: Settings, work: _Work, step: str, now: datetime, workers: Workers | None
) -> Iterator[ExtractionContext]:
    with nullcontext(workers) if workers else Workers(settings.processes) as pool:  # which start with the first page
        yield ExtractionContext(
            conn=work.conn,
            workers=pool,
            run=work.run,
            source=work.source,
            archive=settings.archive,
            spool=settings.spool,
            extractor_version=EXTRACTOR_VERSION,
            step=step,
            now=now,
        )


def dedupe(settings: Settings, run_id: int, *, now: datetime) -> dict[str, int]:
    """Place each extracted article among all that is stored; return how many of each placement.

    Signatures of an older version are computed again first, so that all of history is found: `signed_again`.
    """
    with _step(settings, run_id, "dedupe") as work:
        met: list[Bug] = []
        while signed := clusters.sign_again(work.conn, size=LOAD_SIZE, met=met):
            work.add(signed_again=signed)
        met_bugs.note(work.conn, work.run, "dedupe", met, item="", now=now)

        def place(size: int, claimed: Claimed) -> list[PlacementKind]:
            return signatures.place_batch(work.conn, work.source, size=size, claimed=claimed)

        aside = Aside(conn=work.conn, run=work.run, step="dedupe", now=now)
        for placed in in_batches(place, aside, LOAD_SIZE):
            for kind in placed:
                work.add(**{kind: 1})
        return work.counts


def load(settings: Settings, run_id: int, *, now: datetime) -> dict[str, int]:
    """Load placed articles of the run's window; return how many of each end (see `LoadResult`), and `articles_gone`.

    Then have search find them, in transactions of its own: what is loaded stands before that, and `indexed` counts what
    any run has left too. No step of its own: a task of Airflow's costs more than the few articles of a poll.
    """
    with _step(settings, run_id, "load") as work:
        work.add(inserted=0, revised=0, mended=0, unchanged=0)
        while same := articles.settle_same(work.conn, work.run, work.source, SETTLE_SIZE):
            work.add(unchanged=same)

        def load_some(size: int, claimed: Claimed) -> LoadResult | None:
            with work.conn.transaction():
                batch = articles.claim_incoming(work.conn, work.run, work.source, size, claimed)
                return articles.load_batch(work.conn, work.source, batch) if batch else None

        aside = Aside(conn=work.conn, run=work.run, step="load", now=now)
        for result in in_batches(load_some, aside, LOAD_SIZE):
            work.add(**asdict(result))
        with work.conn.transaction():
            work.add(articles_gone=articles.mark_gone(work.conn, work.source))
            aliases.add_urls(work.conn, work.source)
        met: list[Bug] = []
        work.add(indexed=search.index(work.conn, max_s=MAX_INDEX_S, met=met))
        met_bugs.note(work.conn, work.run, "load", met, item="", now=now)
        return work.counts


def learn_dedupe_load(settings: Settings, run_id: int, *, clock: Callable[[], datetime]) -> dict[str, int]:
    """Take the last three steps that write, one after the other; return the counts of `load`.

    One that fails leaves the next its work, and its error is raised when all have been tried; without a database none
    is tried any more.
    """
    errors: list[Exception] = []
    counts: dict[str, int] = {}
    for step in (learn, dedupe, load):
        try:
            counts = step(settings, run_id, now=clock())
        except DatabaseUnavailable:
            raise
        except Exception as error:
            log.warning("run %s: %s failed: %s", run_id, step.__name__, error)
            errors.append(error)
    if errors:
        raise errors[0]
    return counts


def changed_days(settings: Settings, run_id: int) -> list[date]:
    """Return the days whose articles a run loaded versions of, in the source's zone, oldest first."""
    with db.connect(db.database_url(settings)) as conn:
        return ledger.changed_days(conn, run_id)


def check(settings: Settings, run_id: int, *, now: datetime) -> dict[str, int]:
    """Judge a run from the ledger alone and end it; raises `RunFailed` with the reasons, logs the warnings."""
    with db.connect(db.database_url(settings)) as conn:
        run = ledger.find_run(conn, run_id)
        facts = ledger.run_facts(conn, run_id)
        source = find_source(settings, run.source)
        failures, warnings = verdict_on(
            run,
            facts,
            steps=ledger.run_steps(conn, run_id),
            polls=ledger.run_polls(conn, run_id),
            days=ledger.links_per_day(conn, run.source),
            events=ledger.run_host_events(conn, run_id),
            block_pages=ledger.run_block_pages(conn, run_id),
            bugs=met_bugs.of_run(conn, run_id),
            away=lost_files.waiting(conn, run.source, EXTRACTOR_VERSION),
            standstills=list(standstills(ledger.news_of_seeds(conn, run.source), feeds_of(source))),
            zone=source.zone,
            max_rejected=settings.max_rejected,
        )
        ledger.finish_run(conn, run_id, failures=failures, warnings=warnings)
    for warning in warnings:
        log.warning("run %s: %s", run_id, warning)
    if failures:
        days_asked_for = f", {run.kind} {as_asked_for(run.window, source.zone)}" if run.window else ""
        raise RunFailed(f"run {run_id} of {run.source}{days_asked_for}", tuple(failures))
    return {
        "captured": facts.captured,
        "rejected": facts.rejected,
        "versions": facts.versions,
        "suspect": facts.suspect,
        "pending": facts.pending,
        "failed": facts.failed,
        "warnings": len(warnings),
    }
