"""What web archives hold of a source's pages, as their indexes list it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mirrorwire.core.records import Run
from mirrorwire.seed_formats.cdx import IndexedCopy
from mirrorwire.store import queries
from mirrorwire.store.db import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivedCopy:
    """A copy of a page in an archive: the archive's origin, and what it captured when."""

    archive: str
    captured_at: datetime
    url: str


def keep(conn: Connection, run: Run, host_id: int, copies: Sequence[IndexedCopy]) -> list[int]:
    """Keep the copies of links that are on the frontier; return the ids of those that had been given up."""
    done = queries.execute(
        conn,
        "frontier/keep_copies",
        source=run.source,
        host_id=host_id,
        keys=[copy.link.article_key for copy in copies],
        captured=[copy.captured_at for copy in copies],
        urls=[copy.url for copy in copies],
    )
    return [link_id for (link_id,) in done]


def of_link(conn: Connection, link_id: int, size: int) -> list[ArchivedCopy]:
    """Return the newest copies of a page, at most `size`; none of one that is stored."""
    return queries.records(conn, ArchivedCopy, "frontier/archived_copies", link_id=link_id, size=size)
