"""What a site shows of itself: one page, robots.txt, feeds, sitemaps, and the article URLs that stand in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from protego import Protego

from mirrorwire.core import bugs
from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.humanize import counted
from mirrorwire.core.records import Host
from mirrorwire.core.urls import canonical_url, host_of, origin_of, site_of
from mirrorwire.discover.document_checks import block_page
from mirrorwire.fetch.robots import robots_delay_s
from mirrorwire.fetch.standalone import StandaloneFetcher
from mirrorwire.http.limits import PAGE_CAPS
from mirrorwire.seed_formats.document import HEAD_BYTES, ChildSitemap, SeedDocument, plain, what_is
from mirrorwire.seed_formats.feed import read_feed
from mirrorwire.seed_formats.front import offset_in, origins_linked, read_front
from mirrorwire.seed_formats.shapes import induce
from mirrorwire.seed_formats.sitemap import read_sitemap
from mirrorwire.source_tools.findings import EMPTY, EMPTY_PAGES, Draft, FeedInstead, FoundSeed, NothingToDraft
from mirrorwire.store.politeness import HostResting

MAX_FEEDS, MAX_SITEMAPS = 3, 3
MAX_LISTED = 20
"""So many sitemaps of robots.txt are written down."""
USUAL_FEEDS = ("/rss.xml", "/feed/", "/rss", "/atom.xml")
"""Asked for where a page names no feed."""
USUAL_SITEMAP = "/sitemap.xml"
ALLOW_PRIVATE = "--allow-private lets it, here and in the draft"
FEED = "a feed"
"""What `what_is` calls one."""
MIN_ARTICLES = 3
"""So many links of one shape on a page alone are taken for articles'."""
_T = TypeVar("_T")


class _NotServed(Exception):
    """No document came; says why."""


