"""What was fetched: captures, attempts, and the rejections that say that a capture is no article."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from mirrorwire.core.exchange import Attempt, Capture, Earlier, Exchange
from mirrorwire.core.records import Run, Verdict
from mirrorwire.store import queries
from mirrorwire.store.clean import clean, clean_json
from mirrorwire.store.db import Connection


def store_capture(
    conn: Connection,
    run: Run,
    exchange: Exchange,
    capture: Capture,
    *,
    host_id: int,
    link_id: int | None,
    chosen: bool,
    payload_id: int | None = None,
) -> int:
    """Store where a response lies; return the capture's id. `payload_id` is that of `capture.payload`."""
    capture_id: int = queries.value(
        conn,
        "captures/insert_capture",
        source=run.source,
        link_id=link_id,
        host_id=host_id,
        run_id=run.run_id,
        url=exchange.url,
        fetched_at=exchange.fetched_at,
        status=exchange.status,
        content_type=clean(exchange.header("content-type")),
        etag=clean(exchange.header("etag")),
        last_modified=clean(exchange.header("last-modified")),
        digest=capture.digest,
        warc=capture.warc,
        offset=capture.offset,
        length=capture.length,
        payload_id=payload_id,
        chosen=chosen,
        tls_verified=exchange.tls_verified,
    )
    return capture_id


def stored_payload(conn: Connection, source: str, digest: str, url: str) -> Earlier | None:
    """Return a response of the source that holds the payload of this digest, of the same URL if there is one."""
    return _earlier(queries.execute(conn, "captures/stored_payload", source=source, digest=digest, url=url).fetchone())


def last_payload(conn: Connection, source: str, link_id: int | None, url: str) -> Earlier | None:
    """Return what a URL last gave: the response that holds its body, which a 304 says to be unmodified."""
    return _earlier(queries.execute(conn, "captures/last_payload", source=source, link_id=link_id, url=url).fetchone())


def _earlier(row: tuple[Any, ...] | None) -> Earlier | None:
    if row is None:
        return None
    capture_id, url, fetched_at, warc, offset, length, digest = row
    capture = Capture(warc=warc, offset=offset, length=length, digest=digest)
    return Earlier(capture_id=capture_id, url=url, fetched_at=fetched_at, capture=capture)


def mark_damaged(conn: Connection, warc: str, offset: int) -> None:
    """Record that the record at this place cannot be read: what is fetched again refers to it no more."""
    queries.execute(conn, "captures/mark_damaged", warc=warc, offset=offset)


def leave_as_read(conn: Connection, capture_id: int) -> bool:
    """End the work on a capture that cannot be read any more; return whether it was read before, and stays so."""
    return queries.execute(conn, "captures/leave_as_read", capture_id=capture_id).rowcount > 0


def store_attempt(
    conn: Connection,
    run: Run,
    attempt: Attempt,
    *,
    host_id: int,
    link_id: int | None,
    verdict: Verdict | None = None,
    capture_id: int | None = None,
) -> None:
    """Record one exchange with one host."""
    queries.execute(
        conn,
        "captures/insert_attempt",
        run_id=run.run_id,
        link_id=link_id,
        host_id=host_id,
        url=attempt.url,
        started_at=attempt.started_at,
        elapsed_s=attempt.elapsed_s,
        outcome=attempt.outcome,
        status=attempt.status,
        body_bytes=attempt.body_bytes,
        verdict=verdict.kind if verdict else None,
        detail=clean(attempt.detail),
        capture_id=capture_id,
    )


def store_rejection(conn: Connection, run: Run, capture_id: int, link_id: int, verdict: Verdict, now: datetime) -> None:
    """Record a page that is no article, or a suspect one, with the evidence."""
    queries.execute(
        conn,
        "extractions/insert_rejection",
        capture_id=capture_id,
        source=run.source,
        link_id=link_id,
        verdict=verdict.kind,
        evidence=Jsonb(clean_json(verdict.evidence)),
        now=now,
    )


def withdraw_unserved(conn: Connection, link_id: int) -> None:
    """Take back the rejections of answers that stood in for a page which a host serves now."""
    queries.execute(conn, "extractions/withdraw_unserved", link_id=link_id)
