"""Articles taken down: every row of one removed in one transaction, and what of the archive is to go noted in it.

Locks are taken in the order in which others take them, so that nobody deadlocks: the list of links, the source's
learned set, signatures, what was read, the link, and last the names of authors and tags.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from mirrorwire.core.exchange import Capture
from mirrorwire.core.records import Source
from mirrorwire.core.urls import article_key
from mirrorwire.store import boilerplate, locks, queries, signatures
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection
from mirrorwire.store.frontier import lock_lists

Row = dict[str, Any]
TO_SEARCH = -1
"""In place of an offset: the whole file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """An article that is on the frontier."""

    link_id: int
    url: str
    discovered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Referrer:
    """A capture whose body lies in another's record; `of_article`: whether that one was the article's own page."""

    capture_id: int
    payload_id: int
    warc: str
    offset: int
    length: int
    digest: str
    payload_warc: str
    payload_offset: int
    payload_length: int
    is_article: bool
    of_article: bool

    @property
    def capture(self) -> Capture:
        """Where its bytes lie."""
        payload = Capture(
            warc=self.payload_warc, offset=self.payload_offset, length=self.payload_length, digest=self.digest
        )
        return Capture(warc=self.warc, offset=self.offset, length=self.length, digest=self.digest, payload=payload)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedCapture:
    """A seed document, or a front page, as it was stored."""

    capture_id: int
    url: str
    warc: str
    offset: int
    length: int
    digest: str

    @property
    def capture(self) -> Capture:
        """Where its bytes lie."""
        return Capture(warc=self.warc, offset=self.offset, length=self.length, digest=self.digest)


class StillReferredTo(Exception):
    """Another article's body lies in a record that is to go: it came meanwhile."""


def known(conn: Connection, source: Source, key: str) -> Known | None:
    """Return the article of that key, `None` where the frontier has none."""
    links = queries.records(conn, Known, "takedown/link_of_key", source=source.key, key=key)
    return links[0] if links else None


def own_captures(conn: Connection, source: Source, key: str, link_id: int) -> list[int]:
    """Return the captures that hold an article: its link's, what others' URLs gave in its place, repeats of these."""
    article_id = key.removeprefix(f"{source.key}:")
    captures = queries.rows(
        conn, "takedown/captures_of_link", source=source.key, key=key, id=article_id, link_id=link_id
    )
    ids = [row["capture_id"] for row in captures if row["link_id"] == link_id or article_key(row["url"], source) == key]
    while more := [
        referrer.capture_id for referrer in referrers(conn, ids) if referrer.of_article and not referrer.is_article
    ]:
        ids += more
    return ids


def referrers(conn: Connection, ids: Collection[int]) -> list[Referrer]:
    """Return the captures beside these whose body lies in one of them."""
    return queries.records(conn, Referrer, "takedown/referrers", ids=list(ids))


def refer_no_more(conn: Connection, ids: Collection[int]) -> None:
    """Have nothing that is fetched from now on refer to these captures."""
    queries.execute(conn, "takedown/refer_no_more", ids=list(ids))


def rehome(conn: Connection, key: str, moved: Sequence[Referrer], places: Sequence[Capture] | None) -> None:
    """Have captures of one body lie in records of their own, the first with the body; `None`: it could not be read.

    The records that they leave name the article that is taken down: they are noted to go with it.
    """
    ids = [capture.capture_id for capture in moved]
    with conn.transaction():
        _note(conn, key, [(capture.warc, capture.offset, capture.length) for capture in moved])
        if places is None:
            queries.execute(conn, "takedown/mark_unreadable", ids=ids)
            return
        for capture_id, place in zip(ids, places, strict=True):
            queries.execute(
                conn,
                "takedown/rehome_capture",
                capture_id=capture_id,
                payload_id=None if place.payload is None else ids[0],
                warc=place.warc,
                offset=place.offset,
                length=place.length,
            )


