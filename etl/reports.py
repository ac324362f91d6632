"""What is stored, as rows for people: status, rejections, sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from etl.config import Settings, SourceFile, source_files
from etl.errors import WrongUse
from etl.extract.boilerplate import block_of
from etl.load import ledger, queries
from etl.load.db import Connection
from etl.records import Source
from etl.standstill import feeds_of, standstills
from etl.urls import is_known

Row = dict[str, Any]
NEVER_READ: Row = {
    "articles": 0,
    "newest_published_at": None,
    "newest_seen_at": None,
    "pending": 0,
    "failed": 0,
    "gone": 0,
    "rejected": 0,
}
TOPICS = {
    "hosts": "hosts",
    "host_events": "host_events",
    "runs": "runs",
    "feed_gaps": "gaps",
    "links": "failed_links",
    "suggested_hosts": "suggestions",
}
"""What a source's row of `status` holds, and the topic of the ledger that it comes from."""


def rejected(conn: Connection, source: str | None, verdict: str | None, limit: int | None = None) -> list[Row]:
    """Return rejected and suspect pages, newest first, at most `limit`."""
    return queries.rows(conn, "list_rejections", source=source, verdict=verdict, limit=limit)


def bugs(conn: Connection, source: str | None, limit: int) -> list[Row]:
    """Return what single items made our code raise, newest first, with the traceback."""
    return queries.rows(conn, "list_bugs", source=source, limit=limit)


def status(conn: Connection, settings: Settings, source: str | None) -> list[Row]:
    """Return how each source stands, those never read included; hosts, runs, gaps and links inside.

    `proxies` tells which of its hosts this process reaches through a proxy, and which; `None` for a broken source file.
    """
    topics = ledger.status(conn, source)
    news = ledger.news_of_seeds(conn, source)
    known = {row["source"]: row for row in topics["sources"]}
    files = {file.key: file for file in source_files(settings) if source in (None, file.key)}
    found = []
    for key in sorted(known.keys() | files.keys()):
        file = files.get(key)
        never = NEVER_READ | {"source": key, "name": file.source.name if file and file.source else None}
        row = known.get(key) or never
        inner = {
            name: [{k: v for k, v in item.items() if k != "source"} for item in topics[topic] if item["source"] == key]
            for name, topic in TOPICS.items()
        }
        if file and (stated := file.source):
            inner["suggested_hosts"] = [row for row in inner["suggested_hosts"] if not is_known(row["origin"], stated)]
        proxies = _proxies(file.source) if file and file.source else None
        inner["feeds_standing_still"] = _standstills(file.source, news) if file and file.source else []
        found.append({**row, "error": file.error if file else None, **inner, "proxies": proxies})
    return found


def _standstills(source: Source, news: list[ledger.NewsFacts]) -> list[Row]:
    found = standstills([each for each in news if each.source == source.key], feeds_of(source))
    return [{"seed": each.seed, "since": each.since, "usual_s": each.usual.total_seconds()} for each in found]


def _proxies(source: Source) -> list[Row]:
    from etl.fetch.proxies import proxy_of  # noqa: PLC0415 - requests is slow to import, and only this needs it here

    found = ((host.url, proxy_of(host.url)) for host in source.hosts)
    return [{"host": host, "proxy": proxy} for host, proxy in found if proxy]


def block_in(text: str) -> int:
    """Return the block of a paragraph as people copy it; raises `WrongUse` for one without a letter."""
    block = block_of(text)
    if block is None:
        raise WrongUse(f"{text!r} has no letter, and is no paragraph that can be told apart")
    return block


def source_row(file: SourceFile) -> Row:
    """Return a source file as a row."""
    source = file.source
    return {
        "key": file.key,
        "name": source.name if source else None,
        "hosts": [host.url for host in source.hosts] if source else [],
        "seeds": [f"{seed.kind} {seed.name}" for seed in source.seeds] if source else [],
        "schedule": source.schedule if source else None,
        "file": str(file.path),
        "error": file.error,
    }


def path_of(file: str) -> Path:
    """Return a path as people type it."""
    return Path(file).expanduser()
