"""Pages and WARC files read from Python, without a database."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

import mirrorwire
from mirrorwire.core.config import Settings
from tests.commands.test_cli import COURIER_PAGE
from tests.conftest import ROOT, environment
from tests.newsroom import Newsroom
from tests.support.ingest import ingest
from tests.support.publisher import article

URL = "https://news.example/story/{n}"
AT = "2026-11-20T12:00:00Z"


@pytest.fixture(autouse=True)
def own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIRRORWIRE_HOME", str(tmp_path))
    monkeypatch.setenv("MIRRORWIRE_PROCESSES", "1")


def record(n: int, body: bytes, *, status: str = "200 OK", kind: str = "text/html", **headers: str) -> bytes:
    """One gzip member, as warcio writes it."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    made = writer.create_warc_record(
        URL.format(n=n),
        "response",
        payload=io.BytesIO(body),
        length=len(body),
        http_headers=StatusAndHeaders(status, [("Content-Type", kind)], protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": AT, **headers},
    )
    writer.write_record(made)
    return out.getvalue()


def page(n: int) -> bytes:
    return article(n).encode()


def test_a_page_gives_its_verdict_and_its_article() -> None:
    answer = mirrorwire.read_page(page(7).decode(), url="https://news.example/a")
    assert answer.verdict == "article"
    assert answer.article
    assert answer.article.title in page(7).decode()
    assert answer.article == mirrorwire.read_page(page(7), url="https://news.example/a").article


@pytest.mark.parametrize("html", ["", b"", "\ud800", b"\x00\xff" * 50, "<html><body><p>Sign in</p></body></html>"])
def test_what_is_no_article_is_an_answer(html: str | bytes) -> None:
    page = mirrorwire.read_page(html, url="https://news.example/a")
    assert page.verdict not in ("article", "suspect")
    assert page.article is None
    assert page.evidence


def test_the_encoding_of_bytes_is_the_headers() -> None:
    html = COURIER_PAGE.replace('<meta charset="utf-8">', "").encode("utf-16-le")
    page = mirrorwire.read_page(html, url="https://news.example/a", content_type="text/html; charset=utf-16le")
    assert page.article == mirrorwire.read_page(COURIER_PAGE, url="https://news.example/a").article


@pytest.mark.parametrize("url", ["", "news.example/a", "file:///etc/passwd", "https://"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(mirrorwire.WrongUse, match="not an http or https URL"):
        mirrorwire.read_page(COURIER_PAGE, url=url)
    with pytest.raises(mirrorwire.WrongUse, match="no source 'nobody'"):
        mirrorwire.read_page(COURIER_PAGE, url="https://news.example/a", source="nobody")


def test_a_warc_file_gives_its_pages_in_order_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "some.warc.gz"
    path.write_bytes(
        record(1, page(1))
        + record(2, b"\x89PNG", kind="image/png")
        + record(3, page(3), status="404 Not Found")
        + record(4, page(4))
    )
    pages = list(mirrorwire.read_warc(path))
    assert [page.url for page in pages] == [URL.format(n=1), URL.format(n=4)]
    assert [page.verdict for page in pages] == ["article", "article"]
    assert pages[0].fetched_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    assert (
        pages[0].article == mirrorwire.read_page(page(1), url=URL.format(n=1), fetched_at=pages[0].fetched_at).article
    )


def test_what_is_damaged_in_a_warc_file_is_told_where_it_lies_and_the_rest_is_read(tmp_path: Path) -> None:
    second = record(2, page(2))
    (tmp_path / "b.warc.gz").write_bytes(
        record(1, page(1))
        + second[: len(second) // 2]
        + record(3, page(3), **{"WARC-Payload-Digest": "sha1:" + "A" * 32})
        + record(4, page(4), **{"WARC-Truncated": "length"})
        + record(5, page(5))
    )
    (tmp_path / "a.wacz").write_bytes(b"no zip")
    pages = list(mirrorwire.read_warc(tmp_path))
    told = [(page.verdict, page.evidence.get("file", "")) for page in pages]
    assert told[0][0] == "broken"
    assert told[0][1].startswith("no readable WACZ")
    assert told[1] == ("article", "")
    assert told[2][1].startswith("byte ")
    assert told[-3:] == [("broken", "its payload digest is another"), ("broken", "truncated (length)"), ("article", "")]


def test_a_plain_relative_file_and_one_that_is_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("plain.warc").write_bytes(gzip.decompress(record(1, page(1))))
    assert [page.verdict for page in mirrorwire.read_warc("plain.warc")] == ["article"]
    with pytest.raises(mirrorwire.MirrorwireError, match="No such file"):
        mirrorwire.read_warc("missing.warc.gz")
    with pytest.raises(mirrorwire.WrongUse, match="at least 1"):
        mirrorwire.read_warc("plain.warc", processes=0)


def test_a_time_of_capture_without_a_zone_is_in_utc() -> None:
    naive, aware = datetime(2030, 1, 1), datetime(2030, 1, 1, tzinfo=UTC)  # noqa: DTZ001 - as programs give them
    pages = [mirrorwire.read_page(page(1), url=URL.format(n=1), fetched_at=at) for at in (naive, aware)]
    assert pages[0] == pages[1]
    assert pages[0].fetched_at == aware


def test_the_archive_of_a_pass_is_read_back(settings: Settings, newsroom: Newsroom) -> None:
    done = ingest(settings, "courier")
    pages = list(mirrorwire.read_warc(settings.archive))
    articles = {page.article.title for page in pages if page.article}
    with mirrorwire.open(settings.database_url) as store:
        assert articles >= {article.title for article in store.articles()}
    assert done.counts["inserted"] > 0


def test_a_long_warc_file_takes_no_more_memory_than_a_short_one(tmp_path: Path) -> None:
    one = record(1, page(1) + os.urandom(100_000).hex().encode())
    peaks = []
    for name, times in (("short", 20), ("long", 400)):
        path = tmp_path / f"{name}.warc.gz"
        path.write_bytes(one * times)
        program = (
            f"import mirrorwire; n = sum(1 for _ in mirrorwire.read_warc({str(path)!r}))\n"
            "print(n, open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
        )
        env = {**environment(Settings(home=tmp_path)), "MIRRORWIRE_PROCESSES": "1"}
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=True
        )
        n, peak = map(int, done.stdout.split())
        assert n == times
        peaks.append(peak)
    assert peaks[1] < 1.15 * peaks[0]
