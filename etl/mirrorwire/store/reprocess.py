"""Stored pages that are read again by today's code: which, what they gave before, and how far a reprocessing is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mirrorwire.core.records import Interval, Verdict, VerdictKind
from mirrorwire.store import queries
from mirrorwire.store.db import Connection
from mirrorwire.store.extractions import ClaimedCapture


@dataclass(frozen=True, slots=True, kw_only=True)
class Reprocessing:
    """What is read again: a source's links with a page of the `window` that an extractor before `older_than` read.

    `None` takes all. All pages of such a link are read, so that its versions are read alike.
    """

    source: str
    window: Interval | None = None
    older_than: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage(ClaimedCapture):
    """A stored page and what it gave when it was last read.

    `read_by` is the extractor that read it, 0 where it is to be read again; `given_by` the one that gave what is
    stored, and with it all behind it `None` where nothing is. `body` is `None` too where a version holds the text.
    """

    article_key: str
    read_by: int
    away: bool
    given_by: int | None
    verdict: VerdictKind | None
    evidence: Mapping[str, Any] | None
    fields: Mapping[str, Any] | None
    body: str | None
    published_at: datetime | None
    content_hash: bytes | None
    blocks: Sequence[int] | None
    loaded: bool

    @property
    def stored_verdict(self) -> Verdict | None:
        """What it was."""
        return None if self.verdict is None else Verdict(kind=self.verdict, evidence=self.evidence or {})


def links_to_read(conn: Connection, asked: Reprocessing, *, after: int, size: int) -> list[int]:
    """Return up to `size` links to be read again, behind the link `after`, in the order of their numbers."""
    window = asked.window
    rows = queries.execute(
        conn,
        "reprocess/links_to_read",
        source=asked.source,
        after=after,
        size=size,
        older_than=asked.older_than,
        since=window.start if window else None,
        until=window.end if window else None,
    )
    return [link_id for (link_id,) in rows]


def stored_pages(conn: Connection, links: Sequence[int]) -> list[StoredPage]:
    """Return the chosen pages of links, a link's one behind the other, the oldest first."""
    return queries.records(conn, StoredPage, "reprocess/stored_pages", links=list(links))


def stored_text(conn: Connection, capture_id: int) -> tuple[str, str] | None:
    """Return the title and the text that a page gave when it was last read; `None` where it was no article."""
    row = queries.execute(conn, "reprocess/stored_text", capture_id=capture_id).fetchone()
    if row is None or row[0] is None:
        return None
    return row[0], row[1] or ""


def settle_unchanged(conn: Connection, page: StoredPage, extractor_version: int) -> None:
    """Note that this extractor has read a page, and that what is stored of it stands."""
    queries.execute(
        conn,
        "reprocess/settle_unchanged",
        capture_id=page.capture_id,
        accepted=page.accepted,
        extractor_version=extractor_version,
    )


def mark(conn: Connection, asked: Reprocessing, by: str) -> int:
    """Return the last link that an unfinished reprocessing of the same pages has done, 0 where there is none.

    `by` names what they are read by: pages read by other code are not counted as read.
    """
    link_id = queries.value(conn, "reprocess/mark", source=asked.source, asked_for=_asked_for(asked, by))
    return int(link_id or 0)


def set_mark(conn: Connection, asked: Reprocessing, by: str, link_id: int, now: datetime) -> None:
    """Note that all links up to this one are done."""
    queries.execute(
        conn, "reprocess/set_mark", source=asked.source, asked_for=_asked_for(asked, by), link_id=link_id, now=now
    )


def drop_mark(conn: Connection, asked: Reprocessing, by: str) -> None:
    """Note that a reprocessing is at its end: the next one begins with the first link."""
    queries.execute(conn, "reprocess/drop_mark", source=asked.source, asked_for=_asked_for(asked, by))


def _asked_for(asked: Reprocessing, by: str) -> str:
    window = asked.window
    days = f"{window.start.isoformat()}/{window.end.isoformat()}" if window else "all"
    older_than = "any" if asked.older_than is None else f"before {asked.older_than}"
    return f"{days}, {older_than}, {by}"
