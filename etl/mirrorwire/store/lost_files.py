"""Files of the archive that cannot be read, and the captures that lie in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class AwayFile:
    """A file that is away or damaged, why, and how many pages of a source wait for it, or to be fetched again."""

    warc: str
    problem: str
    pages: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFile:
    """A file that captures need: how many bytes of it (`reach`), how many captures, and what is known of it.

    `damaged` counts the captures that were found damaged when they were read.
    """

    warc: str
    reach: int
    captures: int
    damaged: int
    problem: str | None
    written_off_at: datetime | None


def note(conn: Connection, warc: str, problem: str, now: datetime) -> None:
    """Note that a file cannot be read: until it is back, nobody waits for what lies in it."""
    with conn.transaction():
        queries.execute(conn, "archive/note_away_file", warc=warc, problem=clean(problem), now=now)
        queries.execute(conn, "archive/mark_away", warc=warc)


def to_look_for(conn: Connection, since: datetime) -> list[str]:
    """Return the files that may be back and were not looked for since."""
    return [warc for (warc,) in queries.execute(conn, "archive/away_to_look_for", since=since)]


def is_back(conn: Connection, warc: str) -> None:
    """Note that a file can be read again. What lay in one that was written off is read anew."""
    with conn.transaction():
        if queries.value(conn, "archive/drop_away_file", warc=warc):
            queries.execute(conn, "archive/take_back_captures", warc=warc)
        queries.execute(conn, "archive/mark_away", warc=warc)


def waiting(conn: Connection, source: str, extractor_version: int) -> list[AwayFile]:
    """Return the files that pages of a source wait for, none that is written off."""
    return queries.records(conn, AwayFile, "archive/away_waiting", source=source, extractor_version=extractor_version)


def files_of_source(conn: Connection, source: str, run_id: int | None) -> set[str]:
    """Return the files in which captures of a source lie, those that this run made left out."""
    return {warc for (warc,) in queries.execute(conn, "archive/files_of_source", source=source, run_id=run_id)}


def files(conn: Connection) -> list[ArchiveFile]:
    """Return every file that captures need, by name."""
    return queries.records(conn, ArchiveFile, "archive/archive_files")


def is_written_off(conn: Connection, warc: str) -> bool:
    """Return whether a file was given up."""
    return bool(queries.value(conn, "archive/is_written_off", warc=warc))


def write_off(conn: Connection, warc: str, problem: str, now: datetime) -> list[dict[str, Any]]:
    """Give a file up, and return the pages that lay in it: `article_key`, `url`, `fetched_at`, and their `state`.

    `loaded`: what was read stands in the articles; `read`: it was read, and is no version of an article; `fetched
    again`: nothing was read of it yet, so its hosts are asked once more; `lost`: it was never read, and another page of
    the link was. Done again, it returns the same but for links that have been fetched meanwhile.
    """
    with conn.transaction():
        queries.execute(conn, "archive/write_off_file", warc=warc, problem=clean(problem), now=now)
        queries.execute(conn, "archive/mark_away", warc=warc)
        queries.execute(conn, "archive/give_up_captures", warc=warc)
        queries.execute(conn, "archive/want_lost_pages", warc=warc, problem=f"{warc}, which held it, is lost")
        return queries.rows(conn, "archive/pages_of_file", warc=warc)
