"""What is stored, as rows for people: exports, status, rejections, sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO

from psycopg.rows import dict_row

from etl.config import Settings, SourceFile, source_files
from etl.errors import WrongUse
from etl.extract.boilerplate import block_of
from etl.load import ledger, queries
from etl.load.db import Connection
from etl.output import show_table
from etl.records import Source
from etl.urls import is_known
from etl.windows import window

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
CHUNK = 500
TOPICS = {
    "hosts": "hosts",
    "host_events": "host_events",
    "runs": "runs",
    "feed_gaps": "gaps",
    "links": "failed_links",
    "suggested_hosts": "suggestions",
}
"""What a source's row of `status` holds, and the topic of the ledger that it comes from."""


def exported(conn: Connection, source: Source, since: str | None, until: str | None) -> Iterator[Row]:
    """Yield the articles of a source published in a window, in order, without holding them all."""
    span = window(since, until, source.zone)
    parameters = {
        "source": source.key,
        "since": span.start if span else None,
        "until": span.end if span else None,
    }
    with conn.transaction(), conn.cursor("export", row_factory=dict_row) as cursor:
        cursor.itersize = CHUNK
        yield from cursor.execute(queries.statement("export_articles"), parameters)


def rejected(conn: Connection, source: str | None, verdict: str | None) -> list[Row]:
    """Return rejected and suspect pages, newest first."""
    return queries.rows(conn, "list_rejections", source=source, verdict=verdict)


def status(conn: Connection, settings: Settings, source: str | None) -> list[Row]:
    """Return how each source stands, those never read included; hosts, runs, gaps and links inside.

    `proxies` tells which of its hosts this process reaches through a proxy, and which; `None` for a broken source file.
    """
    topics = ledger.status(conn, source)
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
        found.append({**row, "error": file.error if file else None, **inner, "proxies": proxies})
    return found


def _proxies(source: Source) -> list[Row]:
    from etl.fetch.proxies import proxy_of  # noqa: PLC0415 - requests is slow to import, and only this needs it here

    found = ((host.url, proxy_of(host.url)) for host in source.hosts)
    return [{"host": host, "proxy": proxy} for host, proxy in found if proxy]


def show_status(found: list[Row], out: TextIO) -> None:
    """Draw the status for people."""
    columns = (
        "source",
        "articles",
        "newest_published_at",
        "newest_seen_at",
        "pending",
        "failed",
        "gone",
        "rejected",
        "error",
    )
    show_table(found, [name for name in columns if any(row.get(name) is not None for row in found)], out)
    if said := proxy_line(found):
        print(said, file=out)
    hosts = [{"source": row["source"], **host} for row in found for host in row["hosts"]]
    if hosts:
        shown = [{**host, **_told(host)} for host in hosts]
        names = "source url role state since success latency failures served"
        show_table(shown, names.split(), out, title="Hosts, and their last day")
    runs = [{"source": row["source"], **run} for row in found for run in row["runs"]]
    if runs:
        shown = [{**run, "said": "; ".join((*run["failures"], *run["warnings"]))} for run in runs]
        show_table(shown, ("source", "kind", "state", "started_at", "finished_at", "said"), out, title="Last runs")
    for name, title, shown_names in (
        (
            "suggested_hosts",
            "Suggested hosts, asked only once somebody adds them: mirrorwire hosts add SOURCE ORIGIN",
            "source origin named_by first_seen_at last_seen_at example",
        ),
        ("host_events", "Hosts that went down or came back in the last week", "source at url state reason"),
        (
            "feed_gaps",
            "Feed gaps of the last week: items between these polls may be lost",
            "source seed polled_before_at polled_at",
        ),
        ("links", "Links that no host has served", "source url state tries next_try_at last_problem"),
    ):
        rows = [{"source": row["source"], **item} for row in found for item in row[name]]
        if rows:
            show_table(rows, shown_names.split(), out, title=title)


def proxy_line(found: list[Row]) -> str | None:
    """Return one line on what stands between us and the hosts of these rows of `status`, `None` where nothing does."""
    through = [each for row in found for each in row["proxies"] or ()]
    if not through:
        return None
    proxies, hosts = sorted({each["proxy"] for each in through}), sorted({each["host"] for each in through})
    return (
        f"Through a proxy of the environment ({', '.join(proxies)}): {', '.join(hosts)}. "
        "Only the list of hosts holds there: the addresses behind their names cannot be checked."
    )


def _told(host: Row) -> Row:
    """What the table says of a host."""
    asked, failures = host["attempts_last_day"], host["failures_last_day"]
    elapsed_s = host["mean_elapsed_s"]
    return {
        "state": _state(host),
        "success": f"{host['success_last_day']:.0%} of {asked}" if asked else None,
        "latency": f"{elapsed_s:.2f} s" if elapsed_s is not None else None,
        "failures": ", ".join(f"{what} {n}" for what, n in sorted(failures.items(), key=lambda each: -each[1])) or None,
        "served": f"{host['pages_last_day']} pages" if host["pages_last_day"] else None,
    }


def _state(host: Row) -> str:
    """A host's state in people's words."""
    if host["ruling"]:
        return f"{host['ruling']}, said by hand"
    if host["resting_until"]:
        return f"left alone until {host['resting_until']:%Y-%m-%d %H:%M:%S} UTC"
    if not host["last_ok_at"] and not host["last_failure_at"]:
        return "never asked"
    if host["state"] == "open":
        return f"down: {host['reason']}"
    if host["state"] == "half-open":
        return "on trial"
    return f"failing, {host['failures_in_a_row']} in a row" if host["failures_in_a_row"] else "up"


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
