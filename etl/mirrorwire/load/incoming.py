"""What loading takes in: articles as single captures have them, from the table of extractions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from mirrorwire.core.records import Run, Source
from mirrorwire.core.urls import host_of, read_link
from mirrorwire.dedupe.revision import Content
from mirrorwire.store import queries
from mirrorwire.store.captures import article_of, instant_of
from mirrorwire.store.db import Connection
from mirrorwire.store.one_by_one import Claimed


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """An article as one capture has it. `mends`: an earlier reading of this capture was loaded, and this one counts."""

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
    canonical_url: str
    title: str
    lead: str | None
    text: str
    published_at: datetime | None
    published_at_assumed: bool
    published_precision: str | None
    modified_at: datetime | None
    section: str | None
    language: str | None
    authors: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    image_url: str | None = None
    image_caption: str | None = None
    image_credit: str | None = None
    origins: Jsonb = field(default_factory=lambda: Jsonb({}))
    paywalled: bool | None = None
    corrections: list[str] = field(default_factory=list)
    mends: bool = False

    @property
    def content(self) -> Content:
        """What a revision is told by."""
        return Content(title=self.title, text=self.text, corrections=self.corrections)


def claim_incoming(
    conn: Connection, run: Run, source: Source, size: int, claimed: Claimed | None = None
) -> list[Incoming]:
    """Lock up to `size` placed extractions of the run's window, as rows; the caller opens the transaction.

    What is `claimed` is written down.
    """
    found = queries.rows(
        conn,
        "articles/claim_extractions",
        source=run.source,
        size=size,
        since=run.window.start if run.window else None,
        until=run.window.end if run.window else None,
    )
    if claimed is not None:
        claimed[:] = [(row["capture_id"], row["extractor_version"]) for row in found]
    return [_incoming(row, run.run_id, source) for row in found]


def revive(
    conn: Connection, source: Source, captures: Sequence[tuple[int, int, int, int]], *, run_id: int
) -> list[Incoming]:
    """Return loaded captures as rows again, given each one's id, extractor version, article and version.

    The version is the stored one that it belongs to, which says what the capture says where that has no text itself.
    """
    ids, extractors, article_ids, versions = (list(column) for column in zip(*captures, strict=True))
    found = queries.rows(
        conn,
        "articles/revive_extractions",
        captures=ids,
        extractors=extractors,
        article_ids=article_ids,
        versions=versions,
    )
    return [_incoming(row, run_id, source) for row in found]


def _incoming(row: dict[str, Any], run_id: int, source: Source) -> Incoming:
    article = article_of(row["fields"], row["body"] or "")
    image = article.image
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
        canonical_url=_canonical(article.canonical_url, row, source),
        title=article.title,
        lead=article.lead,
        text=article.text,
        published_at=row["published_at"],
        published_at_assumed=article.published_at_assumed,
        published_precision=article.published_precision,
        modified_at=instant_of(article.modified_at, source.zone),
        section=article.section,
        language=article.language,
        authors=list(dict.fromkeys(article.authors)),
        tags=list(dict.fromkeys(article.tags)),
        image_url=image.url if image else None,
        image_caption=image.caption if image else None,
        image_credit=image.credit if image else None,
        origins=Jsonb(dict(article.origins)),
        paywalled=article.paywalled,
        corrections=list(article.corrections),
        mends=row["loaded_before"],
    )


def _canonical(stated: str | None, row: dict[str, Any], source: Source) -> str:
    """Return the URL that the page calls canonical, as the primary has it, where it names the same article."""
    found = read_link(stated, source) if stated else None
    if found and found.article_key == row["article_key"] and host_of(found.url, source) == source.primary:
        return found.url
    return str(row["link_url"])
