"""Reading a source's seeds through its hosts into the frontier, as far as a run's window needs them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from etl.archive import ArchiveAway
from etl.discover.document import ChildSitemap, SeedDocument
from etl.discover.feed import read_feed
from etl.discover.section import read_section
from etl.discover.sitemap import read_sitemap
from etl.discover.window import children_for, link_in_window
from etl.errors import FolderUnusable, SeedUnreadable
from etl.fetch.documents import NO_LINK, as_line, askable, flaw, joined, stand_in
from etl.fetch.page import Answer, Fetched, Instead
from etl.fetch.visit import Visitor
from etl.fetch.warcs import WarcSeed
from etl.load.frontier import Listing
from etl.load.validators import SeedCopy
from etl.records import Exchange, Interval, Link, Run, Seed, SeedKind, Source
from etl.windows import first_and_last_day

FEED_REACH = timedelta(days=2)
"""How far back a feed is asked for a window: it shows the newest items only."""
MAX_SECTION_PAGES = 500
MAX_SITEMAPS = 2000
LISTED_AT_ONCE = 1000
READER = 1
"""To be raised when readers find more in the documents that they have read: all are then read anew."""
_OF_THE_HOST = frozenset({"unreachable", "timeout", "refused", "disallowed"})
"""Outcomes that say something of the host rather than of its document: its breaker tells."""
NOT_YET: frozenset[SeedKind] = frozenset({"webarchive"})
"""Kinds that a source file may name and this version does not read."""


@dataclass(slots=True)
class Reading:
    """What came of one seed, document by document. `days` are the first and last that its links name.

    `elsewhere` says why a document was not taken from a host that comes before the one which had it.
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
            said = (*reading.problems, *reading.notes)
            detail = as_line(said) or (as_line(reading.elsewhere) if reading.documents else None)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What came of asking for a document: what it holds, or, unchanged, what it held. Neither: no host served it.

    Both, where one host's is flawed and another's unchanged.
    """

    answer: Answer | None = None
    document: SeedDocument | None = None
    copy: SeedCopy | None = None

    @property
    def children(self) -> tuple[ChildSitemap, ...]:
        """The sitemaps that it names."""
        held = (self.copy, self.document)
        return tuple({child.url: child for each in held if each for child in each.children}.values())


def _known(visitor: Visitor, seed: Seed, path: str) -> dict[str, SeedCopy]:
    """What a document was when it was last read, by host; nothing for a run that is to read everything."""
    if visitor.run.window is not None or visitor.run.revisit:
        return {}
    return visitor.known_documents(path, _rules(visitor.source, seed))


def _rules(source: Source, seed: Seed) -> str:
    """A digest of all that decides which links a document gives: what was read by other rules must be read again."""
    told = (READER, seed.kind, source.article_url, [host.url for host in source.hosts])
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def _read_feed(visitor: Visitor, reading: Reading, now: datetime) -> None:
    path = reading.seed.path or "/"
    _fetch_document(visitor, reading, path, read_feed, now, _known(visitor, reading.seed, path))


def _read_sitemap(visitor: Visitor, reading: Reading, now: datetime) -> None:
    """Read a sitemap, and those that it names; one that cannot have changed since it was read is not asked for."""
    window, zone = visitor.run.window, visitor.source.zone
    waiting, seen = [ChildSitemap(url=reading.seed.path or "/")], {reading.seed.path or "/"}
    while waiting:
        if len(seen) > MAX_SITEMAPS:
            reading.problems += (f"stopped after {MAX_SITEMAPS} sitemaps",)
            break
        sitemap = waiting.pop(0)
        known = _known(visitor, reading.seed, sitemap.url)
        if any(_is_read(copy, sitemap.lastmod, zone) for copy in known.values()):
            continue
        asked = _fetch_document(visitor, reading, sitemap.url, read_sitemap, now, known, lastmod=sitemap.lastmod)
        children = [child for child in children_for(window, asked.children, zone) if child.url not in seen]
        waiting += children
        seen.update(child.url for child in children)


def _is_read(copy: SeedCopy, lastmod: str | None, zone: ZoneInfo) -> bool:
    """Whether a sitemap was read after its last change, as the index above it states that.

    An index is never: what it names can change without it. A date alone means any time of its day.
    """
    if lastmod is None or copy.lastmod != lastmod or copy.children:
        return False
    try:
        whole_day = len(lastmod) <= 10
        changed_at = datetime.fromisoformat(lastmod)
        changed_at = changed_at if changed_at.tzinfo else changed_at.replace(tzinfo=zone)
        return changed_at.astimezone(UTC) + timedelta(days=whole_day) < copy.read_at
    except (ValueError, OverflowError):
        return False


def _read_section(visitor: Visitor, reading: Reading, now: datetime) -> None:
    template, window, zone = reading.seed.path or "/", visitor.run.window, visitor.source.zone
    first = _read_page(visitor, reading, 1, now)
    asked, page, seen = first, 1, set[str]()
    while asked.document and {link.article_key for link in asked.document.links} - seen:
        seen.update(link.article_key for link in asked.document.links)
        newest = max((link.day for link in asked.document.links if link.day), default=None)
        passed = window is not None and newest is not None and newest < window.start.astimezone(zone).date()
        if passed or (window is None and not visitor.run.all_seeds):
            return
        if "{page}" not in template:
            break
        if page == MAX_SECTION_PAGES:
            reading.problems += (f"stopped after {MAX_SECTION_PAGES} pages",)
            break
        page += 1
        asked = _read_page(visitor, reading, page, now)
    if first.document and first.answer and not reading.problems and window is None:
        visitor.note_walked(first.answer)


def _read_page(visitor: Visitor, reading: Reading, page: int, now: datetime) -> _Asked:
    """Fetch one page of a listing. Only the first tells whether there is anything new.

    To a run that walks through them all it does so only if another has: one that was killed on its way left the rest.
    """
    path = (reading.seed.path or "/").replace("{page}", str(page))
    known = _known(visitor, reading.seed, path) if page == 1 else {}
    if visitor.run.all_seeds:
        known = {host: copy for host, copy in known.items() if copy.whole}
    return _fetch_document(visitor, reading, path, read_section, now, known, keep=page == 1, may_end=page > 1)


def _read_warc(visitor: Visitor, reading: Reading, now: datetime) -> None:
    """Scan the files that are new, list what all of them hold, and copy what the window takes of it."""
    with WarcSeed(visitor, reading.seed, read_by=_rules(visitor.source, reading.seed), now=now) as files:
        problems: list[str] = []
        try:
            for shown in files.shown():
                reading.documents += shown.read
                reading.unchanged += shown.unchanged
                problems += [shown.problem] if shown.problem else []
                for start in range(0, len(shown.links), LISTED_AT_ONCE):
                    with visitor.conn.transaction():
                        _list(visitor, reading, shown.links[start : start + LISTED_AT_ONCE], now)
        except (FolderUnusable, ArchiveAway) as error:
            problems.append(str(error))
        copied, notes = files.copied()
    reading.problems += (*problems, *copied)
    reading.notes += tuple(notes)


_READERS: dict[SeedKind, Callable[[Visitor, Reading, datetime], None]] = {
    "feed": _read_feed,
    "sitemap": _read_sitemap,
    "section": _read_section,
    "warc": _read_warc,
}


def _fetch_document(
    visitor: Visitor,
    reading: Reading,
    path: str,
    read: Callable[..., SeedDocument],
    now: datetime,
    known: Mapping[str, SeedCopy],
    *,
    lastmod: str | None = None,
    keep: bool = True,
    may_end: bool = False,
) -> _Asked:
    """Fetch one document, if it has changed since it was as in `known`, and store every answer.

    `lastmod` is what the index above says of it; `keep` has later polls ask for it by what it is now. `may_end` says
    that a 404 on every host is the end of what is paged, and no problem.
    """
    parsed: dict[str, SeedDocument] = {}

    def is_it(exchange: Exchange) -> Instead | None:
        try:
            document = read(exchange.body, url=exchange.url, source=visitor.source, seed=reading.seed.name)
        except SeedUnreadable as error:
            verdict = stand_in(exchange, visitor.verify, visitor.source)
            return Instead(f"{verdict.kind}, {error.reason}" if verdict else error.reason, verdict)
        parsed[exchange.url] = replace(document, children=tuple(askable(document.children)))
        if read is not read_section or document.links:
            return None
        verdict = stand_in(exchange, visitor.verify, visitor.source)
        return Instead(verdict.kind, verdict) if verdict else None

    def flaw_of(exchange: Exchange) -> str | None:
        return flaw(parsed[exchange.url], reading.seed.kind, may_end=may_end)

    fetched = visitor.fetch_seed(path, is_it, flaw_of, {host: copy.headers for host, copy in known.items()})
    answer = fetched.answer
    # What is kept spares the next poll a body: it may stand only once its links do, and never for a document that was
    # damaged, or of which a window cut out a part.
    with visitor.conn.transaction():
        for other in fetched.answers:
            if other is not answer:
                visitor.store(other, link_id=None, chosen=False)
        if answer is None:
            reading.problems += () if may_end and fetched.gone else (_named(reading, path, fetched.problem),)
            return _Asked()
        copy = known.get(answer.attempt.host) if answer.attempt.outcome == "not_modified" else None
        document = joined(parsed, [each for each in fetched.answers if each is answer or each.flaw])
        visitor.store(answer, link_id=None, chosen=answer.flaw is None)
        if document is not None:
            _list(visitor, reading, document.links, now)
        children = document.children if document else ()
        sound = answer.flaw is None and len(children) <= MAX_SITEMAPS
        if keep and sound and visitor.run.window is None:
            read_by, whole = _rules(visitor.source, reading.seed), reading.seed.kind != "section"
            visitor.keep_document(answer, read_by=read_by, lastmod=lastmod, children=children, whole=whole)
        _note(visitor, reading, path, fetched)
    return _Asked(answer=answer, document=document, copy=copy)


def _note(visitor: Visitor, reading: Reading, path: str, fetched: Fetched) -> None:
    answer = fetched.answers[fetched.chosen or 0]
    reading.documents += 1
    reading.unchanged += answer.attempt.outcome == "not_modified"
    reading.host = answer.exchange.host if answer.exchange else answer.attempt.host
    said = {each.attempt.host: each.flaw for each in fetched.answers if each.flaw}
    if answer.flaw is None:
        said = {
            each.host: each.detail or each.outcome
            for each, *_ in fetched.answers[: fetched.chosen]
            if each.outcome not in _OF_THE_HOST
        }
        problem = "; ".join(f"{host}: {what}" for host, what in said.items())
        reading.elsewhere += (_named(reading, path, f"{problem}; {reading.host} has it"),) if said else ()
    elif {*said.values()} != {NO_LINK} or visitor.has_shown(reading.seed.name):
        same = len({*said.values()}) == 1
        problem = answer.flaw if same else "; ".join(f"{host}: {what}" for host, what in said.items())
        reading.problems += (_named(reading, path, problem),)


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
