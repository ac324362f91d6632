"""Twenty good articles, and beside them one odd item of every kind that pages, headers and seeds are known for.

Each odd page is to be an article, a rejection or a link that waits, and none of them costs any of the twenty.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrorwire.core.config import Settings
from tests.pipeline.test_isolation import loaded
from tests.pipeline.test_pipeline import Rows
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, article, feed, publishing, source_file


def page(n: int, *, head: str = "", body: str = "", charset: str = "utf-8") -> bytes:
    """The article `n`, with more in its head or behind its text."""
    text = article(n).replace('charset="utf-8"', f'charset="{charset}"')
    return text.replace("</head>", f"{head}</head>").replace("</article>", f"{body}</article>").encode()


def response(n: int, *lines: bytes, status: bytes = b"200 OK", body: bytes | None = None) -> Reply:
    """A whole response, head and all, as it goes over the wire."""
    body = page(n) if body is None else body
    head = b"\r\n".join((b"HTTP/1.1 " + status, b"Content-Length: %d" % len(body), *lines))
    return Reply(raw=head + b"\r\n\r\n" + body)


MICRODATA = '<div itemscope itemprop="" itemtype=""><meta itemprop=" " content=""><time datetime=""></time></div>'
JSON_LD = (
    '<script type="application/ld+json">{"@type": [], "author": [[], {}, null, 7, {"name": [null]}], "image": [[]], '
    '"datePublished": {}, "headline": 7, "@graph": {"@type": {}}}</script>'
)
HTML = b"Content-Type: text/html"

AN_ARTICLE: dict[str, Reply] = {
    "empty microdata": Reply(body=page(101, body=MICRODATA)),
    "odd JSON-LD": Reply(body=page(102, head=JSON_LD)),
    "charset undefined in the header": response(103, b"Content-Type: text/html; charset=undefined"),
    "charset of Python's in the header": response(104, b"Content-Type: text/html; charset=unicode_escape"),
    "charset undefined in the page": response(105, HTML, body=page(105, charset="undefined")),
    "charset punycode in the page": response(106, HTML, body=page(106, charset="punycode")),
    "no charset at all": response(107, b'Content-Type: text/html; charset=""; charset'),
    "UTF-8 in a header": response(108, HTML, "Link: </été>; rel=shortlink; title=東京".encode()),
    "Latin-1 and C1 in a header": response(109, HTML, b"X-Served-By: caf\xe9 \x85\x9b31m"),
    "controls in a header": response(110, HTML, b"X-Odd: a\tb\x01\x7f\x1b[2J"),
    "a header without a name": response(111, HTML, b": nothing", b"X-Empty:"),
    "a header with blanks in its name": response(112, HTML, b"X Odd Name: 1"),
    "an ETag of raw bytes": response(113, HTML, b'ETag: "\xe6\x9d\xb1"', b"Last-Modified: \xff\xfe"),
    "cookies of raw bytes": response(114, HTML, b"Set-Cookie: \xc3\xa9=\xe9; Path=/\x00", b"Set-Cookie: ;;="),
    "a reason of raw bytes": response(115, HTML, status=b"200 d\xe9j\xe0 vu \xf0\x9f\x98\x80"),
    "no reason": response(116, HTML, status=b"200"),
    "a form feed behind the heading": Reply(body=page(117).replace(b"</h1>", b"</h1>\f")),
    "controls by number": Reply(body=page(118).replace(b"</p>", b"&#12;&#x1f;&#0;&#xD800;</p>")),
    "a coding that it has not": response(119, HTML, b"Content-Encoding: utf-8"),
    "dates that no calendar has": Reply(
        body=page(120).replace(b"2026-11-20T08:00:00+00:00", b"99999-99-99T99:99:99+99:99")
    ),
    "a base that is no URL": Reply(body=page(121, head='<base href="http://[">')),
    "a canonical link that is no URL": Reply(body=page(122, head='<link rel="canonical" href="http://[::1">')),
    "a million of one attribute": Reply(body=page(123, body=f'<p class="{"x " * 100_000}">.</p>')),
}
NO_ARTICLE: dict[str, Reply] = {
    "an empty body": response(201, HTML, body=b""),
    "a picture": Reply(body=b"\x89PNG\r\n\x1a\n" + bytes(2000)),
    "nothing but zeros": Reply(body=bytes(5000)),
    "a page that says little": Reply(body=b"<html><body><h1>Soon</h1></body></html>"),
}
WAITS: dict[str, Reply] = {
    "junk labelled gzip": response(301, HTML, b"Content-Encoding: gzip"),
    "a body that breaks off": Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n<html>"),
    "a redirect to no URL": Reply(raw=b"HTTP/1.1 301 Moved\r\nLocation: http://[\r\nContent-Length: 0\r\n\r\n"),
    "a redirect of raw bytes": Reply(
        raw=b"HTTP/1.1 302 \xe9\r\nLocation: //\xff\xfe/\xe9\r\nContent-Length: 0\r\n\r\n"
    ),
    "no HTTP": Reply(raw=b"\x00\x01\x02\r\n\r\n"),
    "a 500 of raw bytes": response(306, b"X: \xff\x80", status=b"500 \xff", body=b"\xff"),
}
GONE: dict[str, Reply] = {
    "a 404 of raw bytes": response(401, "X-Reason: 見つかりません".encode(), status=b"404 \xff", body=b"\xff\xfe"),
}
ODD = {**AN_ARTICLE, **NO_ARTICLE, **WAITS, **GONE}
NUMBERS = {name: 1000 + 10 * n for n, name in enumerate(ODD)}
GOOD = [1005 + 10 * (len(ODD) - n) for n in range(20)]
"""Among the odd ones, so that no three failures follow each other: they would be the host's."""


