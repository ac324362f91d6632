"""Damaged seed documents, by the thousand: each is read or refused, and no reader raises anything else.

`MIRRORWIRE_MUTANTS=50000` tries so many of each kind.
"""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from mirrorwire.core import bugs
from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.records import Host, Interval, Source
from mirrorwire.seed_formats.cdx import IndexPage, read_index
from mirrorwire.seed_formats.document import SeedDocument
from mirrorwire.seed_formats.feed import read_feed
from mirrorwire.seed_formats.front import Front, origins_linked, read_front
from mirrorwire.seed_formats.reach import days_of, period_end
from mirrorwire.seed_formats.section import read_section
from mirrorwire.seed_formats.sitemap import read_sitemap
from mirrorwire.seed_formats.window import link_in_window
from tests.support.mutation import mutants

MUTANTS = int(os.environ.get("MIRRORWIRE_MUTANTS", "400"))
"""Of each kind of document."""
SOURCE = Source(
    key="plain",
    name="Plain",
    language="en",
    timezone="Asia/Tehran",
    article_url=(),
    hosts=(Host(url="https://www.news.example"), Host(url="http://bücher.example:8080", role="mirror")),
    seeds=(),
)
URL = "https://www.news.example/news/seed"
NOW = datetime(2026, 8, 15, 12, tzinfo=UTC)
WINDOW = Interval(start=datetime(2026, 8, 1, tzinfo=UTC), end=NOW)
CONTENT_TYPES = (None, "text/xml", "text/xml; charset=windows-1251", "text/xml; charset=undefined", "x; charset=utf-16")

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:gml="http://www.opengis.net/gml" xmlns:psc="http://podlove.org/simple-chapters"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xml:base="https://news.example/">
<channel><title>News</title><link>https://news.example/</link><atom:link rel="self" href="/rss.xml"/>
<item><title>Fish &amp; chips &#x2018;won&#8217;</title><link>https://news.example/2026/08/15/a-1?x=1&amp;y=2</link>
<guid isPermaLink="false">774416</guid><pubDate>Sat, 15 Aug 2026 21:39:28 +0330</pubDate></item>
<item xml:base="/2026/"><title><![CDATA[Été à l'ombre]]></title><link>08/15/b-2</link>
<dc:date>2026-08-15T10:00:00Z</dc:date>
<gml:pos>1 2</gml:pos><content:encoded><![CDATA[<p>text <a href="/c">c</a></p>]]></content:encoded></item>
<item><guid>https://news.example/2026/08/14/c-3;jsessionid=A1</guid>
<psc:chapters><psc:chapter start="0"/></psc:chapters>
<pubDate>Wed, 11 Sep 2019 22:52:30+5:30</pubDate></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://news.example/"><title>News</title>
<entry xml:base="2026/"><title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">a <b>b</b></div></title>
<link rel="self" href="/x"/><link rel="alternate" type="text/html" href="a/1"/><id>tag:news.example,2026:1</id>
<updated>2026-08-15T10:00:00+03:30</updated></entry>
<entry><title>second</title><id>https://news.example/a/2</id><published>2026-08-15</published>
<source><link href="https://elsewhere.example/"/></source></entry></feed>"""
JSON_FEED = """{"version": "https://jsonfeed.org/version/1.1", "title": "News", "items": [
{"id": "1", "url": "https://news.example/a/1", "title": "One", "date_published": "2026-08-15T10:00:00+03:30"},
{"id": 2, "external_url": "https://news.example/a/2", "content_html": "\\u2018x\\u2019", "date_modified": "x"}]}"""
URLSET = """<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">
<url><loc>https://www.news.example/2026/08/15/a-1?x=1&amp;y=2</loc><lastmod>2026-08-15T21:39:28+03:30</lastmod></url>
<url><loc>https://news.example/b?id=2&y=2</loc><news:news><news:publication_date>2026-08-15</news:publication_date>
<news:title>Fish &nbsp; chips</news:title></news:news></url></urlset>"""
INDEX = """<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><sitemap><loc>/sitemap-2026-08.xml</loc>
<lastmod>2026-08-15</lastmod></sitemap><sitemap><loc>https://news.example/b.xml.gz?a=1</loc></sitemap></sitemapindex>"""
LINES = "https://news.example/a/1\r\n\r\nhttps://news.example/a/2?id=5\r\nhttp://bücher.example:8080/ü\r\n"
LISTING = """<!DOCTYPE html><html lang="en"><head><base href="/x/"><meta charset="utf-8"><title>News - All</title>
<meta property="og:site_name" content="News"><link rel="alternate" type="application/rss+xml" href="/rss.xml">
<link rel="canonical" href="https://www.news.example/"></head><body><a href="/2026/08/15/a-1">One</a>
<a href="b?id=2&amp;c=3#d">Two</a><a href='//bücher.example:8080/ü'>3</a>2026-08-15T10:00:00+03:30</body></html>"""
CDX = """[["urlkey","timestamp","original","mimetype","statuscode","digest"],
["example,news)/a/1","20260815101112","https://news.example/a/1","text/html","200","AAAA"],
["example,news)/a/2","20251231235959","http://news.example:80/a/2?id=5","text/html","200","BBBB"],
[],["example,news)/a/3 20260101000000"]]"""
CDX_LINES = """example,news)/a/1 20260815101112 https://news.example/a/1 text/html 200 AAAA
example,news)/a/2 20251231235959 http://news.example:80/a/2?id=5 text/html 200 BBBB

example,news)/a/3 20260101000000"""
SEEDS = {
    "feed": (RSS, ATOM, JSON_FEED),
    "sitemap": (URLSET, INDEX, LINES, RSS),
    "listing": (LISTING,),
    "index": (CDX, CDX_LINES),
}


def read_as_feed(body: bytes, content_type: str | None) -> None:
    assert_sound(read_feed(body, url=URL, source=SOURCE, seed="/seed", content_type=content_type))


def read_as_sitemap(body: bytes, content_type: str | None) -> None:
    assert_sound(read_sitemap(body, url=URL, source=SOURCE, seed="/seed", content_type=content_type))


def read_as_listing(body: bytes, content_type: str | None) -> None:
    assert_sound(read_section(body, url=URL, source=SOURCE, seed="/seed", content_type=content_type))
    assert isinstance(read_front(body, url=URL, content_type=content_type), Front)
    origins_linked(body, URL)


def read_as_index(body: bytes, content_type: str | None) -> None:
    page = read_index(body, url=URL, source=SOURCE, seed="/seed", now=NOW)
    assert isinstance(page, IndexPage) and not page.bugs
    for copy in page.copies:
        (copy.url + copy.link.article_key).encode("ascii")


def assert_sound(document: SeedDocument) -> None:
    """What comes of any document can be stored, and asked about."""
    assert isinstance(document, SeedDocument) and not document.bugs
    zone = ZoneInfo(SOURCE.timezone)
    for link in document.links:
        told = (link.article_key, link.url, link.title or "", link.slug or "", link.lastmod or "")
        assert "\0" not in "".join(told)
        "".join(told).encode()
        assert link.day is None or isinstance(link.day, date)
        link_in_window(link, WINDOW, zone)
    (document.damage or "").encode()
    days_of(document)
    period_end(document, URL, zone)


READERS: dict[str, Callable[[bytes, str | None], None]] = {
    "feed": read_as_feed,
    "sitemap": read_as_sitemap,
    "listing": read_as_listing,
    "index": read_as_index,
}


def inputs(kind: str) -> Sequence[bytes]:
    """The documents of a kind, one of them packed, and one of another kind to be spliced in."""
    plain = [text.encode() for text in SEEDS[kind]]
    return [*plain, gzip.compress(plain[0], mtime=0), LISTING.encode(), URLSET.encode()]


@pytest.mark.parametrize("kind", READERS)
def test_every_damaged_document_is_read_or_refused(kind: str) -> None:
    read, refused = READERS[kind], 0
    for n, body in enumerate(mutants(inputs(kind), MUTANTS, rng_seed=MUTANTS)):
        try:
            read(body, CONTENT_TYPES[n % len(CONTENT_TYPES)])
        except SeedUnreadable as error:
            refused += 1
            error.reason.encode()
        except BaseException:
            print(f"mutant {n} of {kind}: {body!r}")
            raise
    assert refused < MUTANTS, "no reader refuses all that it is given"


def test_an_entry_on_which_our_code_raises_is_left_out_and_the_others_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    from mirrorwire.seed_formats import document

    real = document.read_link

    def broken(url: str, *about: object) -> object:
        if url.endswith("b-2"):
            raise KeyError("injected")
        return real(url, *about)  # type: ignore[arg-type]

    monkeypatch.setattr(document, "read_link", broken)
    with pytest.raises(KeyError):
        read_as_feed(RSS.encode(), None)
    monkeypatch.delenv(bugs.STRICT)
    found = read_feed(RSS.encode(), url=URL, source=SOURCE, seed="/seed")
    assert [link.article_key for link in found.links] == ["plain:/2026/08/15/a-1?x=1&y=2", "plain:/2026/08/14/c-3"]
    assert [(bug.item, bug.error) for bug in found.bugs] == [("entry 2", "KeyError: 'injected'")]
    assert found.damage is not None and found.damage.startswith("entries left out: 1, the first by a bug of ours")


def damaged_items() -> Iterator[bytes]:
    """Feeds of three items, of which the second is damaged in a way that ends what stands behind it."""
    for inside in (
        "<title><![CDATA[never closed</title>",
        "<!-- never closed",
        "<a>" * 400,
        "</channel></rss>",
        "<title>a <b> c</title>",
        "<x:y z=>",
        "<description><p>open",
        "\x00\x08\x1b",
        "&undeclared; &#0; &#xD800; & <",
    ):
        item = "<item><link>https://news.example/a/{}</link>{}</item>"
        items = item.format(1, "") + item.format(2, inside) + item.format(3, "")
        yield f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


@pytest.mark.parametrize("body", list(damaged_items()))
def test_a_damaged_item_costs_the_others_nothing(body: bytes) -> None:
    found = read_feed(body, url=URL, source=SOURCE, seed="/seed")
    assert [link.article_key for link in found.links] == ["plain:/a/1", "plain:/a/2", "plain:/a/3"]