class Survey:
    """Surveys one site, through a fetcher whose primary is the host of the page to ask for."""

    def __init__(self, hosts: StandaloneFetcher) -> None:
        self._hosts = hosts
        self._articles: list[str] = []
        self._others: list[str] = []

    def read(self, url: str, feeds: Sequence[str] = (), *, may_be_feed: bool = False) -> Draft:
        """Return what a page of the site shows, and its robots.txt, feeds and sitemaps.

        `feeds` are addresses of feeds that people gave, on hosts of the fetcher: where one is given, the page need not
        be there. `may_be_feed`: where a feed stands at `url`, it is taken for one, and the front page asked for.
        Raises `NothingToDraft` as `survey` does.
        """
        draft = Draft(url=url, host=self._host.url, front=EMPTY)
        exchange: Exchange | None = None
        try:
            exchange = self._page(url)
            self._serve(draft, exchange)
            self._apart(draft, "the page", lambda: self._front(draft, exchange))
        except NothingToDraft as error:
            if may_be_feed and isinstance(error, FeedInstead):
                return self.read(f"{draft.host}/", (error.url, *feeds))
            if not feeds:
                raise
            draft.problems.append(f"the page {error}")
        named = self._apart(draft, "robots.txt", lambda: self._robots(draft)) or []
        self._feeds(draft, feeds)
        self._sitemaps(draft, named)
        self._apart(draft, "article_url", lambda: self._shapes(draft, exchange))
        return draft

    def _serve(self, draft: Draft, exchange: Exchange) -> None:
        """Take the host that served the page for the primary: another spelling of it, with www., or https."""
        primary, *others = self._hosts.source.hosts
        served = origin_of(exchange.url) or primary.url
        draft.url, draft.host = exchange.url, served
        self._hosts.source = replace(self._hosts.source, hosts=(replace(primary, url=served), *others))

    def _apart(self, draft: Draft, label: str, step: Callable[[], _T]) -> _T | None:
        """What a step over one document gives; a bug becomes one of the draft's problems, and the others go on."""
        try:
            return step()
        except Exception as error:
            draft.problems.append(f"{label}: {bugs.taken(error)}")
            return None

    @property
    def _host(self) -> Host:
        return self._hosts.source.primary

    def _page(self, url: str) -> Exchange:
        try:
            answer = self._hosts.ask(url, self._host, caps=PAGE_CAPS)
        except HostResting as error:
            raise NothingToDraft(url, str(error)) from None
        attempt, exchange = answer.attempt, answer.exchange
        if answer.moved_to:
            raise NothingToDraft(url, f"redirects for good to {answer.moved_to}: give that address, if it is theirs")
        if exchange is None or attempt.outcome != "ok":
            reason = attempt.detail or (f"{exchange.status} {exchange.reason}" if exchange else attempt.outcome)
            raise NothingToDraft(url, reason.replace("a source file may say allow_private = true", ALLOW_PRIVATE))
        return exchange

    def _front(self, draft: Draft, exchange: Exchange) -> None:
        try:
            front = read_front(exchange.body, url=exchange.url, content_type=exchange.header("Content-Type"))
        except SeedUnreadable as error:
            body, _ = plain(exchange.body, HEAD_BYTES)
            kind = FeedInstead if what_is(body) == FEED else NothingToDraft
            raise kind(exchange.url, f"{error.reason}: give the front page, or an article's") from None
        verdict = block_page(exchange, self._hosts.verify, self._hosts.source)
        if verdict is not None:
            raise NothingToDraft(exchange.url, f"a page of the kind {verdict.kind} stands in place of the site's")
        draft.front, draft.offset, draft.elsewhere = front, front.offset, dict(front.elsewhere)
        if front.is_empty:
            draft.notes.append(f"{exchange.url}: {EMPTY_PAGES}")

    def _robots(self, draft: Draft) -> list[str]:
        """The sitemaps that robots.txt names."""
        rules = self._hosts.rules.get(site_of(draft.host) or "")
        if rules is None:
            draft.notes.append("robots.txt: none")
            return []
        draft.crawl_delay_s = robots_delay_s(rules, self._hosts.agent)
        sitemaps = [canonical_url(url) for url in Protego.parse(rules).sitemaps]
        named = list(dict.fromkeys(url for url in sitemaps if url))
        draft.notes.append(
            f"robots.txt: {counted(len(named), 'sitemap')}"
            + (f", Crawl-delay {draft.crawl_delay_s:g} s" if draft.crawl_delay_s else "")
        )
        return named

    def _feeds(self, draft: Draft, given: Sequence[str]) -> None:
        read = sum(self._given_feed(draft, url) for url in given)
        taken = {seed.path for seed in draft.seeds}
        declared = [path for feed in draft.front.feeds if (path := _path(feed)) not in taken]
        guesses = [] if read else [*map(_path, draft.front.feed_links), *USUAL_FEEDS]
        most = len(given) + (MAX_FEEDS if declared else 1)
        for path in dict.fromkeys(declared or guesses):
            if read >= most:
                draft.notes += [f"feed {path}: declared too, not read"] if declared else []
                continue
            read += self._feed(draft, path, self._host, quiet=not declared)

    def _given_feed(self, draft: Draft, url: str) -> bool:
        """Read a feed that people gave; return whether there is one. A host of its own becomes one of the source's."""
        host = host_of(url, self._hosts.source) or self._host
        if any(seed.path == _path(url) for seed in draft.seeds):
            return False
        is_feed = self._feed(draft, _path(url), host, quiet=False)
        if is_feed and host != self._host and host.url not in draft.feed_hosts:
            draft.feed_hosts.append(host.url)
        return is_feed

    def _feed(self, draft: Draft, path: str, host: Host, *, quiet: bool) -> bool:
        document = self._document(draft, path, read_feed, "feed", quiet=quiet, host=host)
        if document is None:
            return False
        self._articles += [link.url for link in document.links]
        draft.seeds.append(FoundSeed(kind="feed", path=path, links=len(document.links)))
        return True

    def _sitemaps(self, draft: Draft, named: Sequence[str]) -> None:
        home, read = site_of(draft.host), 0
        for url in named:
            if site_of(url) != home and (origin := origin_of(url)):
                draft.elsewhere.setdefault(origin, "sitemap in robots.txt")
        known = {seed.path for seed in draft.seeds}
        paths = list(dict.fromkeys(path for url in named if site_of(url) == home and (path := _path(url)) not in known))
        if len(paths) > MAX_LISTED:
            draft.notes.append(f"robots.txt: {counted(len(paths) - MAX_LISTED, 'more sitemap')}, left out")
        for path in paths[:MAX_LISTED] or [USUAL_SITEMAP]:
            if read == MAX_SITEMAPS:
                draft.seeds.append(FoundSeed(kind="sitemap", path=path, links=0, note="not looked into"))
                continue
            document = self._document(draft, path, read_sitemap, "sitemap", quiet=not paths)
            if document is None:
                continue
            read += 1
            links, note = len(document.links), ""
            self._others += [link.url for link in document.links]
            if document.children:
                note = f"an index of {counted(len(document.children), 'sitemap')}"
                for child in _looked_into(document.children):
                    inner = self._document(draft, _path(child.url), read_sitemap, "sitemap", quiet=False)
                    if inner is not None:
                        links += len(inner.links)
                        self._others += [link.url for link in inner.links]
            draft.seeds.append(FoundSeed(kind="sitemap", path=path, links=links, note=note))

    def _document(
        self, draft: Draft, path: str, read: Any, label: str, *, quiet: bool, host: Host | None = None
    ) -> SeedDocument | None:
        """What stands at a path of a host, by default the primary; `quiet` where no page names it."""

        def read_or_note() -> SeedDocument | None:
            try:
                return self._read(draft, path, read, label, host or self._host)
            except (HostResting, SeedUnreadable, _NotServed) as error:
                problem = error.reason if isinstance(error, SeedUnreadable) else str(error)
            if quiet:
                draft.notes.append(f"{label} {path}: tried, {problem}")
            else:
                draft.problems.append(f"{label} {path}: {problem}")
            return None

        return self._apart(draft, f"{label} {path}", read_or_note)

    def _read(self, draft: Draft, path: str, read: Any, label: str, host: Host) -> SeedDocument:
        """What a document holds: its links, those to other hosts too, as if they were mirrors of the same paths."""
        answer = self._hosts.ask(path, host)
        exchange = answer.exchange
        if exchange is None or answer.attempt.outcome != "ok":
            raise _NotServed(answer.attempt.detail or answer.attempt.outcome)
        stated = exchange.header("Content-Type")
        document: SeedDocument = read(
            exchange.body, url=exchange.url, source=self._hosts.source, seed=path, content_type=stated
        )
        own_links, source = len(document.links), self._hosts.source
        others = origins_linked(exchange.body, exchange.url) if document.skipped else {}
        if others:
            wider = replace(source, hosts=(*source.hosts, *(Host(url=origin, role="mirror") for origin in others)))
            document = read(exchange.body, url=exchange.url, source=wider, seed=path, content_type=stated)
        for origin, count in others.items():
            draft.elsewhere.setdefault(
                origin, f"{counted(count, 'link')} of its {label}{': the primary?' if count > own_links else ''}"
            )
        if draft.offset in (None, "+00:00"):
            draft.offset = offset_in(exchange.body) or draft.offset
        draft.notes.append(
            f"{label} {path}: {counted(own_links, 'link')}"
            + (f", {counted(len(document.children), 'sitemap')}" if document.children else "")
            + "".join(f", {count} to {origin}" for origin, count in others.items())
            + (f"; {document.damage}" if document.damage else "")
        )
        return document

    def _shapes(self, draft: Draft, exchange: Exchange | None) -> None:
        sure = self._articles[:]
        if exchange is not None and (urlsplit(exchange.url).path or "/") != "/":
            content_type = exchange.header("Content-Type")
            verdict = self._hosts.verify(exchange.body, url=exchange.url, content_type=content_type, source=None)
            sure += [exchange.url] if verdict.is_article else []
        if sure or self._others:
            draft.shapes = induce(sure, self._others)
        if not draft.seeds:
            shapes = induce([], draft.front.links)
            if shapes.matched < MIN_ARTICLES:
                raise NothingToDraft(
                    draft.url,
                    "; ".join(["no feed, no sitemap and no links that look like articles'", *draft.problems]),
                )
            draft.shapes = draft.shapes or shapes
            draft.problems.append("no feed and no sitemap was found: the page itself is listed as a section")


def _looked_into(children: Sequence[ChildSitemap]) -> Iterator[ChildSitemap]:
    """The newest of an index: by lastmod, else the last one, beside the first."""
    dated = [child for child in children if child.lastmod]
    if dated:
        yield max(dated, key=lambda child: child.lastmod or "")
    else:
        yield from dict.fromkeys((children[-1], children[0]))


def _path(url: str) -> str:
    with suppress(ValueError):
        parts = urlsplit(url)
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return "/"