@pytest.fixture
def daily(settings: Settings) -> Iterator[Publisher]:
    """The source `daily`: twenty good articles and every odd page in its feed, an odd robots.txt, odd seeds."""
    with publishing() as publisher:
        for n in GOOD:
            publisher.page(n)
        for name, reply in ODD.items():
            publisher.routes[publisher.page(NUMBERS[name])] = reply
        publisher.routes["/feed"] = Reply(body=feed(*GOOD, *NUMBERS.values()))
        robots = b"User-agent: *\nDisallow: /private \xff\n"
        publisher.routes["/robots.txt"] = response(0, "Link: <é>; rel=a".encode(), b"X: \x85", body=robots)
        publisher.routes["/junk"] = response(0, "X: é".encode(), body=b"<rss>\xff<item><link>http://[</link></item>")
        publisher.routes["/zip"] = Reply(body=gzip.compress(b"no feed") + b"\x00")
        seeds = (("feed", "/junk"), ("feed", "/feed"), ("sitemap", "/zip"))
        source_file(settings.sources or Path(), publisher, seeds=seeds)
        yield publisher


def test_no_odd_item_costs_a_good_one_and_each_has_its_own_outcome(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    done = ingest(settings)
    found = loaded(rows)
    assert {*GOOD} <= found
    assert names(found - {*GOOD}) == set(AN_ARTICLE)
    rejected = rows(
        "SELECT article_key FROM rejection JOIN link USING (link_id) JOIN capture USING (capture_id) WHERE chosen"
    )
    assert names(numbers(rejected)) == set(NO_ARTICLE)
    for state, odd in (("pending", WAITS), ("gone", GONE)):
        assert names(numbers(rows("SELECT article_key FROM link WHERE state = %s", state))) == set(odd)
    assert done.bugs == [] and done.failures == ()
    asked = len(daily.paths("/Detail"))
    ingest(settings)
    assert len(daily.paths("/Detail")) == asked, "a second run fetches nothing"


def numbers(links: list[dict[str, str]]) -> set[int]:
    return {int(link["article_key"].partition(":")[2]) for link in links}


def names(found: set[int]) -> set[str]:
    odd = {number: name for name, number in NUMBERS.items()}
    return {odd[number] for number in found}


def test_odd_pages_in_a_row_shut_no_host_that_is_the_only_one(settings: Settings, rows: Rows) -> None:
    with publishing() as publisher:
        for n in range(1, 21):
            publisher.page(n)
        for n in range(8, 16):
            publisher.routes[publisher.page(n)] = list(WAITS.values())[n % 3]
        publisher.routes["/feed"] = Reply(body=feed(*range(1, 21)))
        publisher.routes["/"] = Reply(body=b"<html><body><h1>The Daily</h1><p>All that is new.</p></body></html>")
        source_file(settings.sources or Path(), publisher, seeds=(("feed", "/feed"),))
        ingest(settings)
        assert loaded(rows) == {*range(1, 8), *range(16, 21)}
        assert len(publisher.paths("/Detail")) == 20
        assert 0 < publisher.paths("/").count("/") < 4


def test_a_host_whose_front_page_fails_too_is_shut(settings: Settings, rows: Rows) -> None:
    with publishing() as publisher:
        for n in range(1, 21):
            publisher.routes[publisher.page(n)] = Reply(status=500, body=b"no")
        publisher.routes["/"] = Reply(status=500, body=b"no")
        publisher.routes["/feed"] = Reply(body=feed(*range(1, 21)))
        source_file(settings.sources or Path(), publisher, seeds=(("feed", "/feed"),))
        ingest(settings)
        assert len(publisher.paths("/Detail")) == 3
