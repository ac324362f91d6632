"""What is stored, as rows for people: status, rejections, sources."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mirrorwire.core.config import Settings, SourceFile, source_files
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.fleet import split
from mirrorwire.core.records import Source
from mirrorwire.core.urls import is_known
from mirrorwire.extract.boilerplate import block_of
from mirrorwire.pipeline.standstill import feeds_of, standstills
from mirrorwire.reports.conditions import broke_off, conditions
from mirrorwire.store import ledger, queries
from mirrorwire.store.db import Connection

Row = dict[str, Any]
NEVER_READ: Row = {
    "articles": 0,
    "suspect": 0,
    "newest_published_at": None,
    "newest_seen_at": None,
    "timezone": None,
    "pending": 0,
    "failed": 0,
    "gone": 0,
    "rejected": 0,
}
NEVER_RUN: Row = {
    "runs_ended": 0,
    "failed_in_a_row": 0,
    "is_scheduled": False,
    "pages_lately": 0,
    "rejected_lately": 0,
}
TOPICS = {
    "hosts": "hosts",
    "host_events": "host_events",
    "runs": "runs",
    "feed_gaps": "gaps",
    "polls": "polls",
    "silent_seeds": "seeds",
    "bugs": "bugs",
    "links": "failed_links",
    "suggested_hosts": "suggestions",
}
"""What a source's row of `status` holds, and the topic of the ledger that it comes from."""


def rejected(conn: Connection, source: str | None, verdict: str | None, limit: int | None = None) -> list[Row]:
    """Return rejected and suspect pages, newest first, at most `limit`; `loaded`: whether a suspect one was loaded."""
    return queries.rows(conn, "extractions/list_rejections", source=source, verdict=verdict, limit=limit)


def bugs(conn: Connection, source: str | None, limit: int) -> list[Row]:
    """Return what single items made our code raise, newest first, with the traceback."""
    return queries.rows(conn, "bugs/list_bugs", source=source, limit=limit)


def status(conn: Connection, settings: Settings, source: str | None, *, now: datetime | None = None) -> list[Row]:
    """Return how each source stands, those never read included; hosts, runs, gaps and links inside.

    `schedule` is `None` for one of the fleet, whose feeds are polled as `polls` states. `conditions`: what is wrong
    with it, the worst first, by the clock `now`. `proxies` tells which of its hosts this process reaches through a
    proxy, and which; `None` for a broken source file.
    """
    now = now or datetime.now(UTC)
    topics = ledger.status(conn, source)
    news = ledger.news_of_seeds(conn, source)
    known = {row["source"]: row for row in topics["sources"]}
    passes = {row["source"]: row for row in topics["passes"]}
    every_file = list(source_files(settings))
    files = {file.key: file for file in every_file if source in (None, file.key)}
    fleet = {polled.key for polled in split(every_file)[1]}
    rows = []
    for key in sorted(known.keys() | files.keys()):
        file = files.get(key)
        stated = file.source if file else None
        row = known.get(key) or NEVER_READ | {"source": key, "name": stated.name if stated else None}
        inner = {
            name: [_within(item) for item in topics[topic] if item["source"] == key] for name, topic in TOPICS.items()
        }
        inner["feeds_standing_still"] = _standstills(stated, news) if stated else []
        if stated:
            suggested = inner["suggested_hosts"]
            inner["suggested_hosts"] = [host for host in suggested if not is_known(host["origin"], stated)]
        for run in inner["runs"]:
            run["broke_off"] = broke_off(run, now)
        facts = {
            **row,
            **NEVER_RUN,
            **_within(passes.get(key, {})),
            "schedule": stated.cron if stated and key not in fleet else None,
            "error": file.error if file else None,
            **inner,
            "proxies": _proxies(stated) if stated else None,
        }
        rows.append(facts | {"conditions": [asdict(condition) for condition in conditions(facts, now)]})
    return rows


def _standstills(source: Source, news: list[ledger.NewsFacts]) -> list[Row]:
    still = standstills([facts for facts in news if facts.source == source.key], feeds_of(source))
    return [{"seed": feed.seed, "since": feed.since, "usual_s": feed.usual.total_seconds()} for feed in still]


def _within(row: Row) -> Row:
    """A row inside that of its source, which needs no name there."""
    return {name: value for name, value in row.items() if name != "source"}


def _proxies(source: Source) -> list[Row]:
    from mirrorwire.http.proxies import proxy_of  # noqa: PLC0415 - requests is slow to import, and only this needs it here

    proxies = ((host.url, proxy_of(host.url)) for host in source.hosts)
    return [{"host": host, "proxy": proxy} for host, proxy in proxies if proxy]


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
        "schedule": source.cron if source else None,
        "file": str(file.path),
        "error": file.error,
    }


def path_of(file: str) -> Path:
    """Return a path as people type it."""
    return Path(file).expanduser()
