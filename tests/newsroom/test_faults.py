"""Every fault does what its docstring says, at once, and to nothing else."""

from __future__ import annotations

import gzip
import html
import http.client
import re
import socket
import ssl
import time
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest

from tests.newsroom import FAULTS, Newsroom, Trap
from tests.newsroom.faults_bytes import BOMB_BYTES, LIES, bomb
from tests.newsroom.faults_redirects import PRIVATE
from tests.newsroom.reading import Answer, get
from tests.newsroom.tls import Certificates

FEED, SITEMAP, LISTING = "/rss.xml", "/sitemap.xml", "/Section/100/1"


@pytest.fixture(scope="module")
def running() -> Iterator[Newsroom]:
    with Newsroom(day=date(2026, 11, 20)) as newsroom:
        yield newsroom


@pytest.fixture
def newsroom(running: Newsroom) -> Iterator[Newsroom]:
    running.primary.requests.clear()
    yield running
    running.primary.fault = running.mirror.fault = None


def article_path(newsroom: Newsroom) -> str:
    return newsroom.articles[0].path


def faulty(newsroom: Newsroom, name: str, path: str | None = None) -> Answer:
    newsroom.primary.fault = name
    return get(newsroom.primary.origin, path or article_path(newsroom))


@pytest.mark.parametrize(
    ("name", "status", "words"),
    [
        ("500", 500, "Internal server error"),
        ("403", 403, "Forbidden"),
        ("404", 404, "Page not found"),
        ("429", 429, "Too many requests"),
        ("seizure", 200, "HAS BEEN SEIZED"),
        ("seizure-image", 200, "<img"),
        ("parking", 200, "domain is for sale"),
        ("challenge", 403, "Checking your browser"),
        ("challenge-200", 200, "Checking your browser"),
        ("consent", 200, "Before you continue"),
        ("login", 200, "Sign in"),
        ("soft-404", 200, "Page not found"),
        ("front-page", 200, "top-story"),
    ],
)
def test_a_page_fault_stands_on_every_path(newsroom: Newsroom, name: str, status: int, words: str) -> None:
    for path in (article_path(newsroom), FEED, SITEMAP, LISTING, "/", "/robots.txt"):
        answer = faulty(newsroom, name, path)
        assert (answer.status, words in answer.text, answer.headers["ETag"]) == (status, True, None), path
        assert newsroom.articles[0].paragraphs[0] not in answer.text
    assert "Retry-After" in answer.headers or name != "429"
    assert get(newsroom.mirror.origin, article_path(newsroom)).status == 200


def test_a_seizure_picture_says_no_word(newsroom: Newsroom) -> None:
    answer = faulty(newsroom, "seizure-image")
    assert "seiz" not in answer.text.lower()
    assert faulty(newsroom, "seizure-image", "/notice.png").body.startswith(b"\x89PNG")


def test_a_third_of_the_paths_fail_and_always_the_same(newsroom: Newsroom) -> None:
    newsroom.primary.fault = "500-third"
    paths = [article.path for article in newsroom.articles]
    rounds = [[get(newsroom.primary.origin, path).status for path in paths] for _ in range(2)]
    assert rounds[0] == rounds[1] and set(rounds[0]) == {200, 500}
    assert len(paths) / 6 < rounds[0].count(500) < len(paths) / 2


def test_refused_until_cleared_even_on_open_connections(newsroom: Newsroom) -> None:
    kept = http.client.HTTPConnection(urlsplit(newsroom.primary.origin).netloc, timeout=2)
    kept.request("GET", "/robots.txt")
    kept.getresponse().read()
    started = time.monotonic()
    newsroom.primary.fault = "refuse"
    with pytest.raises(ConnectionRefusedError):
        get(newsroom.primary.origin, "/")
    assert kept.sock.recv(1) == b""
    kept.close()
    newsroom.primary.fault = None
    assert get(newsroom.primary.origin, "/").status == 200
    assert time.monotonic() - started < 10
    assert [row.path for row in newsroom.primary.requests] == ["/robots.txt", "/"]


