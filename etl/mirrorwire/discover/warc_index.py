"""Where it is noted which pages WARC files of others hold: in Postgres, or in memory where nothing is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from mirrorwire.store import warcs
from mirrorwire.store.db import Connection
from mirrorwire.store.warcs import Needed

if TYPE_CHECKING:  # a poll without WARC files needs nothing that reads them
    from mirrorwire.archive.mentions import Mention
    from mirrorwire.archive.outside import OutsideFile


class FiledPage(NamedTuple):
    """A page that a WARC file holds, by its article."""

    article_key: str
    url: str
    day: date | None
    captured_at: datetime | None


class WarcIndex(Protocol):
    """Takes what scans of WARC files find, file by file."""

    def alone(self) -> AbstractContextManager[None]:
        """Be the only run that scans files for the source."""
        ...

    def begin(self, file: OutsideFile, read_by: str) -> int:
        """Begin with a file, read by these rules; return the id by which it is known here."""
        ...

    def note(self, file_id: int, member: str, mentions: Sequence[Mention]) -> None:
        """Note pages that a member of the file holds."""
        ...

    def finish(self, file_id: int, *, records: int, damage: str | None, now: datetime) -> None:
        """Note that a file was scanned to its end."""
        ...

    def pages(self, file_id: int, needed: Needed) -> list[FiledPage]:
        """Return the pages of a file that was begun here, as far as they may be needed."""
        ...


class MemoryWarcIndex:
    """Remembers the pages of files for as long as the run takes."""

    def __init__(self) -> None:
        self._mentions: list[dict[str, Mention]] = []

    def alone(self) -> AbstractContextManager[None]:
        """Scan beside others: nobody is disturbed."""
        return nullcontext()

    def begin(self, file: OutsideFile, read_by: str) -> int:
        """Begin with a file; return its number."""
        self._mentions.append({})
        return len(self._mentions) - 1

    def note(self, file_id: int, member: str, mentions: Sequence[Mention]) -> None:
        """Remember pages, the last of each article."""
        for mention in mentions:
            self._mentions[file_id][mention.article_key] = mention

    def finish(self, file_id: int, *, records: int, damage: str | None, now: datetime) -> None:
        """Keep nothing."""

    def pages(self, file_id: int, needed: Needed) -> list[FiledPage]:
        """Return all pages of a file."""
        return [
            FiledPage(mention.article_key, mention.link_url, mention.day, mention.captured_at)
            for mention in self._mentions[file_id].values()
        ]


class DatabaseWarcIndex:
    """Keeps in Postgres where the pages of a source lie, so that a later window reads nothing but its own."""

    def __init__(self, conn: Connection, source: str, ids: Mapping[str, int]) -> None:
        """`source` is its key, `ids` are those of its hosts, by URL."""
        self._conn, self._source, self._ids = conn, source, dict(ids)

    def alone(self) -> AbstractContextManager[None]:
        """Be the only run that scans files for the source; others wait."""
        return warcs.alone(self._conn, self._source)

    def begin(self, file: OutsideFile, read_by: str) -> int:
        """Begin with a file; return its id."""
        return warcs.begin(self._conn, self._source, file.url, file.size, file.stamp, read_by=read_by)

    def note(self, file_id: int, member: str, mentions: Sequence[Mention]) -> None:
        """Note pages that a member of the file holds."""
        warcs.note_records(self._conn, file_id, member, mentions, self._ids)

    def finish(self, file_id: int, *, records: int, damage: str | None, now: datetime) -> None:
        """Note that a file was scanned to its end: it is not scanned again."""
        warcs.finish(self._conn, file_id, records=records, damage=damage, now=now)

    def pages(self, file_id: int, needed: Needed) -> list[FiledPage]:
        """Return the pages of a file that a window may need."""
        return pages_of(self._conn, file_id, needed, untaken=False)


def pages_of(conn: Connection, file_id: int, needed: Needed, *, untaken: bool) -> list[FiledPage]:
    """Return the pages of a file that was scanned before; with `untaken` only those that no run has copied."""
    rows = warcs.links(conn, file_id, needed, untaken=untaken)
    return [FiledPage(row["article_key"], row["url"], row["day"], row["captured_at"]) for row in rows]
