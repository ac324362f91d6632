"""Articles with their versions, URLs, authors, tags and images: one batch, one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass, field
from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from etl.load import queries
from etl.load.captures import article_of, instant_of
from etl.load.db import Connection
from etl.records import LoadResult, Run, Source
from etl.urls import host_of, read_link


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """One row of the table `incoming`: an article as one capture has it; its fields are in the order of columns."""

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


_TYPES = (
    "text text int8 int8 int4 timestamptz int8 text int8 bytea text text text text timestamptz bool text timestamptz "
    "text text text[] text[] text text text jsonb bool text[]"
).split()

_PER_VERSION = (
    "insert_authors",
    "delete_article_authors",
    "insert_article_authors",
    "insert_tags",
    "delete_article_tags",
    "insert_article_tags",
    "upsert_images",
    "delete_images",
)


def claim_incoming(conn: Connection, run: Run, source: Source, size: int) -> list[Incoming]:
    """Lock up to `size` placed extractions of the run's window, as rows; the caller opens the transaction."""
    found = queries.rows(
        conn,
        "claim_extractions",
        source=run.source,
        size=size,
        since=run.window.start if run.window else None,
        until=run.window.end if run.window else None,
    )
    return [_incoming(row, run, source) for row in found]


def load_batch(conn: Connection, batch: Sequence[Incoming]) -> LoadResult:
    """Write a batch; the caller opens the transaction. Written again, it changes no row."""
    queries.execute(conn, "create_incoming")
    with conn.cursor() as cursor, cursor.copy(queries.statement("copy_incoming")) as copy:
        copy.set_types(_TYPES)
        for row in batch:
            copy.write_row(astuple(row))
    queries.execute(conn, "insert_articles")
    queries.execute(conn, "lock_articles")
    mended: int = queries.value(conn, "count_mended")
    if queries.execute(conn, "update_reextracted").rowcount:
        _join_equal_versions(conn)
    versions = [version for _, version in queries.execute(conn, "insert_versions").fetchall()]
    queries.execute(conn, "settle_extractions")
    queries.execute(conn, "update_current")
    queries.execute(conn, "insert_urls")
    for name in _PER_VERSION:
        queries.execute(conn, name)
    inserted = versions.count(1)
    return LoadResult(
        inserted=inserted,
        revised=len(versions) - inserted,
        mended=mended,
        unchanged=max(0, len(batch) - len(versions) - mended),
    )


def _join_equal_versions(conn: Connection) -> None:
    """Make one version of neighbours that differed only by what is now left out, as if they had never been two."""
    if queries.execute(conn, "drop_equal_versions").rowcount:
        for name in ("set_numbers_aside", "take_numbers_back", "count_versions"):
            queries.execute(conn, name)


def mark_gone(conn: Connection, source: Source) -> int:
    """Date the articles that no host serves any more, undate those that came back; return how many went."""
    queries.execute(conn, "unmark_gone", source=source.key)
    return queries.execute(conn, "mark_gone", source=source.key).rowcount


def _incoming(row: dict[str, Any], run: Run, source: Source) -> Incoming:
    article = article_of(row["fields"], row["body"] or "")
    image = article.image
    return Incoming(
        article_key=row["article_key"],
        source_key=run.source,
        link_id=row["link_id"],
        capture_id=row["capture_id"],
        extractor_version=row["extractor_version"],
        fetched_at=row["fetched_at"],
        host_id=row["host_id"],
        url=row["url"],
        loaded_by=run.run_id,
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
    )


def _canonical(stated: str | None, row: dict[str, Any], source: Source) -> str:
    """Return the URL that the page calls canonical, as the primary has it, where it names the same article."""
    found = read_link(stated, source) if stated else None
    if found and found.article_key == row["article_key"] and host_of(found.url, source) == source.primary:
        return found.url
    return str(row["link_url"])
