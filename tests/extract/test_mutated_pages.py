"""Damaged pages, response heads and robots files by the hundred: each ends as an outcome, none as an error of ours.

`MIRRORWIRE_TEST_MUTANTS=20000` makes as many of each kind; the suite makes some hundreds.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mirrorwire.archive import ArchiveWriter, read_capture
from mirrorwire.core.errors import FetchFailed
from mirrorwire.core.records import Extraction
from mirrorwire.extract import EXTRACTOR_VERSION
from mirrorwire.fetch.robots import robots_allow, robots_delay_s, robots_text
from mirrorwire.http.client import Client
from mirrorwire.workers import Job, Workers
from tests.extract.test_templates import TEMPLATES
from tests.nonarticles import answers
from tests.support.mutation import mutants
from tests.support.publisher import article
from tests.support.sites import QUICK, Site, raw, source_of

TIMES = int(os.environ.get("MIRRORWIRE_TEST_MUTANTS") or 0)
SEED = EXTRACTOR_VERSION
URL = "https://www.courier.example/Detail/2026/11/20/7/story"

HEADS = (
    b'HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nETag: "5f-1"\r\nLast-Modified: Fri, 20 Nov 2026'
    b" 08:00:00 GMT\r\nLink: </style.css>; rel=preload\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 5\r\n\r\nstory",
    b"HTTP/1.1 301 Moved Permanently\r\nLocation: /Detail/2026/11/20/8/story\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 120\r\nServer: cloudflare\r\nContent-Length: 4\r\n\r\nbusy",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Encoding: identity\r\n\r\n5\r\nstory\r\n0\r\n\r\n",
    b"HTTP/1.0 403 Forbidden\r\ncf-mitigated: challenge\r\nX-Title: \xc3\xa9t\xe9\r\nConnection: close\r\n\r\nno",
)
ROBOTS = (
    b"User-agent: *\nDisallow: /private\nCrawl-delay: 5\nSitemap: https://www.courier.example/sitemap.xml\n",
    b"# ours\nUser-agent: Mirrorwire/1.0\nAllow: /Detail/*$\nDisallow: /\n\nUser-agent: *\nRequest-rate: 1/5\n",
    b"\xef\xbb\xbfUser-Agent: bot\r\nDisallow: /%7Ea/\xc3\xa9?x=*&y\r\nVisit-time: 0600-0845\r\nCrawl-delay: 1.5\r\n",
)


def some(usual: int) -> int:
    return TIMES or usual


def pages() -> list[bytes]:
    """Sound pages of every shape that the tests have: articles by ten systems, notices, fronts, listings."""
    made = [article(n).encode() for n in range(3)] + [MARKED_UP]
    templates = [template.html.encode() for template in TEMPLATES.values()]
    others = [answer.body for answer in answers()]
    return [*made * 4, *templates * 4, *(page for page in others if len(page) < 60_000)]


MARKED_UP = b"""<!DOCTYPE html><html lang="fa-IR" prefix="og: http://ogp.me/ns#"><head><meta charset="windows-1256">
<meta name="author" content="A. Writer, B. Writer">
<meta property="article:modified_time" content="2026-11-20T09:00+0330">
<meta property="og:image:width" content="640"><meta itemprop="datePublished" content="20261120T080000Z">
<link rel="canonical" hreflang="x-default" href="//www.courier.example:443/Detail/2026/11/20/7/story?utm_source=a#b">
<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": ["NewsArticle", null],
"headline": "Harbour", "author": [{"@type": "Person", "name": ["A. Writer"]}, "B. Writer", 7], "datePublished":
"2026-11-20T08:00:00.123456+03:30", "image": {"@list": [{"url": "/a.jpg", "width": "640px"}]}, "keywords": "a, b",
"isAccessibleForFree": "False", "mainEntityOfPage": {"@id": "/Detail/7"}, "articleBody": "Ferries wait."}]}</script>
<script>window.__STATE__ = {"article": {"body": "<p>Ferries wait.</p>", "publishedAt": 1790000000000}};</script></head>
<body><main itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Harbour</h1>
<span itemprop="author" itemscope itemtype="https://schema.org/Person">
<a itemprop="name url" href="/a">A. Writer</a></span>
<time datetime="2026-11-20T08:00" pubdate>20 November 2026, 8:00 PM EDT</time><div itemprop="articleBody" class="prose">
<p>The ferry waits at the harbour for the tide, and its passengers for the ferry, as they did on Friday.</p><table><tr>
<td rowspan="2">1</td></tr></table><ol start="3"><li value="-1">A list</li></ol><svg><title>x</title></svg>
<iframe src="//a"></iframe></div></main></body></html>"""


@pytest.mark.timeout(3600)
def test_every_damaged_page_has_a_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    damaged = mutants(pages(), some(700), SEED)
    jobs = (Job(body=body, url=URL, content_type=CONTENT_TYPES[len(body) % len(CONTENT_TYPES)]) for body in damaged)
    verdicts = set()
    with Workers(2) as workers:
        for found in workers.extract(jobs, source=None):
            assert isinstance(found, Extraction)
            assert found.verdict.evidence.get("reason") not in ("killed", "died"), found.verdict
            verdicts.add(found.verdict.kind)
    assert {"article", "thin"} <= verdicts


CONTENT_TYPES = (None, "text/html", "text/html; charset=windows-1251", "text/html; charset=undefined", "a/b;;=;charset")


@pytest.mark.timeout(3600)
def test_every_damaged_response_is_archived_or_a_failure_that_is_told(site: Site, tmp_path: Path) -> None:
    source, whole, failed = source_of(site.host), 0, 0
    paths = iter_paths()
    with ArchiveWriter(str(tmp_path)) as archive, Client(user_agent="Mirrorwire/0.1", timeouts=QUICK) as client:
        for response in mutants(HEADS, some(300), SEED):
            path = next(paths)
            site.routes = {path: raw(response)}
            try:
                exchange = client.get(f"{site.url}{path}", source)
            except FetchFailed as error:
                failed += 1
                for part in error.exchanges:
                    archive.write(part)
                continue
            whole += 1
            capture = archive.write(exchange)
            stored = read_capture(str(tmp_path), capture, spool=tmp_path)
            assert (stored.body, stored.status) == (exchange.body, exchange.status)
    assert whole > failed / 4 > 0


def iter_paths() -> Iterator[str]:
    n = 0
    while True:
        n += 1
        yield f"/Detail/2026/11/20/{n}/story"


@pytest.mark.timeout(3600)
def test_every_damaged_robots_file_rules() -> None:
    for body in mutants(ROBOTS, some(500), SEED):
        rules = robots_text(body)
        assert robots_allow(rules, URL, "Mirrorwire") in (True, False)
        delay_s = robots_delay_s(rules, "Mirrorwire")
        assert delay_s is None or 0 <= delay_s <= 120
