"""What came of one seed so far: what its documents gave, and their links on the frontier."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from heapq import nlargest
from zoneinfo import ZoneInfo

from mirrorwire.core.records import Link, Seed, SeedKind
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.seed_formats.document import SeedDocument
from mirrorwire.seed_formats.reach import Span, in_window, main_days
from mirrorwire.seed_formats.skipped import NOTHING_SKIPPED, Skipped
from mirrorwire.seed_formats.window import latest_instant, link_in_window
from mirrorwire.store.validators import SeedCopy

MAX_TIMES = 200
"""So many of a document's items tell how often they come."""
DAY_CHARS = len("2026-11-20")


@dataclass(slots=True)
class SeedReading:
    """What came of one seed, document by document. `days` are the first and last that its links name.

    `verdicts` counts the pages that it holds itself, and that were read as they were copied, by what they are.
    `elsewhere` says why a document was not taken from a host that comes before the one which had it.
    `spans` are the days that it reaches, all that it shows of them being on the frontier now; where a reader leaves
    them `None`, what `days` enclose of the window is meant. `shown` counts the links to articles that its documents
    hold, in the window or not, `sitemaps` those that they name and that can be asked for, and `skipped` tells what else
    is in them. `barren`: it was read, and never had a link to an article. `times` are those that its newest links
    state, and `wish` is how long its publisher asks those who poll it to wait.
    """

    seed: Seed
    links: int = 0
    known: int = 0
    fresh: int = 0
    documents: int = 0
    unchanged: int = 0
    problems: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    host: str | None = None
    gap: bool = False
    reached: bool = False
    days: Span | None = None
    spans: tuple[Span, ...] | None = None
    shown: int = 0
    sitemaps: int = 0
    skipped: Skipped = NOTHING_SKIPPED
    barren: bool = False
    verdicts: Counter[str] = field(default_factory=Counter)
    times: list[datetime] = field(default_factory=list)
    wish: timedelta | None = None

    @property
    def outcome(self) -> str:
        """read, unchanged, damaged, failed or not_covered."""
        if not self.documents:
            return "failed" if self.problems else "not_covered"
        if self.barren:
            return "failed"
        if self.problems:
            return "damaged"
        if not self.reached:
            return "not_covered"
        return "unchanged" if self.unchanged == self.documents else "read"

    def note_held(self, held: SeedDocument | SeedCopy) -> None:
        """Count what a document holds, or held when it was last read."""
        links = held.links if isinstance(held, SeedCopy) else len(held.links)
        self.shown += 1 if links is None else links
        self.sitemaps += len(held.children)
        self.skipped += held.skipped_by if isinstance(held, SeedDocument) else held.skipped


def list_links(
    context: SeedContext,
    reading: SeedReading,
    links: Sequence[Link],
    now: datetime,
    *,
    whole: bool = False,
    named: Span | None = None,
) -> None:
    """Put what a seed shows on the frontier: the window's part, or with `whole` all of it, the rest wanted by nobody.

    `named` are the days that its document's name says. The caller opens the transaction.
    """
    window, zone = context.run.window, context.source.zone
    if window is None:
        _note_times(reading, links, zone)
    hinting = [_hinting(link, reading.seed.kind) for link in links]
    wanted = [link for link in hinting if link_in_window(link, window, zone)]
    _note_days(reading, [link.day for link in links], context)
    listed = hinting if whole else wanted
    if not listed:
        return
    reading.reached = reading.reached or bool(wanted)
    keys = None if len(wanted) == len(listed) else {link.article_key for link in wanted}
    listing = context.recorder.list_links(reading.seed.name, listed, now, wanted=keys, named=named)
    reading.links += len(wanted)
    reading.known += listing.known
    reading.fresh += listing.fresh
    # A window, or another document of the same seed, cuts out a part: only a whole feed can show a gap.
    reading.gap = reading.gap or (reading.seed.kind == "feed" and window is None and listing.gap)


def _note_times(reading: SeedReading, links: Sequence[Link], zone: ZoneInfo) -> None:
    """Note when the newest of a document's items came, where they state more than a day."""
    stated = [link.lastmod for link in links if link.lastmod and len(link.lastmod) > DAY_CHARS]
    for newest in nlargest(MAX_TIMES, stated):
        at = latest_instant(newest, zone)
        if at is not None:
            reading.times.append(at)


def _note_days(reading: SeedReading, days: Iterable[date | None], context: SeedContext) -> None:
    named = [day for day in days if day]
    both = named + list(reading.days or ())
    reading.days = (min(both), max(both)) if both else None
    shown = main_days(named) if reading.seed.kind == "feed" else None
    if shown is not None:
        spans = [*(reading.spans or ()), shown]
        note_reach(reading, in_window(spans, context.run.window, context.source.zone), context)


def note_reach(reading: SeedReading, spans: Iterable[Span], context: SeedContext) -> None:
    """Note which days a seed reaches: a window of which it reaches one is covered, even if nothing was published."""
    reading.spans = tuple(spans)
    reading.reached = reading.reached or bool(in_window(reading.spans, context.run.window, context.source.zone))


def _hinting(link: Link, kind: SeedKind) -> Link:
    """Keep of a link what asks for another fetch when it changes: a feed's title and slug, a sitemap's lastmod."""
    if kind == "feed":
        return replace(link, lastmod=None)
    return replace(link, title=None, slug=None, lastmod=link.lastmod if kind == "sitemap" else None)
