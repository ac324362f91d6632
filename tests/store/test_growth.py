"""What questions cost does not grow with what is stored, and what is kept for that is always right."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from psycopg import sql

from mirrorwire.core.config import Settings, find_source
from mirrorwire.store import db, embedded, ledger, search
from mirrorwire.takedown import forget
from tests.conftest import EARLIER, NEWEST
from tests.support import stock
from tests.support.growing import QUESTIONS, buffers, rows_scanned
from tests.support.ingest import ingest
from tests.support.kept_counts import assert_kept_right

FACTOR, SLACK_PAGES = 1.5, 1_500
"""An index of thirty times as many rows is a level deeper; and tables of few pages are read whole, which costs less."""
SMALL_TABLES_ROWS = 3_000
"""So few rows may be read by going through a table: runs of a week, sources, hosts."""
ARTICLES = NEWEST + 4 * EARLIER
GROWING = {
    "`search`, a fourth of all": "all hits are put in order before the newest are ranked",
    "`search --newest`, a fourth of all": "the same",
    "`clusters`, of a week": "all groups of more than one article are looked at",
    "a run's judgement: whether anything waits": "links that are gone are looked at, one in a hundred here",
    "the web's newest articles, a small source": "it has published nothing for years, and others stand before it",
}
"""What still costs more, and why."""


@contextmanager
def filled(server: Settings, admin: db.Connection, total: int, a_month: int) -> Iterator[db.Connection]:
    """A database with so many articles."""
    name = f"stock_{uuid.uuid4().hex[:12]}"
    admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template").format(sql.Identifier(name)))
    admin.execute(
        sql.SQL('ALTER DATABASE {} SET search_path TO "$user", public, mirrorwire').format(sql.Identifier(name))
    )
    try:
        with db.connect(embedded.url_of(server.home, name)) as conn:
            stock.fill(conn, total, a_month=a_month)
            yield conn
    finally:
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.parametrize(
    ("few", "many", "a_month"),
    [(2_000, 20_000, 500)],
)
def test_no_question_costs_more_when_more_is_stored(
    server: Settings, admin: db.Connection, few: int, many: int, a_month: int
) -> None:
    with ExitStack() as stack:
        small = stack.enter_context(filled(server, admin, few, a_month))
        large = stack.enter_context(filled(server, admin, many, a_month))
        dearer = {}
        for name, ask in QUESTIONS.items():
            ask(small), ask(large)  # what a first question reads of the catalog is nobody's
            pages = buffers(small, ask), buffers(large, ask)
            scanned = rows_scanned(large, ask)
            if pages[1] > FACTOR * pages[0] + SLACK_PAGES or scanned > SMALL_TABLES_ROWS:
                dearer[name] = (*pages, scanned)
    assert dearer.keys() - GROWING.keys() == set(), dearer


def test_what_is_kept_is_what_is_stored_after_passes_edits_and_a_takedown(
    settings: Settings, rows: Callable[..., list[dict[str, Any]]]
) -> None:
    ingest(settings, "courier")
    with db.connect(settings.database_url or "") as conn:
        assert_kept_right(conn)
        assert conn.execute("SELECT count(*) FROM unsearched").fetchone() == (0,)
        conn.execute("UPDATE link SET state = 'failed' WHERE link_id IN (SELECT link_id FROM link ORDER BY 1 LIMIT 2)")
        conn.execute("UPDATE link SET state = 'gone' WHERE link_id IN (SELECT link_id FROM link ORDER BY 1 LIMIT 1)")
        conn.execute(
            "UPDATE article SET current_verdict = 'suspect' WHERE article_id = (SELECT max(article_id) FROM article)"
        )
        assert_kept_right(conn)
        key = rows("SELECT article_key FROM article ORDER BY 1 LIMIT 1")[0]["article_key"]
        forget(conn, settings, find_source(settings, "courier"), key, reason="asked")
        assert_kept_right(conn)
        (status,) = ledger.status(conn, "courier")["sources"]
        assert status["articles"] == ARTICLES - 1


def test_a_run_adds_up_what_was_counted(settings: Settings, rows: Callable[..., list[dict[str, Any]]]) -> None:
    for _ in range(3):
        ingest(settings, "courier")
    tally = rows("SELECT articles, runs_ended FROM source_tally ORDER BY runs_ended")
    assert len(tally) <= 2, "what the last run wrote as it ended, and all before"
    assert sum(row["articles"] for row in tally) == ARTICLES
    assert sum(row["runs_ended"] for row in tally) == 3


def test_search_indexes_again_what_was_removed_by_hand(settings: Settings) -> None:
    ingest(settings, "courier")
    with db.connect(settings.database_url or "") as conn:
        assert search.index(conn) == 0
        conn.execute("DELETE FROM article_search WHERE article_id = (SELECT min(article_id) FROM article)")
        assert search.missing(conn) == 1
        assert search.index(conn) == 1
        conn.execute("TRUNCATE article_search")
        assert search.index(conn) == ARTICLES
        assert search.missing(conn) == 0


def test_taking_stock_of_a_database_that_was_filled_past_its_triggers(settings: Settings) -> None:
    ingest(settings, "courier")
    with db.connect(settings.database_url or "") as conn:
        conn.execute("TRUNCATE source_tally, unsearched, shared_cluster")
        with pytest.raises(AssertionError):
            assert_kept_right(conn)
        conn.execute("SELECT take_stock()")
        assert_kept_right(conn)
