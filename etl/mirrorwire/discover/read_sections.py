"""Paged listings: walked back from where a window is known to begin, until it is passed."""

from __future__ import annotations

from datetime import datetime

from mirrorwire.core.windows import first_and_last_day
from mirrorwire.discover.document_decision import DocumentRequest
from mirrorwire.discover.read_document import DocumentResult, copies_of, fetch_document
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.seed_progress import SeedReading, note_reach
from mirrorwire.seed_formats.reach import in_window
from mirrorwire.seed_formats.section import read_section
from mirrorwire.seed_formats.walk import MAX_PAGES, Walk


def read_pages(context: SeedContext, reading: SeedReading, now: datetime) -> None:
    """Read the pages of a listing that a run needs: a window those that hold it, a poll the first one.

    A run that takes everything learns from the first page whether there is anything new.
    """
    window, zone, seed = context.run.window, context.source.zone, reading.seed
    bounds = first_and_last_day(window, zone) if window else None
    walk = Walk(bounds, context.stored.page_before(seed.name, bounds[1]) if bounds else 1)
    first: DocumentResult | None = None
    for page in walk:
        result = _read_page(context, reading, page, now)
        first = first or result
        if result.document is None and result.answer is not None:
            return  # the first page is as it was
        if page == 1 and context.run.all_seeds and result.answer and _shows_nothing_new(result, reading):
            context.recorder.note_walked(result.answer)
            return
        if result.document is None and reading.problems:
            walk.broken = True
            break
        walk.note(page, context.stored.days_of(result.document.links) if result.document else {})
        for read in (page - 1, page):  # of the one before more is known now
            if (days := walk.position(read)) is not None:
                context.recorder.keep_listing_page(seed.name, read, days, now)
        if window is None and not context.run.all_seeds:
            break
        if "{page}" not in (seed.path or ""):
            break
    if walk.capped:
        reading.problems += (f"stopped after {MAX_PAGES} pages",)
    note_reach(reading, in_window([walk.reached] if walk.reached else [], window, zone), context)
    ended = window is None and context.run.all_seeds and not reading.problems
    if ended and first and first.document and first.answer:
        context.recorder.note_walked(first.answer)


def _shows_nothing_new(result: DocumentResult, reading: SeedReading) -> bool:
    """Whether the first page was read whole only to be sure, after a walk that came to the end, and is as it was."""
    if result.document is None or result.before is None or not result.before.whole:
        return False
    return reading.fresh == 0 and reading.known == reading.links


def _read_page(context: SeedContext, reading: SeedReading, page: int, now: datetime) -> DocumentResult:
    """Fetch one page of a listing. Only the first shows whether there is anything new.

    To a run that walks through them all it does so only if another has: one that was killed on its way left the rest.
    """
    path = (reading.seed.path or "/").replace("{page}", str(page))
    known = copies_of(context, reading.seed, path) if page == 1 else {}
    if context.run.all_seeds:
        known = {host: copy for host, copy in known.items() if copy.whole}
    request = DocumentRequest(path=path, read=read_section, known=known, keep=page == 1, may_end=page > 1)
    return fetch_document(context, reading, request, now)
