"""What the archive keeps of repeated pages, and what the database knows of it, over whole passes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from warcio.archiveiterator import ArchiveIterator

from etl.config import Settings
from etl.load import db
from tests.newsroom import Newsroom
from tests.test_pipeline import ingest, opened, steps, stock

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


def test_pages_fetched_again_unchanged_are_revisits_and_read_whole(
    settings: Settings, newsroom: Newsroom, rows: Rows
) -> None:
    ingest(settings)
    before = stock(rows)
    assert rows("SELECT * FROM capture WHERE payload_id IS NOT NULL AND link_id IS NOT NULL") == []
    # Asked again without validators: as a host answers that knows none.
    with db.connect(settings.database_url or "") as conn:
        conn.execute("UPDATE capture SET etag = NULL, last_modified = NULL")
    done = ingest(settings, revisit=True)
    assert (done.failures, done.counts["unchanged"]) == ((), len(newsroom.articles))
    assert stock(rows) == before
    again = rows(
        "SELECT c.digest = p.digest AS same, p.payload_id, c.url = p.url AS same_url FROM capture c "
        "JOIN capture p ON p.capture_id = c.payload_id WHERE c.link_id IS NOT NULL"
    )
    assert again == [{"same": True, "payload_id": None, "same_url": True}] * len(newsroom.articles)
    assert kept(settings)["identical-payload-digest"] >= len(newsroom.articles)


def test_a_304_leaves_a_revisit_with_its_request_and_no_row(settings: Settings, rows: Rows) -> None:
    ingest(settings, live=True)
    before, captures = kept(settings), rows("SELECT count(*) AS n FROM capture WHERE link_id IS NULL")
    ingest(settings, live=True)
    after = kept(settings)
    answered = rows("SELECT count(*) AS n FROM attempt WHERE outcome = 'not_modified'")[0]["n"]
    assert answered >= 1
    assert after["server-not-modified"] - before["server-not-modified"] == answered
    assert after["request"] - before["request"] >= answered
    assert rows("SELECT count(*) AS n FROM capture WHERE link_id IS NULL AND status <> 304") == captures


def test_a_damaged_payload_is_referred_to_no_more(settings: Settings, rows: Rows) -> None:
    run_id = opened(settings)
    steps(settings, run_id, "discover", "fetch")
    (torn,) = rows("SELECT warc, warc_offset FROM capture WHERE link_id IS NOT NULL ORDER BY warc_offset DESC LIMIT 1")
    path = Path(settings.archive) / torn["warc"]
    path.write_bytes(path.read_bytes()[: torn["warc_offset"] + 40])
    steps(settings, run_id, "extract")
    ingest(settings, live=True)
    assert len(stock(rows)) == 13
    (damaged,) = rows("SELECT capture_id, link_id, etag, last_modified FROM capture WHERE damaged")
    assert (damaged["etag"], damaged["last_modified"]) == (None, None)
    (mended,) = rows("SELECT payload_id FROM capture WHERE link_id = %s AND NOT damaged", damaged["link_id"])
    assert mended["payload_id"] is None


def test_a_payload_of_an_archive_that_was_left_behind_is_stored_again(settings: Settings, rows: Rows) -> None:
    ingest(settings, live=True)
    Path(settings.archive).rename(settings.home / "old archive")
    ingest(settings, live=True, revisit=True)
    assert rows("SELECT count(*) AS n FROM capture WHERE payload_id IS NOT NULL")[0]["n"] == 0
