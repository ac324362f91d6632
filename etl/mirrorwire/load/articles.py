"""Articles with their versions and URLs: one batch, one transaction, its articles taken in the order of their keys."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mirrorwire.core.records import LoadResult, Run, Source
from mirrorwire.dedupe.revision import revision
from mirrorwire.load.history import history
from mirrorwire.load.incoming import Incoming, claim_incoming
from mirrorwire.load.names import Lists, current_lists, write_lists
from mirrorwire.load.version_plan import captured_content
from mirrorwire.load.version_rows import Writing
from mirrorwire.load.versions import ContentPlace, write_versions
from mirrorwire.store import queries
from mirrorwire.store.db import Connection
from mirrorwire.store.queries import array

__all__ = ["Incoming", "claim_incoming", "load_batch", "mark_gone", "settle_same"]


NO_HASH = bytes(32)
"""Equals none: what is read again may say something new beside its content."""


class _Overtaken(Exception):
    """Another loader has made an article of this batch meanwhile."""


def load_batch(conn: Connection, source: Source, batch: Sequence[Incoming]) -> LoadResult:
    """Write a batch of a source's articles; the caller opens the transaction. Written again, it changes no row.

    An unchanged article is recognized by its content hash, before any text is sent. Rows of articles are locked in
    the order of keys, then new ones are made in that order: loaders that meet wait for each other and never deadlock.
    """
    while True:
        try:
            with conn.transaction():
                return _load(conn, source, batch)
        except _Overtaken:
            continue  # with nothing locked: the article is there now, to be locked in its turn


def settle_same(conn: Connection, run: Run, source: Source, size: int) -> int:
    """Settle up to `size` extractions that say what their articles say already; return how many.

    In one transaction and one statement, which sends no text. What it leaves is for `claim_incoming`.
    """
    with conn.transaction():
        window = run.window
        return queries.execute(
            conn,
            "articles/settle_same",
            source=source.key,
            size=size,
            since=window.start if window else None,
            until=window.end if window else None,
        ).rowcount


def mark_gone(conn: Connection, source: Source) -> int:
    """Date the articles that no host serves any more, undate those that came back; return how many went."""
    queries.execute(conn, "articles/unmark_gone", source=source.key)
    return queries.execute(conn, "articles/mark_gone", source=source.key).rowcount


def _load(conn: Connection, source: Source, batch: Sequence[Incoming]) -> LoadResult:
    fresh, changed = defaultdict[str, list[Incoming]](list), defaultdict[int, list[Incoming]](list)
    places, aliases = dict[int, ContentPlace](), list[tuple[int, Incoming]]()
    for n, article_id, says_the_same in _hold(conn, batch):
        row = batch[n]
        if article_id is None:
            fresh[row.article_key].append(row)
        elif says_the_same:
            aliases.append((article_id, row))
        else:
            changed[article_id].append(row)
    new = _make(conn, fresh, places) if fresh else []
    written, moved = write_versions(conn, source, new, changed, places, run_id=batch[0].loaded_by)
    read = [row for rows in (*fresh.values(), *changed.values()) for row in rows]
    new_lists = [Lists.of(version.article_id, version.row) for version in _current(new)]
    write_lists(conn, new_lists, current_lists(conn, list(changed)))
    _name_urls(conn, [*aliases, *((places[row.capture_id].article_id, row) for row in read)])
    _settle(conn, [*((row.capture_id, row.extractor_version) for row in read), *moved], places)
    return replace(
        written,
        inserted=len(fresh),
        revised=written.revised + len(new) - len(fresh),
        unchanged=written.unchanged + len(batch) - len(new) - sum(map(len, changed.values())),
    )


def _current(new: Sequence[Writing]) -> Iterable[Writing]:
    """The last version of each new article."""
    return {version.article_id: version for version in new}.values()


def _hold(conn: Connection, batch: Sequence[Incoming]) -> list[tuple[int, int | None, bool]]:
    """Lock the batch's articles that are there, and settle what says nothing new.

    Returns of the rest the place in the batch, the id of the article if there is one, and whether only its URL is new.
    """
    row = queries.execute(
        conn,
        "articles/hold_articles",
        keys=array([row.article_key for row in batch]),
        urls=array([row.url for row in batch]),
        times=array([row.fetched_at for row in batch]),
        hashes=b"".join([NO_HASH if row.mends else row.content_hash for row in batch]),
        captures=array([row.capture_id for row in batch]),
        extractors=array([row.extractor_version for row in batch]),
        verdicts=array([row.verdict for row in batch]),
    ).fetchone()
    known, *columns = (column or [] for column in row or ())
    missing = set(range(len(batch))).difference(known) if len(known) < len(batch) else ()
    return [*zip(*columns, strict=True), *((n, None, False) for n in sorted(missing))]


def _make(conn: Connection, fresh: Mapping[str, Sequence[Incoming]], places: dict[int, ContentPlace]) -> list[Writing]:
    """Make the articles that are not there; return their versions, to be written."""
    keys = sorted(fresh)
    made = [_beginning(fresh[key]) for key in keys]
    last = [versions[-1][0] for versions in made]
    inserted = queries.execute(
        conn,
        "articles/insert_articles",
        keys=array(keys),
        source=last[0].source_key,
        links=array([row.link_id for row in last]),
        versions=array([len(versions) for versions in made]),
        seen=array([min(row.fetched_at for row in fresh[key]) for key in keys]),
        captures=array([row.capture_id for row in last]),
        times=array([row.fetched_at for row in last]),
        hashes=array([row.content_hash for row in last]),
        urls=array([row.url for row in last]),
        verdicts=array([row.verdict for row in last]),
        published=array([row.article.published_at for row in last]),
    ).fetchall()
    if len(inserted) < len(keys):
        raise _Overtaken
    ids: dict[str, int] = dict(inserted)
    written = []
    for key, versions in zip(keys, made, strict=True):
        before: Incoming | None = None
        for number, (row, captures) in enumerate(versions, 1):
            change = revision(before.content, row.content) if before else None
            written.append(Writing(article_id=ids[key], version=number, over=False, row=row, revision=change))
            before = row
            for capture in captures:
                places[capture] = ContentPlace(ids[key], number, capture == row.capture_id)
    return written


def _beginning(rows: Sequence[Incoming]) -> list[tuple[Incoming, tuple[int, ...]]]:
    """The versions of an article that is not there yet: each one's row, and the captures that say so."""
    if len(rows) == 1:
        return [(rows[0], (rows[0].capture_id,))]
    by_capture = {row.capture_id: row for row in rows}
    return [
        (by_capture[version.first.capture_id], version.captures)
        for version in history(map(captured_content, rows)).versions
    ]