def recordless_at(conn: Connection, link_id: int) -> list[datetime]:
    """Return when hosts were asked for a page and no capture came of it: their answers are archived all the same."""
    return [at for (at,) in queries.execute(conn, "takedown/recordless_at", link_id=link_id)]


def words(conn: Connection, link_id: int) -> list[tuple[str | None, str | None, str | None]]:
    """Return the titles, leads and texts by which an article is recognized."""
    return queries.execute(conn, "takedown/words_of_link", link_id=link_id).fetchall()


def seed_captures(conn: Connection, source: Source, since: datetime) -> list[SeedCapture]:
    """Return the stored seed documents and front pages that may name what is known since then, by URL and time."""
    return queries.records(conn, SeedCapture, "takedown/seed_captures_since", source=source.key, since=since)


def remove(
    conn: Connection,
    source: Source,
    key: str,
    link: Known,
    *,
    seeds: Sequence[SeedCapture],
    files: Collection[str],
    titles: Sequence[str],
    reason: str | None,
) -> bool:
    """Remove all rows of an article, leave its tombstone, and note what of the archive is to be overwritten.

    `seeds` are seed documents that show it, `files` those to be searched beside those that its captures name.
    One transaction. Returns whether the article was still there. Raises `StillReferredTo`, with nothing changed.
    """
    link_id = link.link_id
    with conn.transaction():
        lock_lists(conn, source.key)
        queries.execute(conn, "boilerplate/lock_revision", source=source.key)
        counts = {"signatures": int(signatures.remove(conn, key))}
        queries.execute(conn, "takedown/lock_extractions", link_id=link_id)
        if queries.value(conn, "takedown/lock_link", link_id=link_id) is None:
            return False
        ids = own_captures(conn, source, key, link_id)
        if referrers(conn, ids):
            raise StillReferredTo(key)
        queries.execute(conn, "takedown/insert_tombstone", key=key, source=source.key, reason=clean(reason))
        _note_records(conn, key, ids, seeds, files)
        urls = [url for (url,) in queries.execute(conn, "takedown/urls_of_link", link_id=link_id)]
        months = [month for (month,) in queries.execute(conn, "takedown/months_of_link", link_id=link_id)]
        blocks = [block for (block,) in queries.execute(conn, "takedown/blocks_of_link", link_id=link_id)]
        names = queries.rows(conn, "takedown/names_of_link", link_id=link_id)[0]
        counts |= queries.rows(conn, "takedown/drop_article", link_id=link_id)[0]
        counts["extractions"] = queries.execute(conn, "takedown/drop_extractions", link_id=link_id, ids=ids).rowcount
        counts["rejections"] = queries.execute(conn, "takedown/drop_rejections", link_id=link_id, ids=ids).rowcount
        counts["attempts"] = queries.execute(conn, "takedown/drop_attempts", link_id=link_id).rowcount
        counts["hints"] = queries.execute(conn, "takedown/drop_hints", link_id=link_id).rowcount
        queries.execute(conn, "takedown/clear_attempts", ids=ids)
        queries.execute(conn, "takedown/free_aliases", key=key)
        queries.execute(conn, "takedown/seeds_gone", ids=[seed.capture_id for seed in seeds])
        counts["captures"] = queries.execute(conn, "takedown/drop_captures", ids=ids).rowcount
        queries.execute(conn, "aliases/drop_own_alias_urls", link_id=link_id)
        queries.execute(conn, "takedown/drop_link", link_id=link_id)
        queries.execute(conn, "takedown/drop_suggestions", source=source.key, urls=urls)
        queries.execute(conn, "takedown/clear_breakers", urls=urls)
        quotes = [*titles, *({urlsplit(url).path for url in urls} - {"/"})]
        queries.execute(conn, "takedown/clear_quotes", source=source.key, quoted=[_quoted(quote) for quote in quotes])
        boilerplate.recount(conn, source.key, months)
        queries.execute(conn, "takedown/clear_block_texts", source=source.key, blocks=blocks)
        queries.execute(conn, "takedown/lock_authors")
        counts["authors"] = queries.execute(conn, "takedown/drop_authors", ids=names["authors"]).rowcount
        queries.execute(conn, "takedown/lock_tags")
        counts["tags"] = queries.execute(conn, "takedown/drop_tags", ids=names["tags"]).rowcount
        note_removed(conn, key, seed_documents=len(seeds), **counts)
        return True


