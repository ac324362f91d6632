"""Links that a feed lists, and short pages whose name alone says whether they are what it lists."""

from __future__ import annotations

from datetime import UTC, datetime

from mirrorwire.core.config import Settings
from mirrorwire.core.records import Link
from mirrorwire.store import db, frontier, ledger


def brief(title: str) -> bytes:
    """Return a page of two sentences that states nothing, under a heading that its title repeats."""
    sentence = "<p>The harbour has been closed to all ships since this morning, the master said.</p>"
    return f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{sentence * 2}</body></html>".encode()


def list_under(settings: Settings, run_id: int, key: str, url: str, title: str) -> None:
    """Put a link on the frontier as a feed does that calls it so."""
    with db.connect(db.database_url(settings)) as conn:
        run = ledger.find_run(conn, run_id)
        link = Link(article_key=key, url=url, seed="feed", title=title)
        with conn.transaction():
            frontier.list_links(conn, run, "feed", [link], datetime.now(UTC))