def _name_urls(conn: Connection, served: Iterable[tuple[int, Incoming]]) -> None:
    """Add the URLs at which articles, by id, were served, each with the first time."""
    earliest: dict[tuple[int, str], Incoming] = {}
    for article_id, row in served:
        first = earliest.setdefault((article_id, row.url), row)
        if row.fetched_at < first.fetched_at:
            earliest[article_id, row.url] = row
    if earliest:
        keys = sorted(earliest)
        queries.execute(
            conn,
            "articles/insert_urls",
            article_ids=array([article_id for article_id, _ in keys]),
            urls=array([url for _, url in keys]),
            hosts=array([earliest[key].host_id for key in keys]),
            times=array([earliest[key].fetched_at for key in keys]),
        )


def _settle(conn: Connection, captures: Sequence[tuple[int, int]], places: Mapping[int, ContentPlace]) -> None:
    """Mark extractions as loaded; their text goes where their version has it letter for letter."""
    if not captures:
        return
    at = [places[capture] for capture, _ in captures]
    queries.execute(
        conn,
        "articles/settle_extractions",
        captures=array([capture for capture, _ in captures]),
        extractors=array([extractor for _, extractor in captures]),
        article_ids=array([place.article_id for place in at]),
        versions=array([place.version for place in at]),
        own=array([place.own for place in at]),
    )
