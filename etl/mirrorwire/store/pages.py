"""What the pages of `mirrorwire web` ask the database: rows, a bounded number at a time. Nothing here writes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mirrorwire.core.exchange import Capture
from mirrorwire.store import queries
from mirrorwire.store.db import Connection

Row = dict[str, Any]
PAGE = 50
"""Rows of a list that goes on over pages."""
FEW = 100
"""Rows of a list inside a page."""
MOST_STEPS = 500
FIRST = 2**63 - 1
"""Behind all ids: the first page begins here."""


def only_read(conn: Connection, max_s: float) -> None:
    """Have a session change nothing, and give up a statement after so many seconds."""
    queries.execute(conn, "session/only_read", ms=round(max_s * 1000))


def volume(conn: Connection, source: str, timezone: str, since: datetime, until: datetime) -> list[Row]:
    """Return `day`, `articles` of a source and `of_all`, for days in its zone that have any article."""
    return queries.rows(conn, "web/volume", source=source, timezone=timezone, since=since, until=until)


def article(conn: Connection, article_key: str) -> Row | None:
    """Return the current version of an article, `None` where none is stored under this key."""
    rows = queries.rows(conn, "web/article", article_key=article_key)
    return rows[0] if rows else None


def urls(conn: Connection, article_key: str) -> list[Row]:
    """Return where an article was served, at most `FEW`."""
    return queries.rows(conn, "web/urls_of_article", article_key=article_key, limit=FEW)


def versions(conn: Connection, article_key: str) -> list[Row]:
    """Return the versions of an article without their texts, newest first, at most `FEW`."""
    return queries.rows(conn, "web/versions_of_article", article_key=article_key, limit=FEW)


def captures(conn: Connection, article_key: str) -> list[Row]:
    """Return the stored pages of an article, newest first, at most `FEW`."""
    return queries.rows(conn, "web/captures_of_article", article_key=article_key, limit=FEW)


def cluster(conn: Connection, cluster_id: str, article_key: str) -> list[Row]:
    """Return the other articles of a group of near duplicates, at most `FEW`."""
    return queries.rows(conn, "web/cluster_of_article", cluster_id=cluster_id, article_key=article_key, limit=FEW)


def capture(conn: Connection, capture_id: int) -> tuple[Row, Capture] | None:
    """Return a stored page's facts and the place of its bytes; `None` where it is not, or a seed's document."""
    rows = queries.rows(conn, "web/capture", capture_id=capture_id)
    if not rows:
        return None
    row = rows[0]
    payload = None
    if row["payload_warc"] is not None:
        payload = Capture(
            warc=row["payload_warc"],
            offset=row["payload_offset"],
            length=row["payload_length"],
            digest=row["payload_digest"],
        )
    place = Capture(
        warc=row["warc"],
        offset=row["warc_offset"],
        length=row["warc_length"],
        digest=row["digest"],
        payload=payload,
    )
    return row, place


def rejections(
    conn: Connection,
    source: str | None,
    verdict: str | None,
    *,
    before: tuple[datetime, int] | None = None,
    limit: int = PAGE,
) -> list[Row]:
    """Return rejected and suspect pages, newest first; `before` is time and id of the last row of the page before."""
    before_at, before_id = before or (None, None)
    return queries.rows(
        conn,
        "web/rejections",
        source=source,
        verdict=verdict,
        before=before_at,
        before_id=before_id,
        limit=limit,
    )


def owner_of_rejection(conn: Connection, capture_id: int) -> str | None:
    """Return the source of a page that was rejected, or accepted before; `None` for any other."""
    owner: str | None = queries.value(conn, "web/owner_of_rejection", capture_id=capture_id)
    return owner


def runs(conn: Connection, source: str | None, *, before: int = FIRST, limit: int = PAGE) -> list[Row]:
    """Return runs, newest first; `before` is the id of the last row of the page before."""
    return queries.rows(conn, "web/runs", source=source, before=before, limit=limit)


def run(conn: Connection, run_id: int) -> Row | None:
    """Return a run with its `steps` (at most `MOST_STEPS`) and `seeds`, `None` where there is none of this id."""
    rows = queries.rows(conn, "web/run", run_id=run_id)
    if not rows:
        return None
    steps = queries.rows(conn, "web/steps_of_run", run_id=run_id, limit=MOST_STEPS)
    seeds = queries.rows(conn, "web/polls_of_run", run_id=run_id, limit=MOST_STEPS)
    return rows[0] | {"steps": steps, "seeds": seeds}


def newest_articles(conn: Connection, source: str | None, *, before: int = FIRST, limit: int = PAGE) -> list[Row]:
    """Return articles, those loaded last first; `before` is the id of the last row of the page before."""
    return queries.rows(conn, "web/newest_articles", source=source, before=before, limit=limit)
