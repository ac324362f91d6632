"""Reading a source's seeds through its hosts into the frontier, as far as a run's window needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from mirrorwire.archive import ArchiveAway
from mirrorwire.core import bugs
from mirrorwire.core.errors import FolderUnusable
from mirrorwire.core.records import Run, Seed, SeedKind, Source
from mirrorwire.discover.document_checks import as_line
from mirrorwire.discover.document_decision import DocumentRequest
from mirrorwire.discover.poll_interval import listed_rate
from mirrorwire.discover.read_document import copies_of, fetch_document, rules_of
from mirrorwire.discover.read_sections import read_pages
from mirrorwire.discover.read_sitemaps import read_sitemaps
from mirrorwire.discover.read_webarchive import read_archive
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.seed_progress import SeedReading, list_links, note_reach
from mirrorwire.discover.seed_recorder import Poll
from mirrorwire.discover.silence import tell_silence
from mirrorwire.seed_formats.feed import read_feed
from mirrorwire.seed_formats.reach import in_window
from mirrorwire.store.frontier import Listing

__all__ = ["SeedReading", "read_seeds", "seeds_for"]

FEED_REACH = timedelta(days=2)
"""How far back a feed is asked for a window: it shows the newest items only."""
LISTED_AT_ONCE = 1000


def read_seeds(context: SeedContext, *, now: datetime) -> Iterator[SeedReading]:
    """Read the seeds that the run needs, listing their links as they come; yields what came of each.

    A run that asks `due_only` leaves the others for later, and may ask none.
    """
    seeds_to_read = seeds_for(context.run, context.source, now)
    if context.run.due_only:
        seeds_to_read = context.stored.due_seeds(seeds_to_read, now)
    for seed in seeds_to_read if context.run.window is None else context.source.seeds:
        reading = SeedReading(seed, reached=context.run.window is None)
        if seed not in seeds_to_read:
            detail: str | None = "a feed shows only what is new"
        else:
            _read(context, reading, now)
            detail = as_line((*reading.problems, *reading.notes))
            if detail is None and reading.documents:
                detail = as_line(reading.elsewhere)
        if reading.spans is None and reading.days:
            reading.spans = in_window([reading.days], context.run.window, context.source.zone)
        if reading.documents and not reading.reached and not detail:
            detail = "nothing it holds reaches the window"
        poll = Poll(
            outcome=reading.outcome,
            host=reading.host,
            listing=Listing(links=reading.links, known=reading.known, fresh=reading.fresh),
            gap=reading.gap,
            days=reading.days,
            spans=reading.spans or (),
            detail=detail,
            listed_a_day=listed_rate(reading.times, now),
            wish=reading.wish,
        )
        context.recorder.record_poll(seed.name, poll, now)
        yield reading


def _read(context: SeedContext, reading: SeedReading, now: datetime) -> None:
    """Read a seed. A wall: a bug that it meets is its own problem, and the other seeds are read."""
    try:
        _READERS[reading.seed.kind](context, reading, now)
        tell_silence(context, reading)
    except Exception as error:
        bug = bugs.taken(error, reading.seed.name)
        reading.problems += (str(bug),)
        context.recorder.note_bugs([bug], item=reading.seed.name)


def seeds_for(run: Run, source: Source, now: datetime) -> tuple[Seed, ...]:
    """Return the seeds that a run asks.

    A poll asks those that show what is new. A window is asked of every seed; feeds only while it is as young as what
    they show.
    """
    if run.window is not None:
        young = run.window.end > now - FEED_REACH
        return tuple(seed for seed in source.seeds if seed.kind != "feed" or young)
    if run.all_seeds:
        return source.seeds
    return source.polled_seeds


def _read_feed(context: SeedContext, reading: SeedReading, now: datetime) -> None:
    path = reading.seed.path or "/"
    request = DocumentRequest(path=path, read=read_feed, known=copies_of(context, reading.seed, path))
    fetch_document(context, reading, request, now)


def _read_warc(context: SeedContext, reading: SeedReading, now: datetime) -> None:
    """Scan the files that are new, list what all of them hold, and copy what the window takes of it."""
    from mirrorwire.discover.read_warcs import WarcSeed  # noqa: PLC0415 - its libraries are slow to load, few sources need it

    with WarcSeed(context, reading.seed, read_by=rules_of(context.source, reading.seed), now=now) as files:
        problems: list[str] = []
        try:
            for shown in files.shown():
                reading.documents += shown.read
                reading.unchanged += shown.unchanged
                problems += [shown.problem] if shown.problem else []
                for start in range(0, len(shown.links), LISTED_AT_ONCE):
                    with context.conn.transaction():
                        list_links(context, reading, shown.links[start : start + LISTED_AT_ONCE], now)
        except (FolderUnusable, ArchiveAway) as error:
            problems.append(str(error))
        copied, notes = files.copied()
    if context.run.window is not None and reading.days:
        note_reach(reading, in_window([reading.days], context.run.window, context.source.zone), context)
    reading.problems += (*problems, *copied)
    reading.notes += tuple(notes)
    reading.verdicts += files.verdicts


_READERS: dict[SeedKind, Callable[[SeedContext, SeedReading, datetime], None]] = {
    "feed": _read_feed,
    "sitemap": read_sitemaps,
    "section": read_pages,
    "warc": _read_warc,
    "webarchive": read_archive,
}