def test_reset_comes_in_the_middle_of_the_body(newsroom: Newsroom) -> None:
    newsroom.primary.fault = "reset"
    with socket.create_connection(("127.0.0.1", newsroom.primary.port), timeout=2) as reader:
        reader.sendall(f"GET {article_path(newsroom)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        received = b""
        with pytest.raises(ConnectionResetError):
            while True:
                received += reader.recv(65_536)
                assert len(received) < 100_000
    assert b"<html" in received and b"</html>" not in received


def test_hang_never_answers_and_ends_with_the_newsroom() -> None:
    with Newsroom(day=date(2026, 11, 20)) as newsroom:
        newsroom.primary.fault = "hang"
        reader = socket.create_connection(("127.0.0.1", newsroom.primary.port), timeout=0.3)
        reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        with pytest.raises(TimeoutError):
            reader.recv(1)
        assert [row.status for row in newsroom.primary.requests] == [None]
        started = time.monotonic()
    with reader:
        assert reader.recv(1) == b""
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(("name", "first"), [("drip", b"<"), ("drip-head", b"H")])
def test_drip_sends_a_byte_a_second(newsroom: Newsroom, name: str, first: bytes) -> None:
    newsroom.primary.fault = name
    with socket.create_connection(("127.0.0.1", newsroom.primary.port), timeout=10) as reader:
        reader.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        stream = reader.makefile("rb", buffering=0)
        while name == "drip" and stream.readline() != b"\r\n":
            pass
        assert stream.read(1) == first
        started = time.monotonic()
        assert len(stream.read(100) or b"") == 1
        assert 0.8 < time.monotonic() - started < 8


def test_redirects_go_to_the_other_origin(newsroom: Newsroom) -> None:
    for path in (article_path(newsroom), FEED):
        answer = faulty(newsroom, "redirect-to-mirror", path)
        assert (answer.status, answer.headers["Location"]) == (301, newsroom.mirror.origin + path)


def test_a_redirect_loop_comes_back_to_where_it_began(newsroom: Newsroom) -> None:
    start = path = article_path(newsroom)
    for _ in range(2):
        answer = faulty(newsroom, "redirect-loop", path)
        assert answer.status == 302
        path = answer.headers["Location"]
    assert path == start


def test_feed_faults_spoil_feeds_only(newsroom: Newsroom) -> None:
    whole = get(newsroom.primary.origin, FEED)
    assert b"<rss" not in faulty(newsroom, "feed-html", FEED).body
    cut = faulty(newsroom, "feed-cut", FEED).body
    assert whole.body.startswith(cut) and cut.rindex(b"<title>") > cut.rindex(b"<item>") > cut.rindex(b"</title>")
    empty = ElementTree.fromstring(faulty(newsroom, "feed-empty", FEED).body)
    assert empty.find("channel/lastBuildDate") is not None and empty.find("channel/item") is None
    for name in ("feed-html", "feed-cut", "feed-empty"):
        for path in (article_path(newsroom), SITEMAP, LISTING):
            assert faulty(newsroom, name, path).body == get(newsroom.mirror.origin, path).body


def test_sitemap_faults_spoil_sitemaps_only(newsroom: Newsroom) -> None:
    for path in (SITEMAP, "/SiteMap/2026-11/sitemap-news-2026-11.xml"):
        assert b"<loc>" not in faulty(newsroom, "sitemap-html", path).body
        with pytest.raises(ElementTree.ParseError):
            ElementTree.fromstring(faulty(newsroom, "sitemap-cut", path).body)
    assert faulty(newsroom, "sitemap-cut", FEED).body == get(newsroom.mirror.origin, FEED).body


def test_article_faults_spoil_articles_only(newsroom: Newsroom) -> None:
    assert faulty(newsroom, "empty").body == b""
    binary = faulty(newsroom, "binary")
    assert binary.headers["Content-Type"].startswith("text/html") and binary.body.count(b"\0") > 10
    huge = faulty(newsroom, "huge").body
    assert len(huge) >= 10_000_000 and huge.count(b"<p>") > 100_000
    assert faulty(newsroom, "nul-title").body.count(b"\0") == 3
    for name in ("empty", "binary", "huge", "nul-title"):
        for path in (FEED, SITEMAP, LISTING):
            assert faulty(newsroom, name, path).body == get(newsroom.mirror.origin, path).body


def test_a_truncated_gzip_is_whole_as_http_and_broken_as_gzip(newsroom: Newsroom) -> None:
    answer = faulty(newsroom, "truncated-gzip")
    assert answer.headers["Content-Encoding"] == "gzip"
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    with pytest.raises(EOFError):
        gzip.decompress(answer.body)
    assert b"<html" in zlib.decompressobj(wbits=31).decompress(answer.body)


def test_a_bomb_is_small_on_the_wire_and_a_gigabyte_unpacked(newsroom: Newsroom) -> None:
    bomb()  # takes seconds to make, and no reader waits so long
    packed, unpacked = faulty(newsroom, "gzip-bomb").body, 0
    assert len(packed) < 1_100_000
    stream = zlib.decompressobj(wbits=31)
    while not stream.eof:
        unpacked += len(stream.decompress(packed, 10_000_000))
        packed = stream.unconsumed_tail
    assert unpacked == BOMB_BYTES


def test_lengths_that_are_not_the_bodys(newsroom: Newsroom) -> None:
    path = article_path(newsroom)
    whole = get(newsroom.mirror.origin, path).body
    assert faulty(newsroom, "length-short").body == whole[: len(whole) // 2]
    with pytest.raises(http.client.IncompleteRead) as short:
        faulty(newsroom, "length-long")
    assert (short.value.partial, short.value.expected) == (whole, 1000)


def test_a_charset_that_is_a_lie_in_header_and_meta(newsroom: Newsroom) -> None:
    paths = [article.path for article in newsroom.articles]
    answers = [faulty(newsroom, "wrong-charset", path) for path in paths]
    told = [answer.headers["Content-Type"].partition("charset=")[2] for answer in answers]
    assert set(told) == set(LIES)
    for answer, lie, article in zip(answers, told, newsroom.articles, strict=True):
        assert f'<meta charset="{lie}">' in answer.text and article.paragraphs[0] in html.unescape(answer.text)


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("redirect-file", r"file:///"),
        ("redirect-port", r"http://127\.0\.0\.1:9/Detail/"),
        ("redirect-stranger", r"http://stranger\.example:9/Detail/"),
        ("redirect-www", r"http://www\.127\.0\.0\.1:\d+/Detail/"),
    ],
)
def test_redirects_astray(newsroom: Newsroom, name: str, target: str) -> None:
    answer = faulty(newsroom, name)
    assert answer.status == 302 and re.match(target, answer.headers["Location"])


