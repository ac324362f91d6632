"""The steps dedupe and load, and the three that write taken one after the other."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from mirrorwire.core.bugs import Bug
from mirrorwire.core.config import Settings
from mirrorwire.core.placement import PlacementKind
from mirrorwire.core.records import LoadResult
from mirrorwire.load import articles, incoming
from mirrorwire.pipeline.extract_step import learn
from mirrorwire.pipeline.step_work import Progress, failure_kept, step_work, unseen
from mirrorwire.store import (
    aliases,
    clusters,
    db,
    ledger,
    search,
    signatures,
)
from mirrorwire.store import bugs as met_bugs
from mirrorwire.store.one_by_one import Aside, Claimed, in_batches
from mirrorwire.workers import Workers

log = logging.getLogger(__name__)
LOAD_SIZE = 1000
WAITS_S = (1.0, 3.0)
"""Seconds before what another run held is tried again."""
SETTLE_SIZE = 5000
MAX_INDEX_S = 120.0
"""What a load step may spend on search; what is left, as after an upgrade with a million articles, is for the next."""


def dedupe(settings: Settings, run_id: int, *, now: datetime) -> dict[str, int]:
    """Place each extracted article among all that is stored; return how many of each placement.

    Signatures of an older version are computed again first, so that all of history is found: `signed_again`.
    """
    with step_work(settings, run_id, "dedupe") as work:
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
    with step_work(settings, run_id, "load") as work:
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


@dataclass(frozen=True, slots=True)
class LoadRounds:
    """What came of learn, dedupe and load: the counts of `load` over all rounds, the errors of steps that failed."""

    counts: dict[str, int]
    errors: tuple[Exception, ...] = ()

    def counts_or_raise(self) -> dict[str, int]:
        """Return the counts; raises the first error, if a step failed."""
        if self.errors:
            raise self.errors[0]
        return self.counts


def learn_dedupe_load(
    settings: Settings,
    run_id: int,
    *,
    clock: Callable[[], datetime],
    progress: Progress = unseen,
    workers: Workers | None = None,
) -> LoadRounds:
    """Take the last three steps that write, one after the other; return what they counted and which errors they met.

    A step that fails leaves the next one its work (see `failure_kept`). Runs of one source learn from each other's
    pages and read them again, and each loads its own window alone. So what another run held while this one loaded is
    loaded in another round, after a wait, unless a step failed.
    """
    total: Counter[str] = Counter()
    errors: list[Exception] = []
    for wait_s in (*WAITS_S, None):
        with failure_kept(errors), progress("read again", None) as tick:
            learn(settings, run_id, now=clock(), tick=tick, workers=workers)
        with failure_kept(errors):
            dedupe(settings, run_id, now=clock())
        with failure_kept(errors):
            total.update(load(settings, run_id, now=clock()))
        if errors or wait_s is None:
            break
        held = _count_held(settings, run_id)
        if not held:
            break
        log.info("run %s: another run holds %s of its pages; they are tried again in %.0f s", run_id, held, wait_s)
        time.sleep(wait_s)
    return LoadRounds(dict(total), tuple(errors))


def _count_held(settings: Settings, run_id: int) -> int:
    with db.connect(db.database_url(settings)) as conn:
        return incoming.count_left(conn, ledger.find_run(conn, run_id))


def changed_days(settings: Settings, run_id: int) -> list[date]:
    """Return the days whose articles a run loaded versions of, in the source's zone, oldest first."""
    with db.connect(db.database_url(settings)) as conn:
        return ledger.changed_days(conn, run_id)
