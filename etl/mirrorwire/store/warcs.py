"""WARC files of others, as far as a source is concerned: which were scanned, what they hold, what of it was copied."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from mirrorwire.core.exchange import Capture
from mirrorwire.store import locks, queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Needed:
    """What a window needs of a file: pages of days first to last, else those captured since. All `None`: everything."""

    first: date | None = None
    last: date | None = None
    since: datetime | None = None

    @property
    def parameters(self) -> dict[str, Any]:
        """As the statements have them."""
        return {"first": self.first, "last": self.last, "since": self.since}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A file that was scanned before: its id, and what of it could not be read."""

    file_id: int
    damage: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcRecord:
    """A page of the source in a file, as `warc_record` has it; `offset` and `length` are `None` where it has none."""

    member: str
    number: int
    offset: int | None
    length: int | None
    record_id: str | None
    url: str
    article_key: str
    link_url: str
    day: date | None
    host: str
    captured_at: datetime | None
    revisit: bool
    digest: str | None
    link_id: int
    listed_title: str | None = None
    """What a feed or a news sitemap calls it."""


@contextmanager
def alone(conn: Connection, source: str) -> Iterator[None]:
    """Have no other session read WARC files of this source meanwhile: it waits, and finds them read."""
    with locks.held(conn, f"warcs:{source}", long_work=True):
        yield


def known(conn: Connection, source: str, files: Sequence[tuple[str, int, str]], *, read_by: str) -> dict[str, Scanned]:
    """Return by URL which files (URL, bytes, stamp) were scanned to their end as they are, by these rules."""
    urls, sizes, stamps = ([file[n] for file in files] for n in range(3))
    scanned = queries.execute(
        conn, "warc_files/known_warc_files", source=source, urls=urls, sizes=sizes, stamps=stamps, read_by=read_by
    )
    return {url: Scanned(file_id=file_id, damage=damage) for url, file_id, damage in scanned}


def begin(conn: Connection, source: str, url: str, size: int, stamp: str, *, read_by: str) -> int:
    """Note a file that is about to be scanned; return its id."""
    file_id: int = queries.value(
        conn, "warc_files/begin_warc_file", source=source, url=url, bytes=size, stamp=stamp, read_by=read_by
    )
    return file_id


def note_records(
    conn: Connection, file_id: int, member: str, mentions: Sequence[Any], host_ids: dict[str, int]
) -> None:
    """Note pages that a file holds; `mentions` are those of `mirrorwire.archive.mentions`."""
    queries.execute(
        conn,
        "warc_files/insert_warc_records",
        file_id=file_id,
        member=clean(member),
        numbers=[mention.number for mention in mentions],
        offsets=[mention.offset for mention in mentions],
        lengths=[mention.length for mention in mentions],
        record_ids=[clean(mention.record_id) for mention in mentions],
        urls=[mention.url for mention in mentions],
        keys=[mention.article_key for mention in mentions],
        link_urls=[mention.link_url for mention in mentions],
        days=[mention.day for mention in mentions],
        host_ids=[host_ids[mention.host] for mention in mentions],
        captured=[mention.captured_at for mention in mentions],
        revisits=[mention.revisit for mention in mentions],
        digests=[clean(mention.digest) for mention in mentions],
        problems=[clean(mention.problem) for mention in mentions],
    )


def finish(conn: Connection, file_id: int, *, records: int, damage: str | None, now: datetime) -> None:
    """Note that a file was scanned to its end."""
    queries.execute(
        conn, "warc_files/finish_warc_file", file_id=file_id, records=records, damage=clean(damage), now=now
    )


def links(conn: Connection, file_id: int, needed: Needed, *, untaken: bool) -> list[dict[str, Any]]:
    """Return the links that a window may need of a file, and those of its first and last day.

    Columns `article_key, url, day, captured_at`. `untaken`: only those of records that have not been copied.
    """
    return queries.rows(conn, "warc_files/warc_links", file_id=file_id, untaken=untaken, **needed.parameters)


def wanted(conn: Connection, file_id: int, needed: Needed, *, revisits: bool, size: int) -> list[WarcRecord]:
    """Return up to `size` records that a window takes and no run has copied, responses or revisits."""
    return queries.records(
        conn, WarcRecord, "warc_files/warc_wanted", file_id=file_id, revisits=revisits, size=size, **needed.parameters
    )


def leftovers(conn: Connection, file_ids: Sequence[int], needed: Needed) -> list[tuple[str | None, int]]:
    """Return how many records were not copied, by what is wrong with them; nothing is with a revisit of the unknown."""
    counts = queries.execute(conn, "warc_files/warc_leftovers", file_ids=list(file_ids), **needed.parameters)
    return [(problem, number) for problem, number in counts]


def settle(
    conn: Connection,
    file_id: int,
    record: WarcRecord,
    *,
    capture_id: int | None = None,
    verdict: str | None = None,
    problem: str | None = None,
) -> None:
    """Note which capture is a copy of a record, or why there is none."""
    queries.execute(
        conn,
        "warc_files/settle_warc_record",
        file_id=file_id,
        member=record.member,
        number=record.number,
        capture_id=capture_id,
        verdict=verdict,
        problem=clean(problem),
    )


def unplace(conn: Connection, file_id: int, record: WarcRecord) -> None:
    """Note that a record does not lie where a scan took it to lie: it is to be read from the file's beginning."""
    queries.execute(conn, "warc_files/unplace_warc_record", file_id=file_id, member=record.member, number=record.number)


def same_capture(conn: Connection, link_id: int, url: str, fetched_at: datetime, digest: str) -> int | None:
    """Return the capture that is a copy of the same record already, out of whichever file."""
    capture_id: int | None = queries.value(
        conn, "warc_files/same_capture", link_id=link_id, url=url, fetched_at=fetched_at, digest=digest
    )
    return capture_id


def payload(conn: Connection, source: str, digest: str, url: str) -> Capture | None:
    """Return a copied capture that holds the payload of this digest, as its record states that."""
    rows = queries.rows(conn, "warc_files/warc_payload", source=source, digest=digest, url=url)
    if not rows:
        return None
    row = rows[0]
    return Capture(warc=row["warc"], offset=row["offset"], length=row["length"], digest=row["digest"])


def has_chosen(conn: Connection, link_id: int) -> bool:
    """Whether a page was taken for a link's article."""
    return bool(queries.value(conn, "warc_files/has_chosen", link_id=link_id))


def take_copy(conn: Connection, link_id: int) -> bool:
    """Choose the page of a link that was copied out of a WARC file and is no article; return whether there is one."""
    return queries.execute(conn, "warc_files/take_copy", link_id=link_id).rowcount > 0


def settle_link(conn: Connection, link_id: int) -> None:
    """End the wait for a link's page, if this is the first: call it before that is stored."""
    if queries.execute(conn, "warc_files/settle_copied", link_id=link_id).rowcount:
        queries.execute(conn, "frontier/unwant_link", link_id=link_id)
