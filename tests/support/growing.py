"""Questions whose cost must not grow with what is stored, each as the program asks it, and what a question costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from mirrorwire.core.config import read_source
from mirrorwire.core.records import Interval
from mirrorwire.exports.selection import Selection
from mirrorwire.store import boilerplate, coverage, ledger, queries, search, similar
from mirrorwire.store.db import Connection
from mirrorwire.store.search import Query
from tests.newsroom import SOURCE_FILE
from tests.support.stock import ABSENT, BIG, FREQUENT, NEWEST, SMALL

SOURCE = read_source(SOURCE_FILE)
LAST = NEWEST.date()
WEEK = Interval(start=NEWEST - timedelta(days=7), end=NEWEST)
Question = Callable[[Connection], object]


def learn_again(conn: Connection) -> None:
    """Have one page of the last month counted, and leave everything as it was."""
    with conn.transaction(force_rollback=True):
        conn.execute(
            "UPDATE extraction SET recount = ARRAY[month] WHERE capture_id = (SELECT max(article_id) FROM article)"
        )
        boilerplate.learn(conn, BIG)


def _exported(selection: Selection) -> Question:
    return lambda conn: list(selection.rows(conn, SOURCE))


def _asked(name: str, **parameters: object) -> Question:
    return lambda conn: queries.rows(conn, name, **parameters)


QUESTIONS: dict[str, Question] = {
    "`search`: what is not indexed yet": search.index,
    "`search`: how many are not": search.missing,
    "`learn`, one page more in a month": learn_again,
    "`status`": lambda conn: ledger.status(conn, None),
    "`status SOURCE`, a small one": lambda conn: ledger.status(conn, SMALL),
    "`coverage` of a month": lambda conn: coverage.of_days(conn, BIG, LAST - timedelta(days=30), LAST),
    "`coverage` of a month years ago, a small source": lambda conn: coverage.of_days(
        conn, SMALL, date(2021, 11, 1), date(2021, 11, 30)
    ),
    "`clusters`, of a week": lambda conn: similar.listed(conn, None, WEEK, 2),
    "`export --format atom --limit 20`": _exported(Selection(newest=True, limit=20)),
    "`export --limit 20`": _exported(Selection(limit=20)),
    "`export` of a week, 20 articles": _exported(Selection(window=WEEK, limit=20)),
    "`boilerplate --all`": lambda conn: boilerplate.listed(conn, BIG, candidates=True),
    "`search`, no hit": lambda conn: search.find(conn, Query(words=ABSENT)),
    "`search`, a fourth of all": lambda conn: search.find(conn, Query(words=FREQUENT)),
    "`search --newest`, a fourth of all": lambda conn: search.find(conn, Query(words=FREQUENT, newest=True)),
    "the web's newest articles, a small source": _asked("web/newest_articles", source=SMALL, before=2**62, limit=20),
    "the web's runs": _asked("web/runs", source=None, before=2**62, limit=20),
    "the web's runs, a small source": _asked("web/runs", source=SMALL, before=2**62, limit=20),
    "a run's judgement: whether anything waits": lambda conn: ledger.is_settled(conn, BIG),
    "a run's judgement: links of the last days": lambda conn: ledger.links_per_day(conn, BIG),
    "a run's judgement: news of seeds": lambda conn: ledger.news_of_seeds(conn, BIG),
}
"""By what they are, as the table of docs/growth.md names them."""


def buffers(conn: Connection, ask: Question) -> int:
    """Return how many pages of 8 KB a question reads of our tables and their indexes, in memory or not."""
    return _cost(conn, ask, "pages")


def rows_scanned(conn: Connection, ask: Question) -> int:
    """Return how many rows a question reads by going through whole tables."""
    return _cost(conn, ask, "scanned")


def _cost(conn: Connection, ask: Question, what: str) -> int:
    before = _so_far(conn)[what]
    ask(conn)
    return _so_far(conn)[what] - before


def _so_far(conn: Connection) -> dict[str, int]:
    conn.execute("SELECT pg_stat_force_next_flush()")
    conn.execute("SELECT 1")
    pages, scanned = conn.execute(
        "SELECT sum(heap_blks_hit + heap_blks_read + coalesce(idx_blks_hit + idx_blks_read, 0)"
        "           + coalesce(toast_blks_hit + toast_blks_read + tidx_blks_hit + tidx_blks_read, 0)),"
        "       (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE schemaname = 'mirrorwire')"
        " FROM pg_statio_user_tables WHERE schemaname = 'mirrorwire'"
    ).fetchone() or (0, 0)
    return {"pages": int(pages), "scanned": int(scanned)}