def test_redirects_to_private_addresses_of_every_kind(newsroom: Newsroom) -> None:
    found = {faulty(newsroom, "redirect-private", f"/{n}").headers["Location"] for n in range(200)}
    assert found == {target.format(port=9) for target in PRIVATE}


def test_hostile_seeds_hold_what_they_should_too(newsroom: Newsroom) -> None:
    month = "/SiteMap/2026-11/sitemap-news-2026-11.xml"
    for name, path in (("feed-entities", FEED), ("sitemap-entities", SITEMAP), ("sitemap-entities", month)):
        normal, hostile = get(newsroom.mirror.origin, path).text, faulty(newsroom, name, path).text
        assert hostile.count("<!ENTITY") == 13 and "&a9;" in hostile
        assert hostile.endswith(re.split("<(?:item|sitemap|url)>", normal, maxsplit=1)[1])
    index = faulty(newsroom, "sitemap-self", SITEMAP).text
    assert f"<loc>{newsroom.primary.origin}{SITEMAP}</loc>" in index and month in index
    full = faulty(newsroom, "sitemap-50000", month).text
    assert full.count("<url>") == len(set(re.findall("<loc>(.*?)</loc>", full))) == 50_000
    assert all(article.path in full for article in newsroom.articles)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [("right", None), ("expired", "expired"), ("wrong-name", "IP address mismatch"), ("self-signed", "self-signed")],
)
def test_certificates_are_wrong_in_one_way_each(tmp_path: Path, kind: str, reason: str | None) -> None:
    certificates = Certificates(tmp_path)
    trusting = ssl.create_default_context(cafile=str(certificates.bundle))
    with Newsroom(day=date(2026, 11, 20), tls={"primary": certificates.context(kind)}) as newsroom:
        assert newsroom.primary.origin.startswith("https://")
        netloc = urlsplit(newsroom.primary.origin).netloc
        connection = http.client.HTTPSConnection(netloc, timeout=5, context=trusting)
        with pytest.raises(ssl.SSLCertVerificationError, match=reason) if reason else nullcontext():
            connection.request("GET", FEED)
            assert connection.getresponse().status == 200
        connection.close()
        assert (newsroom.primary.connections, len(newsroom.primary.requests)) == (1, 0 if reason else 1)


def test_a_trap_counts_who_comes_and_what_they_ask() -> None:
    with Trap() as trap:
        get(f"http://127.0.0.1:{trap.port}", "/x")
        socket.create_connection(("127.0.0.1", trap.port)).close()
        until = time.monotonic() + 5
        while trap.connections < 2 and time.monotonic() < until:
            time.sleep(0.01)
        assert (trap.connections, trap.asked[0]) == (2, "GET /x HTTP/1.1")


def test_a_fault_may_strike_chosen_paths(newsroom: Newsroom) -> None:
    newsroom.primary.fault = {"/": "login", FEED: "refuse"}.get
    assert "Sign in" in get(newsroom.primary.origin, "/").text
    with pytest.raises(http.client.RemoteDisconnected):
        get(newsroom.primary.origin, FEED)
    assert get(newsroom.primary.origin, article_path(newsroom)).status == 200


def test_an_unknown_fault_is_an_error_where_it_is_set_or_at_the_end() -> None:
    newsroom = Newsroom(day=date(2026, 11, 20))
    with pytest.raises(ValueError, match=r"unknown fault 'flood'; there are: 403"), newsroom:
        with pytest.raises(ValueError, match="unknown fault"):
            newsroom.primary.fault = "flood"
        newsroom.primary.fault = lambda path: "flood"
        with pytest.raises(http.client.RemoteDisconnected):
            get(newsroom.primary.origin, "/")


def test_every_fault_says_what_it_imitates() -> None:
    assert [name for name, fault in FAULTS.items() if not fault.answer.__doc__] == []
