"""Reading a source's seeds through its hosts into the frontier, as far as a run's window needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from etl.discover.document import SeedDocument
from etl.discover.feed import read_feed
from etl.discover.section import read_section
from etl.discover.sitemap import read_sitemap
from etl.discover.window import children_for, link_in_window
from etl.errors import SeedUnreadable
from etl.fetch.page import Answer, Fetched
from etl.fetch.visit import Visitor
from etl.load import captures
from etl.load.frontier import Listing
from etl.records import STAND_INS, Exchange, Interval, Link, Run, Seed, SeedKind, Source
from etl.windows import first_and_last_day

FEED_REACH = timedelta(days=2)
"""How far back a feed is asked for a window: it shows the newest items only."""
MAX_SECTION_PAGES = 500
MAX_SITEMAPS = 2000
NOT_YET: frozenset[SeedKind] = frozenset({"webarchive", "warc"})
"""Kinds that a source file may name and this version does not read."""


@dataclass(slots=True)
class Reading:
    """What came of one seed, document by document. `days` are the first and last that its links name."""

    seed: Seed
    links: int = 0
    known: int = 0
    fresh: int = 0
    documents: int = 0
    unchanged: int = 0
    problems: tuple[str, ...] = ()
    host: str | None = None
    gap: bool = False
    reached: bool = False
    days: tuple[date, date] | None = None

    @property
    def outcome(self) -> str:
        """read, unchanged, damaged, failed or not_covered."""
        if not self.documents:
            return "failed" if self.problems else "not_covered"
        if self.problems:
            return "damaged"
        if not self.reached:
            return "not_covered"
        return "unchanged" if self.unchanged == self.documents else "read"


def read_seeds(visitor: Visitor, *, now: datetime) -> Iterator[Reading]:
    """Read the seeds that the run needs, listing their links as they come; yields what came of each."""
    asked = seeds_for(visitor.run, visitor.source, now)
    for seed in asked if visitor.run.window is None else visitor.source.seeds:
        reading = Reading(seed, reached=visitor.run.window is None)
        if seed not in asked:
            detail: str | None = "a feed shows only what is new"
        elif seed.kind in NOT_YET:
            detail = f"this version does not read {seed.kind} seeds"
        else:
            _READERS[seed.kind](visitor, reading, now)
            detail = "; ".join(reading.problems) or None
        if reading.documents and not reading.reached and not detail:
            detail = "nothing it holds reaches the window"
        visitor.record_poll(
            seed.name,
            outcome=reading.outcome,
            host=reading.host,
            listing=Listing(links=reading.links, known=reading.known),
            gap=reading.gap,
            days=reading.days,
            detail=detail,
            now=now,
        )
        yield reading


def seeds_for(run: Run, source: Source, now: datetime) -> tuple[Seed, ...]:
    """Return the seeds that a run asks.

    A poll asks those that show what is new: the feeds, or whatever there is where a source has none. A window is asked
    of every seed; feeds only while it is as young as what they show.
    """
    if run.window is not None:
        young = run.window.end > now - FEED_REACH
        return tuple(seed for seed in source.seeds if seed.kind != "feed" or young)
    if run.all_seeds:
        return source.seeds
    return tuple(seed for seed in source.seeds if seed.kind == "feed") or source.seeds


def _read_feed(visitor: Visitor, reading: Reading, now: datetime) -> None:
    path = reading.seed.path or "/"
    poll = visitor.run.window is None and not visitor.run.revisit
    conditional = captures.validators(visitor.conn, visitor.source, path) if poll else {}
    _fetch_document(visitor, reading, path, read_feed, now, conditional)


def _read_sitemap(visitor: Visitor, reading: Reading, now: datetime) -> None:
    root, window, zone = reading.seed.path or "/", visitor.run.window, visitor.source.zone
    waiting, seen = [root], {root}
    while waiting:
        if len(seen) > MAX_SITEMAPS:
            reading.problems += (f"stopped after {MAX_SITEMAPS} sitemaps",)
            break
        document = _fetch_document(visitor, reading, waiting.pop(0), read_sitemap, now)
        if document is None:
            continue
        children = [child.url for child in children_for(window, document.children, zone)]
        waiting += [url for url in dict.fromkeys(children) if url not in seen]
        seen.update(children)


def _read_section(visitor: Visitor, reading: Reading, now: datetime) -> None:
    template, window, zone = reading.seed.path or "/", visitor.run.window, visitor.source.zone
    seen: set[str] = set()
    for page in range(1, MAX_SECTION_PAGES + 1):
        path = template.replace("{page}", str(page))
        document = _fetch_document(visitor, reading, path, read_section, now, may_end=page > 1)
        links = document.links if document else ()
        if not {link.article_key for link in links} - seen:
            return
        seen.update(link.article_key for link in links)
        newest = max((link.day for link in links if link.day), default=None)
        passed = window is not None and newest is not None and newest < window.start.astimezone(zone).date()
        if passed or (window is None and not visitor.run.all_seeds):
            return
    reading.problems += (f"stopped after {MAX_SECTION_PAGES} pages",)


_READERS: dict[SeedKind, Callable[[Visitor, Reading, datetime], None]] = {
    "feed": _read_feed,
    "sitemap": _read_sitemap,
    "section": _read_section,
}


def _fetch_document(
    visitor: Visitor,
    reading: Reading,
    path: str,
    read: Callable[..., SeedDocument],
    now: datetime,
    conditional: dict[str, dict[str, str]] | None = None,
    *,
    may_end: bool = False,
) -> SeedDocument | None:
    """Fetch one document and store every answer; `None` where none of the hosts served it, or it is unchanged.

    `may_end` says that a 404 on every host is the end of what is paged, and no problem.
    """
    parsed: dict[str, SeedDocument] = {}

    def is_it(exchange: Exchange) -> str | None:
        try:
            document = read(exchange.body, url=exchange.url, source=visitor.source, seed=reading.seed.name)
        except SeedUnreadable as error:
            return error.reason
        parsed[exchange.url] = document
        return _stands_in(exchange, visitor) if read is read_section and not document.links else None

    fetched = visitor.fetch_seed(path, is_it, conditional)
    answer = fetched.answer
    # The stored copy's validators spare the next poll a body: they may stand only once its links do, and never for a
    # document that was damaged.
    with visitor.conn.transaction():
        for other in fetched.answers:
            if other is not answer:
                visitor.store(other, link_id=None, chosen=False)
        if answer is None:
            reading.problems += () if may_end and fetched.gone else (_named(reading, path, _said(fetched)),)
            return None
        document = parsed.get(answer.exchange.url) if answer.exchange else None
        visitor.store(answer, link_id=None, chosen=document is None or document.damage is None)
        if document is not None:
            _list(visitor, reading, document.links, now)
    return _noted(reading, path, answer, document)


def _stands_in(exchange: Exchange, visitor: Visitor) -> str | None:
    """Return what an HTML page without a link to an article is, if a notice: that is not the end of a listing."""
    content_type = exchange.header("Content-Type")
    kind = visitor.verify(exchange.body, url=exchange.url, content_type=content_type, source=visitor.source).kind
    return kind if kind in STAND_INS else None


def _noted(reading: Reading, path: str, answer: Answer, document: SeedDocument | None) -> SeedDocument | None:
    reading.documents += 1
    reading.unchanged += answer.attempt.outcome == "not_modified"
    reading.host = answer.exchange.host if answer.exchange else answer.attempt.host
    if document is not None and document.damage:
        reading.problems += (_named(reading, path, document.damage),)
    return document


def _list(visitor: Visitor, reading: Reading, links: Sequence[Link], now: datetime) -> None:
    window, zone = visitor.run.window, visitor.source.zone
    wanted = [_hinting(link, reading.seed.kind) for link in links if link_in_window(link, window, zone)]
    _note_reach(reading, links, window, zone)
    if not wanted:
        return
    reading.reached = True
    listing = visitor.list_links(reading.seed.name, wanted, now)
    reading.links += listing.links
    reading.known += listing.known
    reading.fresh += listing.fresh
    # A window, or another document of the same seed, cuts out a part: only a whole feed can show a gap.
    reading.gap = reading.gap or (reading.seed.kind == "feed" and window is None and listing.gap)


def _note_reach(reading: Reading, links: Sequence[Link], window: Interval | None, zone: ZoneInfo) -> None:
    """Note whether a seed reaches the window: its links' days enclose one of it, even if that has no article."""
    named = [link.day for link in links if link.day] + list(reading.days or ())
    reading.days = (min(named), max(named)) if named else None
    if window is not None and reading.days:
        first, last = first_and_last_day(window, zone)
        reading.reached = reading.reached or (reading.days[0] <= last and reading.days[1] >= first)


def _hinting(link: Link, kind: SeedKind) -> Link:
    """Keep of a link what asks for another fetch when it changes: a feed's title and slug, a sitemap's lastmod."""
    if kind == "feed":
        return replace(link, lastmod=None)
    return replace(link, title=None, slug=None, lastmod=link.lastmod if kind == "sitemap" else None)


def _named(reading: Reading, path: str, problem: str) -> str:
    """A problem, with the document's path where it is not the seed's own, which whoever tells it names."""
    return problem if path == reading.seed.path else f"{path}: {problem}"


def _said(fetched: Fetched) -> str:
    if not fetched.answers:
        return "no host to ask"
    return "; ".join(f"{a.attempt.host}: {a.attempt.detail or a.attempt.outcome}" for a in fetched.answers)
