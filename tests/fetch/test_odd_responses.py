"""Responses of any bytes, at every door of a source: they are archived, and the pages are loaded."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fastwarc.warc import ArchiveIterator as AnotherReader
from warcio.archiveiterator import ArchiveIterator

from mirrorwire.archive import read_capture
from mirrorwire.core.config import Settings
from mirrorwire.core.exchange import Capture
from mirrorwire.extract import extract_page, verify
from tests.support.ingest import ingest
from tests.support.pier import page
from tests.support.publisher import SITEMAP, Publisher, Reply, article, source_file

Rows = Callable[..., list[dict[str, Any]]]
ODD = (
    'Link: </статья>; rel="canonical"\r\n'.encode()
    + b"X-Latin: Jos\xe9 \x80\x85\xa0\r\nX-Empty:\r\nX-Control: a\x07b\x1b[31m\r\nX-Fold: a\r\n b\r\n"
    + b"Set-Cookie: \xd1\x8f=\xff; Path=/; Expires=never\r\nX(odd)[name]: 1\r\nX-Nul: a\x00b\r\n"
    + 'ETag: "я"\r\nLast-Modified: вчера\r\nX-Long: '.encode()
    + b"y" * 40_000
    + b"\r\n"
)


def odd(
    body: bytes, *, status: bytes = b"200 \xd0\x9e\xd0\x9a", more: bytes = b"", kind: bytes = b"text/html"
) -> Reply:
    head = b"HTTP/1.1 " + status + b"\r\nContent-Type: " + kind + b"\r\n" + ODD + more
    return Reply(raw=head + f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n".encode() + body)


def test_odd_headers_at_every_door_stop_nothing(settings: Settings, daily: Publisher, rows: Rows) -> None:
    place = "/Detail/2026/11/20/{}/story"
    paths = [place.format(n) for n in range(1, 9)]
    urls = "".join(f"<url><loc>{daily.url}{path}</loc></url>" for path in paths)
    daily.routes["/map.xml"] = odd(f"<urlset {SITEMAP}>{urls}</urlset>".encode(), kind=b"text/xml; charset=undefined")
    daily.routes["/robots.txt"] = odd(b"User-agent: *\nDisallow: /nothing\n", kind=b"text/plain")
    for n in range(1, 5):
        daily.routes[place.format(n)] = odd(article(n).encode())
    daily.routes[place.format(5)] = odd(
        b"moved", status=b"302 Found", more=b"Location: /Detail/2026/11/20/5/\xd1\x8f\r\n"
    )
    daily.routes["/Detail/2026/11/20/5/%D1%8F"] = odd(article(5).encode())
    daily.routes[place.format(6)] = odd(b"no such page", status=b"404 \xff")
    daily.routes[place.format(7)] = odd(b"later", status=b"503 \xff")
    cut = odd(article(8).encode()).raw
    assert cut is not None
    daily.routes[place.format(8)] = Reply(raw=cut[:-400])
    source_file(settings.home / "sources", daily, seeds=(("sitemap", "/map.xml"),))
    done = ingest(settings, revisit=True)
    assert done.failures == ()
    assert sorted(row["article_key"] for row in rows("SELECT article_key FROM articles")) == [
        f"daily:{n}" for n in range(1, 6)
    ]
    ingest(settings, revisit=True)  # with the validators that they gave
    files = list(Path(settings.archive).glob("*.warc.gz"))
    assert files
    for file in files:
        with file.open("rb") as data:
            ours = [record.rec_type for record in ArchiveIterator(data, check_digests="raise")]
        with file.open("rb") as data:
            theirs = [str(record.record_type) for record in AnotherReader(data)]
        assert ours == theirs
    for row in rows("SELECT warc, warc_offset, warc_length, digest, url FROM capture WHERE payload_id IS NULL"):
        capture = Capture(warc=row["warc"], offset=row["warc_offset"], length=row["warc_length"], digest=row["digest"])
        back = read_capture(settings.archive, capture)
        assert back.header("Link") == '</статья>; rel="canonical"'.encode().decode("latin-1"), row["url"]


def test_the_archive_is_its_owners_alone(settings: Settings, daily: Publisher) -> None:
    daily.sitemap("/map.xml", (daily.page(1), None))
    source_file(settings.home / "sources", daily, seeds=(("sitemap", "/map.xml"),))
    ingest(settings, revisit=True)
    folder = Path(settings.archive)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}


MARKS = {
    "itemprop": '<div itemprop="">x</div>',
    "itemprop of blanks": '<div itemprop=" \t">x</div><span itemprop>y</span>',
    "property": '<div property="">x</div><div property=":">x</div><i itemprop="" property="">z</i>',
    "itemtype": '<div itemscope itemtype="">x</div><div itemscope itemtype=" / # ">x</div><div typeof="">x</div>',
    "itemid": '<div itemscope itemid="" itemref="">x</div>',
    "rel and class": '<a rel="" class="" href="">x</a><a rel=" " class=" " href=" ">x</a>',
    "datetime": '<time datetime="">x</time><time datetime=" " itemprop="datePublished"> </time><time>x</time>',
    "author": '<div itemprop="author" itemscope><span itemprop="name"></span></div><a rel="author" href=""></a>',
    "images": '<figure><img src="" srcset=" , "><figcaption></figcaption></figure><source srcset="">',
    "no URLs": '<a href="http://[">x</a><img src="http://[::1"><a href="//">x</a>',
}
STATED = {
    "@type": ["null", "[]", "{}", "[null, 5, []]", "7", '""', '" "', '["NewsArticle", {}]', "true"],
    "headline": ["null", "[]", "{}", "[[]]", "1e400", '{"@value": []}', '[null, ""]'],
    "author": ["null", "[]", "[[]]", "{}", '{"name": {}}', '[{"name": [null]}]', "5", '{"@id": 7}', '[""]', '" , "'],
    "datePublished": ["null", "[]", "{}", "9" * 400, '"2026-99-99"', '""', '"0000-00-00T99:99"', "-1"],
    "image": ["[]", "[[]]", "[null]", '{"url": []}', '{"url": {"@id": ""}}', '"http://["', "5"],
    "mainEntityOfPage": ["[]", "{}", '{"@id": []}', "null", "5"],
    "isAccessibleForFree": ["[]", "{}", '"maybe"', "null", "[[]]"],
    "articleSection": ["[]", "[[]]", "{}", "[null]", "5"],
    "keywords": ["[]", "[[]]", "{}", "[null, {}]", "5", '","'],
    "itemListElement": ["[]", "[[]]", "{}", "[null, 5]", '[{"item": []}]', '[{"position": []}, {"position": {}}]'],
}


def is_article(body: bytes) -> bool:
    url = "http://courier.example/a/7"
    verdict = verify(body, url=url, content_type="text/html", source=None)
    found = extract_page(body, url=url, content_type="text/html", source=None, fetched_at=None)
    return (verdict.kind, found.verdict.kind) == ("article", "article") and found.article is not None


@pytest.mark.parametrize("what", MARKS)
def test_empty_and_odd_marks_cost_no_article(what: str) -> None:
    assert is_article(page(body=MARKS[what]))
    assert is_article(page(head=f'<meta itemprop="" content=""><meta property="" name=" ">{MARKS[what]}'))


@pytest.mark.parametrize("name", STATED)
def test_odd_types_in_json_ld_cost_no_article(name: str) -> None:
    for value in STATED[name]:
        for kind in ("NewsArticle", "BreadcrumbList", "Person"):
            node = f'{{"@type": "{kind}", "headline": "Council agrees to rebuild pier number 7", "{name}": {value}}}'
            assert is_article(page(head=f'<script type="application/ld+json">{node}</script>')), node
