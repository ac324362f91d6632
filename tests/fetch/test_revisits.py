"""What the archive keeps of repeated pages, and what the database knows of it, over whole passes."""

from __future__ import annotations

import gzip
import itertools
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from mirrorwire.archive import payload_digest
from mirrorwire.core.config import Settings
from mirrorwire.store import db
from tests.conftest import NEWEST
from tests.newsroom import Newsroom
from tests.pipeline.test_pipeline import left_to_extract, opened, steps, stock
from tests.support.ingest import ingest, tear_last_page
from tests.support.publisher import Publisher, Reply, article, source_file

Rows = Callable[..., list[dict[str, Any]]]


def kept(settings: Settings) -> Counter[str]:
    """The archive's records by type; of a revisit, by its profile."""
    found: Counter[str] = Counter()
    for path in Path(settings.archive).iterdir():
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                profile = record.rec_headers.get_header("WARC-Profile")
                found[profile.rsplit("/", 1)[1] if profile else record.rec_type] += 1
    return found


def answers(settings: Settings) -> list[tuple[str, str, bytes]]:
    """URL, status and body of every response in the archive."""
    found = []
    for path in sorted(Path(settings.archive).iterdir()):
        with path.open("rb") as file:
            for record in ArchiveIterator(file, check_digests="raise"):
                if record.rec_type == "response":
                    url = record.rec_headers.get_header("WARC-Target-URI")
                    found.append((url, record.http_headers.get_statuscode(), record.content_stream().read()))
    return found


def test_pages_fetched_again_unchanged_are_revisits_and_read_whole(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    ingest(settings, "courier")
    before = stock(rows)
    assert rows("SELECT * FROM capture WHERE payload_id IS NOT NULL AND link_id IS NOT NULL") == []
    # Asked again without validators: as a host answers that knows none.
    with db.connect(settings.database_url or "") as conn:
        conn.execute("UPDATE capture SET etag = NULL, last_modified = NULL")
    done = ingest(settings, "courier", revisit=True)
    assert (done.failures, done.counts["unchanged"]) == ((), len(newsroom.articles))
    assert stock(rows) == before
    again = rows(
        "SELECT c.digest = p.digest AS same, p.payload_id, c.url = p.url AS same_url FROM capture c "
        "JOIN capture p ON p.capture_id = c.payload_id WHERE c.link_id IS NOT NULL"
    )
    assert again == [{"same": True, "payload_id": None, "same_url": True}] * len(newsroom.articles)
    assert kept(settings)["identical-payload-digest"] >= len(newsroom.articles)


def test_a_page_that_is_coded_otherwise_each_time_is_a_revisit_all_the_same(
    settings: Settings, daily: Publisher, rows: Rows
) -> None:
    source_file(settings.home / "sources", daily, seeds=(("sitemap", "/map.xml"),))
    path = daily.page(1)
    daily.sitemap("/map.xml", (path, None), etag=False)
    times = itertools.count()

    def packed(path: str) -> Callable[[], Reply]:
        body = daily.routes[path].body  # type: ignore[union-attr]
        how = (("Content-Encoding", "gzip"),)
        return lambda: Reply(body=gzip.compress(body, mtime=next(times)), headers=how)

    daily.routes |= {each: packed(each) for each in (path, "/map.xml")}
    for _ in range(2):
        assert ingest(settings, revisit=True).failures == ()
    assert daily.paths("/Detail/") == [path] * 2
    first, again = rows("SELECT digest, payload_id FROM capture WHERE link_id IS NOT NULL ORDER BY capture_id")
    assert (first["payload_id"], again["payload_id"] is None) == (None, False)
    assert first["digest"] == again["digest"] == payload_digest(article(1).encode())
    assert len(rows("SELECT FROM articles WHERE version = 1")) == 1


def test_a_redirect_that_nobody_follows_is_in_the_archive(settings: Settings, daily: Publisher, rows: Rows) -> None:
    source_file(settings.home / "sources", daily, seeds=(("sitemap", "/map.xml"),))
    away, loop = daily.page(1), daily.page(2)
    daily.sitemap("/map.xml", (away, None), (loop, None))
    notice = b"<a href='http://stranger.example/'>moved</a>"
    daily.routes[away] = Reply(body=notice, status=301, headers=(("Location", "http://stranger.example/"),))
    daily.routes[loop] = Reply(status=302, headers=(("Location", loop),))
    ingest(settings, revisit=True)
    found = [url for url, status, body in answers(settings) if status == "301" and body == notice]
    assert found == [daily.url + away]
    assert [url for url, status, _ in answers(settings) if status == "302"] == [daily.url + loop] * 6
    assert rows("SELECT outcome, capture_id FROM attempt WHERE url LIKE '%%/Detail/%%' ORDER BY url") == [
        {"outcome": "refused", "capture_id": None},
        {"outcome": "http_error", "capture_id": None},
    ]


def test_a_304_leaves_a_revisit_with_its_request_and_no_row(settings: Settings, rows: Rows) -> None:
    ingest(settings, "courier", live=True)
    before, captures = kept(settings), rows("SELECT count(*) AS n FROM capture WHERE link_id IS NULL")
    ingest(settings, "courier", live=True)
    after = kept(settings)
    answered = rows("SELECT count(*) AS n FROM attempt WHERE outcome = 'not_modified'")[0]["n"]
    assert answered >= 1
    assert after["server-not-modified"] - before["server-not-modified"] == answered
    assert after["request"] - before["request"] >= answered
    assert rows("SELECT count(*) AS n FROM capture WHERE link_id IS NULL AND status <> 304") == captures


def test_a_damaged_payload_is_referred_to_no_more(settings: Settings, rows: Rows) -> None:
    run_id = opened(settings)
    with left_to_extract():
        steps(settings, run_id, "discover", "fetch")
    tear_last_page(settings, rows)
    steps(settings, run_id, "extract")
    ingest(settings, "courier", live=True)
    assert len(stock(rows)) == NEWEST
    (damaged,) = rows("SELECT capture_id, link_id, etag, last_modified FROM capture WHERE damaged")
    assert (damaged["etag"], damaged["last_modified"]) == (None, None)
    (mended,) = rows("SELECT payload_id FROM capture WHERE link_id = %s AND NOT damaged", damaged["link_id"])
    assert mended["payload_id"] is None


def test_a_payload_of_an_archive_that_was_left_behind_is_stored_again(settings: Settings, rows: Rows) -> None:
    ingest(settings, "courier", live=True)
    Path(settings.archive).rename(settings.home / "old archive")
    ingest(settings, "courier", live=True, revisit=True)
    assert rows("SELECT count(*) AS n FROM capture WHERE payload_id IS NOT NULL")[0]["n"] == 0
