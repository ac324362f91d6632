"""One document of a seed: fetched from whichever host serves it, stored, its links put on the frontier."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from mirrorwire.core import bugs
from mirrorwire.core.bugs import Bug
from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.records import Exchange, Link, Seed, SeedKind, Source
from mirrorwire.discover.document_checks import NO_LINK, askable, flaw, joined, stand_in
from mirrorwire.fetch.answers import Answer, Fetched
from mirrorwire.fetch.page import Mismatch
from mirrorwire.fetch.rechecks import conditional, is_lie
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.seed_formats.document import ChildSitemap, SeedDocument
from mirrorwire.seed_formats.reach import (
    Shown,
    Span,
    days_of,
    in_window,
    is_finished,
    is_settled,
    main_days,
    period_end,
)
from mirrorwire.seed_formats.section import read_section
from mirrorwire.seed_formats.sitemap import read_sitemap
from mirrorwire.seed_formats.skipped import NOTHING_SKIPPED, Skipped, why_none
from mirrorwire.seed_formats.window import link_in_window, named_days
from mirrorwire.store.validators import SeedCopy

MAX_SITEMAPS = 2000
READER = 2
"""To be raised when readers find more in the documents that they have read: all are then read anew."""
_OF_THE_HOST = frozenset({"unreachable", "timeout", "refused", "disallowed"})
"""Outcomes that say something of the host rather than of its document: its breaker tells."""


@dataclass(slots=True)
class Reading:
    """What came of one seed, document by document. `days` are the first and last that its links name.

    `elsewhere` says why a document was not taken from a host that comes before the one which had it.
    `spans` are the days that it reaches, all that it shows of them being on the frontier now; where a reader leaves
    them `None`, what `days` enclose of the window is meant. `shown` counts the links to articles that its documents
    hold, in the window or not, `sitemaps` those that they name and that can be asked for, and `skipped` tells what else
    is in them. `barren`: it was read, and never had a link to an article.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What came of asking for a document: what it holds, or, unchanged, what it held. Neither: no host served it.

    Both, where one host's is flawed and another's unchanged. `before` is what it was when last read, if ever.
    """

    answer: Answer | None = None
    document: SeedDocument | None = None
    copy: SeedCopy | None = None
    shown: Shown | None = None
    before: SeedCopy | None = None

    @property
    def children(self) -> tuple[ChildSitemap, ...]:
        """The sitemaps that it names."""
        held = (self.copy, self.document)
        return tuple({child.url: child for each in held if each for child in each.children}.values())


def copies_of(fetcher: RunFetcher, seed: Seed, path: str) -> dict[str, SeedCopy]:
    """Return by host what a document was when it was last read; nothing for a run that is to read everything.

    A poll goes by what polls have read. A window takes a sitemap's links from the frontier, whoever put them there.
    """
    if fetcher.run.revisit or (fetcher.run.window is not None and seed.kind != "sitemap"):
        return {}
    found = fetcher.known_documents(path, rules_of(fetcher.source, seed))
    return {host: copy for host, copy in found.items() if copy.polled or fetcher.run.window is not None}


def rules_of(source: Source, seed: Seed) -> str:
    """Return a digest of all that decides which links a document gives: what others read is read again."""
    told = (READER, seed.kind, source.article_url, [host.url for host in source.hosts])
    return hashlib.sha256(repr(told).encode()).hexdigest()[:32]


def fetch_document(
    fetcher: RunFetcher,
    reading: Reading,
    path: str,
    read: Callable[..., SeedDocument],
    now: datetime,
    known: Mapping[str, SeedCopy],
    *,
    lastmod: str | None = None,
    keep: bool = True,
    may_end: bool = False,
    whole_now: bool = True,
) -> Asked:
    """Fetch one document, if it has changed since it was as in `known`, and store every answer.

    `lastmod` is what the index above says of it; `keep` has later polls ask for it by what it is now. `may_end` says
    that a 404 on every host is the end of what is paged, and no problem. With `whole_now` false a host is believed
    however long it has only said that the document is as it was.
    """
    parsed: dict[str, SeedDocument] = {}
    met: list[Bug] = []

    def is_it(exchange: Exchange) -> Mismatch | None:
        try:
            document = read(
                exchange.body,
                url=exchange.url,
                source=fetcher.source,
                seed=reading.seed.name,
                content_type=exchange.header("Content-Type"),
            )
        except SeedUnreadable as error:
            verdict = stand_in(exchange, fetcher.verify, fetcher.source)
            return Mismatch(f"{verdict.kind}, {error.reason}" if verdict else error.reason, verdict)
        except Exception as error:  # a wall: the next host may have it in a shape that we can read
            met.append(bugs.taken(error, exchange.url, pure=True))
            return Mismatch(str(met[-1]))
        met.extend(document.bugs)
        parsed[exchange.url] = replace(document, children=tuple(askable(document.children)))
        if read is not read_section or document.links:
            return None
        verdict = stand_in(exchange, fetcher.verify, fetcher.source)
        return Mismatch(verdict.kind, verdict) if verdict else None

    def flaw_of(exchange: Exchange) -> str | None:
        return flaw(parsed[exchange.url], reading.seed.kind, may_end=may_end)

    # Runs of one backfill come by the dozen; a poll, or the nightly sweep, reads whole what all of them go by.
    whole_now = whole_now and (fetcher.run.window is None or fetcher.run.sweep)
    fetched = fetcher.fetch_seed(path, is_it, flaw_of, conditional(known, now, whole=whole_now))
    answer = fetched.answer
    # What is kept spares the next run a body: it may stand only once its links do, and never for a document that was
    # damaged, or of which a window cut out a part.
    with fetcher.conn.transaction():
        fetcher.note_bugs(met, item=path)
        for other in fetched.answers:
            if other is not answer:
                fetcher.store(other, link_id=None, chosen=False, shown=_keys(parsed, other))
        if answer is None:
            reading.problems += () if may_end and fetched.gone else (_named(reading, path, fetched.problem),)
            return Asked()
        before = known.get(answer.attempt.host)
        copy = before if answer.attempt.outcome == "not_modified" else None
        document = joined(parsed, [each for each in fetched.answers if each is answer or each.flaw])
        fetcher.store(answer, link_id=None, chosen=answer.flaw is None, shown=_keys(parsed, answer))
        # A window puts all links of a document that is past on the frontier, so that no later one has to read it.
        end = _period_end(fetcher, path, answer, document) if read is read_sitemap and copy is None else None
        whole = fetcher.run.window is None or (copy is None and _is_past(fetcher, answer, end, lastmod))
        fresh = reading.fresh
        if document is not None:
            list_links(fetcher, reading, document.links, now, whole=whole, named=named_days(path) if end else None)
        lies = copy is None and is_lie(before, answer, changed=reading.fresh > fresh)
        children = document.children if document else ()
        sound = answer.flaw is None and len(children) <= MAX_SITEMAPS
        cut = copy is None and not whole and document is not None and bool(document.links)
        if keep and sound and not cut and (fetcher.run.window is None or reading.seed.kind == "sitemap"):
            fetcher.keep_document(
                answer,
                read_by=rules_of(fetcher.source, reading.seed),
                lastmod=lastmod,
                document=document,
                whole=reading.seed.kind != "section",
                polled=fetcher.run.window is None or not (document and document.links),
                period_end=end,
                lies=lies,
            )
        _note(fetcher, reading, path, fetched)
        for held in (copy, document):
            if held is not None:
                reading.note_held(held)
        _note_loss(reading, path, before, document)
        if lies and before is not None and not before.lies:
            reading.notes += (
                _named(reading, path, "its host says that it is unchanged when it has changed: read whole"),
            )
    shown = shown_before(path, copy) if copy else None
    if document is not None and copy is None:
        shown = Shown(named=named_days(path), days=days_of(document), whole=answer.flaw is None, listed=whole)
    return Asked(answer=answer, document=document, copy=copy, shown=shown, before=before)


def _note_loss(reading: Reading, path: str, before: SeedCopy | None, document: SeedDocument | None) -> None:
    """Say of a sitemap that held links to articles and holds others now; of feeds and listings that is their flaw."""
    if document is None or document.links or document.children or reading.seed.kind != "sitemap":
        return
    if before is not None and before.links and document.skipped_by.total:
        reading.notes += (_named(reading, path, f"{why_none(document.skipped_by)}; it held {before.links} before"),)


def _keys(parsed: Mapping[str, SeedDocument], answer: Answer) -> set[str]:
    """The articles that the document of an answer shows, by their keys."""
    document = parsed.get(answer.exchange.url) if answer.exchange else None
    return {link.article_key for link in document.links} if document else set()


def _period_end(fetcher: RunFetcher, path: str, answer: Answer, document: SeedDocument | None) -> date | None:
    return period_end(document, path, fetcher.source.zone) if document and answer.flaw is None else None


def _is_past(fetcher: RunFetcher, answer: Answer, end: date | None, lastmod: str | None) -> bool:
    if answer.flaw is not None or answer.exchange is None:
        return False
    zone, read_at = fetcher.source.zone, answer.exchange.fetched_at
    return is_finished(end, read_at, zone) or is_settled(lastmod, read_at, zone)


def shown_before(path: str, copy: SeedCopy) -> Shown:
    """Return the days of a document that was read before: all its links are on the frontier."""
    return Shown(named=named_days(path), days=copy.days)


def _note(fetcher: RunFetcher, reading: Reading, path: str, fetched: Fetched) -> None:
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
    elif {*said.values()} != {NO_LINK} or fetcher.has_shown(reading.seed.name):
        same = len({*said.values()}) == 1
        problem = answer.flaw if same else "; ".join(f"{host}: {what}" for host, what in said.items())
        reading.problems += (_named(reading, path, problem),)


def list_links(
    fetcher: RunFetcher,
    reading: Reading,
    links: Sequence[Link],
    now: datetime,
    *,
    whole: bool = False,
    named: Span | None = None,
) -> None:
    """Put what a seed shows on the frontier: the window's part, or with `whole` all of it, the rest wanted by nobody.

    `named` are the days that its document's name says. The caller opens the transaction.
    """
    window, zone = fetcher.run.window, fetcher.source.zone
    hinting = [_hinting(link, reading.seed.kind) for link in links]
    wanted = [link for link in hinting if link_in_window(link, window, zone)]
    _note_days(reading, [link.day for link in links], fetcher)
    listed = hinting if whole else wanted
    if not listed:
        return
    reading.reached = reading.reached or bool(wanted)
    keys = None if len(wanted) == len(listed) else {link.article_key for link in wanted}
    listing = fetcher.list_links(reading.seed.name, listed, now, wanted=keys, named=named)
    reading.links += len(wanted)
    reading.known += listing.known
    reading.fresh += listing.fresh
    # A window, or another document of the same seed, cuts out a part: only a whole feed can show a gap.
    reading.gap = reading.gap or (reading.seed.kind == "feed" and window is None and listing.gap)


def _note_days(reading: Reading, days: Iterable[date | None], fetcher: RunFetcher) -> None:
    named = [day for day in days if day]
    both = named + list(reading.days or ())
    reading.days = (min(both), max(both)) if both else None
    if reading.seed.kind == "feed" and (shown := main_days(named)):
        note_reach(
            reading, in_window([*(reading.spans or ()), shown], fetcher.run.window, fetcher.source.zone), fetcher
        )


def note_reach(reading: Reading, spans: Iterable[Span], fetcher: RunFetcher) -> None:
    """Note which days a seed reaches: a window of which it reaches one is covered, even if nothing was published."""
    reading.spans = tuple(spans)
    reading.reached = reading.reached or bool(in_window(reading.spans, fetcher.run.window, fetcher.source.zone))


def _hinting(link: Link, kind: SeedKind) -> Link:
    """Keep of a link what asks for another fetch when it changes: a feed's title and slug, a sitemap's lastmod."""
    if kind == "feed":
        return replace(link, lastmod=None)
    return replace(link, title=None, slug=None, lastmod=link.lastmod if kind == "sitemap" else None)


def _named(reading: Reading, path: str, problem: str) -> str:
    """A problem, with the document's path where it is not the seed's own, which whoever tells it names."""
    return problem if path == reading.seed.path else f"{path}: {problem}"
