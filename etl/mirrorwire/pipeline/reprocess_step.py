"""The step by which a run reads the archive again: what a page gives otherwise is stored as its extraction.

It stands in the ledger as the run's step `extract`. What follows is as in any run: `learn`, `dedupe` and `load`, which
writes a version anew whose own page is read otherwise, and makes none.
"""

from __future__ import annotations

from contextlib import closing, nullcontext
from datetime import datetime

from mirrorwire.core import bugs
from mirrorwire.core.config import Settings
from mirrorwire.extract import EXTRACTOR_VERSION
from mirrorwire.pipeline.read_again import LinkReading, PageReading, ReadingContext, links_read
from mirrorwire.pipeline.step_work import StepWork, Tick, silent, step_work
from mirrorwire.store import boilerplate
from mirrorwire.store import bugs as met_bugs
from mirrorwire.store import reprocess as store
from mirrorwire.store.boilerplate import Rules
from mirrorwire.store.keep_extraction import keep_extraction
from mirrorwire.store.reprocess import Reprocessing
from mirrorwire.workers import Workers

MARKED_LINKS = 50
"""How many links a kill may have read once more."""


def reprocess(
    settings: Settings,
    run_id: int,
    *,
    older_than: int | None = None,
    now: datetime,
    tick: Tick = silent,
    workers: Workers | None = None,
) -> dict[str, int]:
    """Read the source's stored pages of the run's window again, and store what they give otherwise.

    `older_than` takes the links with a page that an extractor before this version has read. Returns `pages` read, those
    `changed`, the verdicts, and what became of those that could not be read, whose links stay as they are: `unreadable`
    in the archive, `bugs` of ours, `beyond_limits` of time or memory. Of a page that gives what it gave nothing is
    written, but that another extractor has read it.

    Killed, the same step of another run with the same window goes on behind the last link that it noted.
    """
    with (
        step_work(settings, run_id, "extract") as work,
        nullcontext(workers) if workers else Workers(settings.processes) as pool,
    ):
        asked = Reprocessing(source=work.run.source, window=work.run.window, older_than=older_than)
        context = ReadingContext(
            conn=work.conn,
            workers=pool,
            source=work.source,
            archive=settings.archive,
            spool=settings.spool,
            asked=asked,
        )
        work.add(pages=0, changed=0)
        while not _read_on(work, context, now, tick):
            pass
        return work.counts


def _read_on(work: StepWork, context: ReadingContext, now: datetime, tick: Tick) -> bool:
    """Read on from where this reprocessing is; return whether it is at its end.

    Where the source's rules change meanwhile, it is not: what was read by the old ones begins anew.
    """
    rules = boilerplate.reading_rules(work.conn, work.run.source)
    by = f"extractor {EXTRACTOR_VERSION}, rules {rules.revision}"
    after = store.mark(work.conn, context.asked, by)
    unmarked = 0
    with closing(links_read(context, rules, after=after)) as links:
        for link in links:
            if not _keep(work, link, rules, now):
                return False
            unmarked += 1
            if unmarked == MARKED_LINKS:
                store.set_mark(work.conn, context.asked, by, link.link_id, now)
                unmarked = 0
            tick(len(link.pages))
    store.drop_mark(work.conn, context.asked, by)
    return True


def _keep(work: StepWork, link: LinkReading, rules: Rules, now: datetime) -> bool:
    """Store what a link's pages give otherwise, all or none; False where the source's rules are others by now."""
    if not link.is_whole:
        _count(work, link)
        _note_bugs(work, link, now)
        return True
    with work.conn.transaction():
        for reading in link.pages:
            if reading.changed or not _stands(reading):
                if not _keep_page(work, reading, rules, now):
                    return False
            elif reading.page.read_by < EXTRACTOR_VERSION:
                store.settle_unchanged(work.conn, reading.page, EXTRACTOR_VERSION)
    _count(work, link)
    return True


def _stands(reading: PageReading) -> bool:
    """Whether what is stored needs nothing more: another extractor's that waits to be loaded would wait for ever."""
    page = reading.page
    return page.loaded or page.given_by == EXTRACTOR_VERSION or not reading.extraction.verdict.is_article


def _keep_page(work: StepWork, reading: PageReading, rules: Rules, now: datetime) -> bool:
    return keep_extraction(
        work.conn,
        work.run,
        work.source,
        reading.page,
        reading.extraction,
        extractor_version=EXTRACTOR_VERSION,
        revision=rules.revision,
        now=now,
    )


def _count(work: StepWork, link: LinkReading) -> None:
    for reading in link.pages:
        end = reading.end
        work.add(pages=1)
        if end in ("unreadable", "bugs", "beyond_limits"):
            work.add(**{end: 1})
            continue
        work.add(**{reading.extraction.verdict.kind: 1})
        if end == "changed" and link.is_whole:
            work.add(changed=1)


def _note_bugs(work: StepWork, link: LinkReading, now: datetime) -> None:
    for reading in link.pages:
        bug = bugs.in_verdict(reading.extraction.verdict)
        if bug is not None:
            met_bugs.note(work.conn, work.run, "extract", [bug], item=reading.page.url, link_id=link.link_id, now=now)
