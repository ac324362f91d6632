"""Which articles an export holds, as rows that stream from a server-side cursor."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from psycopg.rows import dict_row

from mirrorwire.core.records import Interval, Source
from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection

Row = dict[str, Any]
CHUNK = 500
"""Rows that are held at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What of a source's articles is wanted; what is `None` does not matter.

    `window` is half-open and of publication; `updated_since` takes those whose current version was captured then or
    later. `language` takes its regional forms too (zh: zh-Hans), `section` what lies below it (News: News / World).
    `heads` takes of each cluster of near duplicates its head alone, `sure` leaves suspect articles out. `limit` are
    the first, `newest` puts the versions that were captured last first.
    """

    window: Interval | None = None
    updated_since: datetime | None = None
    language: str | None = None
    section: str | None = None
    heads: bool = False
    sure: bool = False
    newest: bool = False
    limit: int | None = None

    def rows(self, conn: Connection, source: Source) -> Iterator[Row]:
        """Yield the articles as the columns of the contract, without holding more than `CHUNK` of them."""
        parameters = {
            "source": source.key,
            "since": self.window.start if self.window else None,
            "until": self.window.end if self.window else None,
            "updated_since": self.updated_since,
            "language": clean(self.language),
            "section": clean(section_path(self.section)) if self.section is not None else None,
            "heads": self.heads,
            "sure": self.sure,
            "limit": self.limit,
        }
        name = "articles/export_newest" if self.newest else "articles/export_articles"
        with conn.transaction(), conn.cursor("export", row_factory=dict_row) as cursor:
            cursor.itersize = CHUNK
            yield from cursor.execute(queries.statement(name), parameters)


def section_path(text: str) -> str:
    """Return a section as it is stored, from however people space it: `news/world` is `news / world`."""
    return " / ".join(part.strip() for part in text.split("/") if part.strip())