def note_seeds(conn: Connection, key: str, seeds: Sequence[SeedCapture]) -> None:
    """Note seed documents that name an article which was taken down before: they are to be overwritten too."""
    with conn.transaction():
        queries.execute(conn, "takedown/seeds_gone", ids=[seed.capture_id for seed in seeds])
        _note_records(conn, key, (), seeds, ())
        note_removed(conn, key, seed_documents=len(seeds))
        queries.execute(conn, "takedown/reopen_takedown", key=key)


def waiting(conn: Connection, key: str) -> dict[str, list[tuple[int, int]]]:
    """Return by WARC file what is still to be overwritten of an article: offset and length, or `TO_SEARCH`."""
    records_by_warc: dict[str, list[tuple[int, int]]] = {}
    for warc, offset, length in queries.execute(conn, "takedown/takedown_of", key=key):
        records_by_warc.setdefault(warc, []).append((offset, length))
    return records_by_warc


def offsets_kept(conn: Connection, key: str, warc: str) -> set[int]:
    """Return where the captures of a file lie that have nothing to do with the article."""
    return {offset for (offset,) in queries.execute(conn, "takedown/offsets_kept", key=key, warc=warc)}


def note_searched(conn: Connection, key: str, warc: str, places: Sequence[tuple[int, int]]) -> None:
    """Note what a search of a file has found, before any of it is touched."""
    with conn.transaction():
        _note(conn, key, [(warc, *place) for place in places])
        queries.execute(conn, "takedown/search_done", key=key, warc=warc)


def note_blanked(conn: Connection, key: str, warc: str, places: Sequence[tuple[int, int]]) -> None:
    """Note that a file holds nothing of the article any more."""
    with conn.transaction():
        note_removed(conn, key, records=len(places), bytes=sum(length for _, length in places))
        queries.execute(conn, "takedown/takedown_done", key=key, warc=warc)


def end(conn: Connection, key: str) -> None:
    """Note that nothing of the article is left in the archive."""
    queries.execute(conn, "takedown/end_takedown", key=key)


def note_removed(conn: Connection, key: str, **counts: int) -> None:
    """Add up what was removed."""
    queries.execute(conn, "takedown/note_removed", key=key, counts=json.dumps(counts))


@contextmanager
def alone(conn: Connection) -> Iterator[None]:
    """Work on the archive while no other takedown does."""
    with locks.held(conn, "takedown", long_work=True):
        yield


def _note_records(
    conn: Connection, key: str, ids: Sequence[int], seeds: Sequence[SeedCapture], files: Collection[str]
) -> None:
    rows = queries.execute(conn, "takedown/places_of_captures", ids=list(ids)).fetchall()
    rows += [(seed.warc, seed.offset, seed.length) for seed in seeds]
    named = {warc for (warc,) in queries.execute(conn, "takedown/warcs_of_captures", ids=list(ids))}
    searched = sorted(named | {seed.warc for seed in seeds} | set(files))
    _note(conn, key, [*rows, *((warc, TO_SEARCH, 0) for warc in searched)])


def _note(conn: Connection, key: str, rows: Sequence[tuple[str, int, int]]) -> None:
    warcs, offsets, lengths = ([row[n] for row in rows] for n in range(3))
    queries.execute(conn, "takedown/note_takedown", key=key, warcs=warcs, offsets=offsets, lengths=lengths)


def _quoted(title: str) -> str:
    """A pattern of what quotes a title, the way problems do, or a path: its first hundred characters."""
    plain = title[:100].replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{plain}%"
