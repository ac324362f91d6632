"""What a page gave, kept: by the step that read it first, or by the one that read it again."""

from __future__ import annotations

from datetime import datetime

from mirrorwire.core.records import Extraction, Run, Source
from mirrorwire.dedupe import content_hash
from mirrorwire.store import extractions, suggested_hosts
from mirrorwire.store.db import Connection
from mirrorwire.store.extractions import PageCapture


def keep_extraction(
    conn: Connection,
    run: Run,
    source: Source,
    page: PageCapture,
    extraction: Extraction,
    *,
    extractor_version: int,
    revision: int,
    now: datetime,
) -> bool:
    """Store what a capture gave; `revision` is that of the rules which it was read with.

    Where the source's are others by now, nothing is stored, and the answer is False: the page must be read again.
    """
    article = extraction.article
    for way, origin in extraction.unknown_origins:
        suggested_hosts.note(conn, run.source, origin, way, page.url)
    return extractions.store_extraction(
        conn,
        run,
        page,
        extraction,
        extractor_version=extractor_version,
        revision=revision,
        content_hash=content_hash(article.title, article.text) if article else None,
        zone=source.zone,
        now=now,
    )
