"""What loading takes in: articles as single captures have them, from the table of extractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from mirrorwire.core.article_fields import COLUMNS
from mirrorwire.core.records import Article, Run, Source, Verdict, VerdictKind
from mirrorwire.core.urls import host_of, read_link
from mirrorwire.dedupe.revision import Content
from mirrorwire.store import queries
from mirrorwire.store.db import Connection
from mirrorwire.store.extractions import article_of, instant_of
from mirrorwire.store.one_by_one import Claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An article as one capture has it, its fields as they are stored: times as instants, the URL on the primary host.

    `verdict` is `article` or `suspect`, `doubts` are in short words. `mends`: an earlier reading of this capture was
    loaded, and this one counts.
    """

    article_key: str
    source_key: str
    link_id: int
    capture_id: int
    extractor_version: int
    fetched_at: datetime
    host_id: int
    url: str
    loaded_by: int
    content_hash: bytes
    article: Article
    verdict: VerdictKind = "article"
    doubts: list[str] = field(default_factory=list)
    mends: bool = False

    @property
    def content(self) -> Content:
        """What two versions are compared by."""
        article = self.article
        return Content(title=article.title, text=article.text, corrections=list(article.corrections))


def count_left(conn: Connection, run: Run) -> int:
    """Return how many pages of a run's window wait to be loaded, which only another run can be holding."""
    window = run.window
    return int(
        queries.value(
            conn,
            "articles/count_left",
            source=run.source,
            since=window.start if window else None,
            until=window.end if window else None,
        )
    )


def claim_incoming(
    conn: Connection, run: Run, source: Source, size: int, claimed: Claimed | None = None
) -> list[Incoming]:
    """Lock up to `size` placed extractions of the run's window, as rows; the caller opens the transaction.

    What is `claimed` is written down.
    """
    rows = queries.rows(
        conn,
        "articles/claim_extractions",
        source=run.source,
        size=size,
        since=run.window.start if run.window else None,
        until=run.window.end if run.window else None,
    )
    if claimed is not None:
        claimed[:] = [(row["capture_id"], row["extractor_version"]) for row in rows]
    return [_incoming(row, run.run_id, source) for row in rows]


def revive(
    conn: Connection, source: Source, captures: Sequence[tuple[int, int, int, int]], *, run_id: int
) -> list[Incoming]:
    """Return loaded captures as rows again, given each one's id, extractor version, article and version.

    The version is the stored one that it belongs to, which says what the capture says where that has no text itself.
    """
    ids, extractors, article_ids, versions = (list(column) for column in zip(*captures, strict=True))
    rows = queries.rows(
        conn,
        "articles/revive_extractions",
        captures=ids,
        extractors=extractors,
        article_ids=article_ids,
        versions=versions,
    )
    return [_incoming(row, run_id, source) for row in rows]


def _incoming(row: dict[str, Any], run_id: int, source: Source) -> Incoming:
    verdict = Verdict(kind=row["verdict"], evidence=row["evidence"])
    return Incoming(
        article_key=row["article_key"],
        source_key=source.key,
        link_id=row["link_id"],
        capture_id=row["capture_id"],
        extractor_version=row["extractor_version"],
        fetched_at=row["fetched_at"],
        host_id=row["host_id"],
        url=row["url"],
        loaded_by=run_id,
        content_hash=row["content_hash"],
        article=_as_stored(article_of(row["fields"], row["body"] or ""), row, source),
        verdict=verdict.kind,
        doubts=verdict.doubts,
        mends=row["loaded_before"],
    )


def _as_stored(article: Article, row: dict[str, Any], source: Source) -> Article:
    instants: dict[str, Any] = {
        column.field: instant_of(getattr(article, column.field), source.zone)
        for column in COLUMNS
        if column.kind == "time"
    }
    # That of the extraction is the one by which windows have taken it.
    instants["published_at"] = row["published_at"]
    return replace(
        article,
        **instants,
        canonical_url=_canonical(article.canonical_url, row, source),
        authors=tuple(dict.fromkeys(article.authors)),
        tags=tuple(dict.fromkeys(article.tags)),
    )


def _canonical(stated: str | None, row: dict[str, Any], source: Source) -> str:
    """Return the URL that the page calls canonical, as the primary has it, where it names the same article."""
    link = read_link(stated, source) if stated else None
    if link and link.article_key == row["article_key"] and host_of(link.url, source) == source.primary:
        return link.url
    return str(row["link_url"])
