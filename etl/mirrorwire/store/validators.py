"""What was read of a document before, by which a host is asked whether it has changed since."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from psycopg.types.json import Jsonb

from mirrorwire.core.exchange import Exchange
from mirrorwire.seed_formats.document import ChildSitemap
from mirrorwire.seed_formats.skipped import NOTHING_SKIPPED, Skipped
from mirrorwire.store import locks, queries
from mirrorwire.store.db import Connection

Headers = Mapping[str, str]

# RFC 9110, 8.8.3, but for quotes, which many servers leave out. What fits no header sent would fail the request.
_ETAG = re.compile(r'(?:W/)?(?:"[\x21\x23-\x7e\x80-\xff]{0,500}"|[\x21\x23-\x7e]{1,500})')
_OLDEST = datetime(1995, 1, 1, tzinfo=UTC)
"""What was last changed before there was news on the web states its epoch, and no change."""
_FAST_CLOCK = timedelta(minutes=5)
_DATE = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,98}[\x21-\x7e]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedCopy:
    """A seed document as a host showed it when its links were put on the frontier.

    `lastmod` is what the index above it stated by then, `children` the sitemaps that it names. `whole` is false for
    the first page of a listing as long as no walk through the pages behind it came to the end; `polled` where a window
    put its links on the frontier and no poll wants them. `period_end` is the last day of the period that its URL names,
    if what it holds belongs there. `links` counts what it held, `None` where nobody counted, and `skipped` tells what
    else was in it. `whole_at` is when its body was last read; `lies` says that its validators stayed the same while its
    links changed.
    """

    host_id: int
    url: str
    read_at: datetime
    etag: str | None
    last_modified: str | None
    lastmod: str | None
    children: tuple[ChildSitemap, ...]
    whole: bool
    polled: bool = True
    period_end: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    links: int | None = None
    skipped: Skipped = NOTHING_SKIPPED
    whole_at: datetime
    lies: bool = False

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and the last day that its links name."""
        return (self.first_day, self.last_day) if self.first_day and self.last_day else None

    @property
    def headers(self) -> Headers:
        """What asks for the document only if it has changed since; empty where the host gave nothing to ask by."""
        return {} if self.lies else headers(self.etag, self.last_modified, self.whole_at)


def headers(etag: str | None, last_modified: str | None, fetched_at: datetime) -> Headers:
    """Return the headers of a conditional request for what was fetched then; without what no request can carry.

    A Last-Modified that lies ahead, or before the web, says nothing of a change (RFC 9110, 8.8.2.1), and nor does an
    ETag that is made of it.
    """
    conditions = {}
    stated = (last_modified or "").strip()
    changed_at = _as_date(stated) if _DATE.fullmatch(stated) else None
    believed = changed_at is not None and _OLDEST <= changed_at <= fetched_at + _FAST_CLOCK
    if believed:
        conditions["If-Modified-Since"] = stated
    if etag and _ETAG.fullmatch(etag) and (believed or not stated or stated not in etag):
        conditions["If-None-Match"] = etag
    return conditions


def known_documents(conn: Connection, asked: Sequence[tuple[int, str]], *, read_by: str) -> dict[int, SeedCopy]:
    """Return by host id what is known of a document, asked for by (host id, URL there), as these rules read it."""
    host_ids, urls = [host_id for host_id, _ in asked], [url for _, url in asked]
    rows = queries.rows(conn, "seeds/known_documents", host_ids=host_ids, urls=urls, read_by=read_by)
    return {
        row["host_id"]: SeedCopy(
            **row
            | {
                "children": tuple(ChildSitemap(url=url, lastmod=lastmod) for url, lastmod in row["children"]),
                "skipped": Skipped.from_json(row["skipped"]),
            }
        )
        for row in rows
    }


def keep_document(
    conn: Connection,
    host_id: int,
    url: str,
    exchange: Exchange,
    *,
    read_by: str,
    lastmod: str | None,
    children: Iterable[ChildSitemap],
    whole: bool,
    conditional: bool,
    polled: bool = True,
    period_end: date | None = None,
    days: tuple[date, date] | None = None,
    links: int,
    skipped: Skipped,
    lies: bool = False,
) -> None:
    """Keep what was read; in the transaction that puts its links on the frontier, else a kill would lose them.

    Without its validators where it is not to be asked for by them. `links`, `skipped` and `lies` are as in `SeedCopy`.
    """
    etag, last_modified = (exchange.header("ETag"), exchange.header("Last-Modified")) if conditional else (None, None)
    sent = headers(etag, last_modified, exchange.fetched_at)
    queries.execute(
        conn,
        "seeds/keep_document",
        host_id=host_id,
        url=url,
        read_by=read_by,
        read_at=exchange.fetched_at,
        etag=sent.get("If-None-Match"),
        last_modified=sent.get("If-Modified-Since"),
        lastmod=lastmod,
        children=Jsonb([[child.url, child.lastmod] for child in children]),
        whole=whole,
        polled=polled,
        period_end=period_end,
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        links=links,
        skipped=Jsonb(skipped.as_json() if skipped else {}),
        lies=lies,
    )


def note_unchanged(
    conn: Connection, host_id: int, url: str, *, read_by: str, read_at: datetime, lastmod: str | None
) -> None:
    """Note that a host answered that a document is unchanged, whatever the index above it states now."""
    queries.execute(
        conn, "seeds/note_unchanged", host_id=host_id, url=url, read_by=read_by, read_at=read_at, lastmod=lastmod
    )


@contextmanager
def reading_alone(conn: Connection, source: str, path: str) -> Iterator[None]:
    """Be the only run that asks for a document of a source; others wait here, and find it kept."""
    with locks.held(conn, f"document:{source} {path}"):
        yield


def keep_listing_page(
    conn: Connection, source: str, seed: str, page: int, days: tuple[date, date], read_at: datetime
) -> None:
    """Keep which days stood on a page of a listing."""
    queries.execute(
        conn,
        "seeds/keep_listing_page",
        source=source,
        seed=seed,
        page=page,
        first_day=days[0],
        last_day=days[1],
        read_at=read_at,
    )


def page_before(conn: Connection, source: str, seed: str, day: date) -> int:
    """Return the last page of a listing that showed what is newer than a day when it was read; 1 where none is known.

    What the day holds stood there or behind it, and can have moved only to later pages since.
    """
    return int(queries.value(conn, "seeds/page_before", source=source, seed=seed, day=day) or 1)


def note_walked(conn: Connection, host_id: int, url: str, read_at: datetime) -> None:
    """Note that all pages behind the first one of a listing, as it was read then, have been read."""
    queries.execute(conn, "seeds/note_walked", host_id=host_id, url=url, read_at=read_at)


def page_validators(conn: Connection, link_ids: Sequence[int]) -> dict[int, dict[str, Headers]]:
    """Return by link and host URL the headers that ask whether the article that is stored from there has changed.

    Only for captures that were read as the article: what is not, or cannot be read, is to be fetched whole.
    """
    sent_to: dict[int, dict[str, Headers]] = {}
    for row in queries.rows(conn, "captures/page_validators", link_ids=list(link_ids)):
        if conditions := headers(row["etag"], row["last_modified"], row["fetched_at"]):
            sent_to.setdefault(row["link_id"], {})[row["host"]] = conditions
    return sent_to


def _as_date(text: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
