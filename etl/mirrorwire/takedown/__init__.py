"""Taking an article down: out of the database, out of the archive, and never in again.

First its rows go, in one transaction that leaves a tombstone and notes what of the archive is to be overwritten; then
that is done, file by file. Killed at any moment and begun again, it ends the same.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from mirrorwire.archive import ArchiveAway, ArchiveDamaged, ArchiveWriter, blank, files_of, read_capture, records_of
from mirrorwire.core.config import Settings, SourceFile, find_source, source_files
from mirrorwire.core.errors import MirrorwireError, WrongUse
from mirrorwire.core.exchange import Capture, Earlier, Exchange
from mirrorwire.core.records import Source
from mirrorwire.core.urls import article_key, host_of
from mirrorwire.seed_formats.named import keys_named
from mirrorwire.store import lost_files, tombstones
from mirrorwire.store.db import Connection
from mirrorwire.takedown import removal
from mirrorwire.takedown.removal import TO_SEARCH, Known, Referrer, SeedCapture, StillReferredTo

Row = dict[str, Any]
MAX_ROUNDS = 20
MIN_TITLE_CHARS, MIN_LINE_CHARS = 12, 60
"""Shorter ones stand in other articles too."""
MAX_MISSES = 50
"""After so many seed documents of one URL in a row that do not show an article, it is not looked for in later ones."""
_TAG = re.compile(r"<[^<>]*>")
_KINDS = (
    "articles versions urls images authors tags signatures extractions rejections hints attempts captures "
    "seed_documents records bytes"
).split()


def named(settings: Settings, word: str, source: str | None) -> tuple[str, str]:
    """Return the source and the article key that a URL or a key means; raises `WrongUse`."""
    if "://" not in word:
        key = word if ":" in word or source is None else f"{source}:{word}"
        owner, colon, _ = key.partition(":")
        if not colon or (source is not None and owner != source):
            raise WrongUse(f"{word!r} is neither a URL nor an article key{f' of {source}' if source else ''}")
        return owner, key
    files: Iterable[SourceFile] = source_files(settings) if source is None else ()
    known = [file.source for file in files if file.source] if source is None else [find_source(settings, source)]
    for owner_source in known:
        if host_of(word, owner_source) is not None and (article := article_key(word, owner_source)) is not None:
            return owner_source.key, article
    raise WrongUse(f"{word}: no article of {source or 'any source'}")


def forget(conn: Connection, settings: Settings, source: Source, key: str, *, reason: str | None) -> Row:
    """Take an article down, or go on with what was begun, and return what was removed.

    `state` is `forgotten`, or `forgotten already` where nothing was left to do. Done again, it takes away what seed
    documents have named the article since. Raises `WrongUse` for an article that nobody knows, `ArchiveAway` where a
    file of the archive cannot be changed now: then the same again goes on.
    """
    with removal.alone(conn):
        stone = tombstones.tombstone(conn, key)
        if stone is None:
            _remove(conn, settings, source, key, reason)
            _note_later(conn, settings, source, key)  # what was archived meanwhile
        elif stone["done_at"] is not None and not _note_later(conn, settings, source, key):
            return _told(stone, "forgotten already")
        kept_from: ArchiveAway | None = None
        for warc in removal.waiting(conn, key):
            try:
                _clear(conn, settings, source, key, warc)
            except ArchiveAway as error:
                if lost_files.is_written_off(conn, warc):  # nothing is left to be overwritten
                    removal.note_blanked(conn, key, warc, [])
                    continue
                kept_from = kept_from or error
        if kept_from is not None:
            raise kept_from
        removal.end(conn, key)
        return _told(tombstones.tombstone(conn, key) or {}, "forgotten")


def listed(conn: Connection) -> list[Row]:
    """Return the articles that were taken down, newest first."""
    return [_told(stone, "forgotten" if stone["done_at"] else "unfinished") for stone in tombstones.tombstones(conn)]


def undo(conn: Connection, key: str) -> None:
    """Let an article be ingested again. Raises `WrongUse` for one that was not taken down, or not wholly yet."""
    stone = tombstones.tombstone(conn, key)
    if stone is None:
        raise WrongUse(f"{key} was not forgotten")
    if not tombstones.lift(conn, key):
        raise WrongUse(f"{key} is not wholly forgotten: mirrorwire forget {key} goes on with it")


def _remove(conn: Connection, settings: Settings, source: Source, key: str, reason: str | None) -> None:
    for _ in range(MAX_ROUNDS):
        link = removal.known(conn, source, key)
        if link is None:
            raise WrongUse(f"{key}: no seed has ever shown that article")
        ids = removal.own_captures(conn, source, key, link.link_id)
        removal.refer_no_more(conn, ids)
        _rehome(conn, settings, key, removal.referrers(conn, ids))
        titles, seeds = _in_seeds(conn, settings, source, key, link)
        files = files_of(settings.archive, settings.spool, removal.recordless_at(conn, link.link_id))
        try:
            if removal.remove(conn, source, key, link, seeds=seeds, files=files, titles=titles, reason=reason):
                return
        except StillReferredTo:
            continue
    raise MirrorwireError(f"{key}: other articles go on to refer to its pages; stop the runs of {source.key} first")


def _rehome(conn: Connection, settings: Settings, key: str, referrers: Sequence[Referrer]) -> None:
    """Bring bodies that other articles share with this one over into records of theirs."""
    if not referrers:
        return
    with ArchiveWriter(settings.archive, spool=settings.spool) as writer:
        for _, sharing in groupby(referrers, key=lambda referrer: referrer.payload_id):
            moved, places, first = list(sharing), list[Capture](), None
            try:
                for referrer in moved:
                    exchange = _read(conn, settings, referrer.capture)
                    # The writer states the length of the stored body.
                    headers = tuple(pair for pair in exchange.headers if pair[0].lower() != "content-length")
                    places.append(writer.write(replace(exchange, headers=headers), earlier=first))
                    first = first or Earlier(
                        capture_id=referrer.capture_id,
                        url=exchange.url,
                        fetched_at=exchange.fetched_at,
                        capture=places[0],
                    )
            except ArchiveDamaged:
                removal.rehome(conn, key, moved, None)
                continue
            writer.sync()
            removal.rehome(conn, key, moved, places)


def _in_seeds(
    conn: Connection, settings: Settings, source: Source, key: str, link: Known
) -> tuple[list[str], list[SeedCapture]]:
    """The article's titles, and the stored seed documents and front pages that show its words or name it."""
    rows = removal.words(conn, link.link_id)
    titles = sorted({title for title, _, _ in rows if title and len(title) >= MIN_TITLE_CHARS})
    wanted = {_plain(title) for title in titles}
    for _, lead, text in rows:
        lines = f"{lead or ''}\n{text or ''}".split("\n")
        wanted.update(_plain(line) for line in lines if len(line) >= MIN_LINE_CHARS)
    wanted.discard("")

    def shows(seed: SeedCapture, body: bytes) -> bool:
        shown = _plain(body.decode("utf-8", "replace"))
        return any(phrase in shown for phrase in wanted) or key in keys_named(body, url=seed.url, source=source)

    return titles, _showing(conn, settings, source, link.discovered_at, shows)


def _note_later(conn: Connection, settings: Settings, source: Source, key: str) -> bool:
    """Note seed documents that name an article again since it was taken down; returns whether there was any."""

    def names(seed: SeedCapture, body: bytes) -> bool:
        return key in keys_named(body, url=seed.url, source=source)

    stone = tombstones.tombstone(conn, key) or {}
    seeds = _showing(conn, settings, source, stone["forgotten_at"], names)
    if seeds:
        removal.note_seeds(conn, key, seeds)
    return bool(seeds)


def _showing(
    conn: Connection, settings: Settings, source: Source, since: datetime, shows: Callable[[SeedCapture, bytes], bool]
) -> list[SeedCapture]:
    """The seed documents stored since then that name an article."""
    showing: list[SeedCapture] = []
    for _, of_url in groupby(removal.seed_captures(conn, source, since), key=lambda seed: seed.url):
        misses = 0
        for seed in of_url:
            try:
                body = _read(conn, settings, seed.capture).body
            except ArchiveDamaged:
                continue
            if shows(seed, body):
                showing.append(seed)
                misses = 0
            elif (misses := misses + 1) > MAX_MISSES:
                break
    return showing


def _read(conn: Connection, settings: Settings, capture: Capture) -> Exchange:
    """Read a capture; one of a file that was written off is damaged for good, and none that is away."""
    try:
        return read_capture(settings.archive, capture, spool=settings.spool)
    except ArchiveAway as error:
        names = [capture.warc, *([capture.payload.warc] if capture.payload else [])]
        if not any(lost_files.is_written_off(conn, name) for name in names):
            raise
        raise ArchiveDamaged(error.path, capture.offset, error.reason) from None


def _plain(text: str) -> str:
    """A text as it reads: without tags, references and case, and with single spaces."""
    return " ".join(_TAG.sub(" ", html.unescape(html.unescape(text))).casefold().split())


def _clear(conn: Connection, settings: Settings, source: Source, key: str, warc: str) -> None:
    """Overwrite what one file holds of an article: what that is stands in the database before a byte is touched."""
    places = removal.waiting(conn, key).get(warc, [])
    if any(offset == TO_SEARCH for offset, _ in places):
        records = records_of(
            settings.archive,
            settings.spool,
            warc,
            known={offset for offset, _ in places},
            others=removal.offsets_kept(conn, key, warc),
            is_its=lambda url: article_key(url, source) == key and host_of(url, source) is not None,
        )
        removal.note_searched(conn, key, warc, records)
        places = removal.waiting(conn, key).get(warc, [])
    stone = tombstones.tombstone(conn, key) or {}
    blank(settings.archive, settings.spool, warc, places, date=stone["forgotten_at"])
    removal.note_blanked(conn, key, warc, places)


def _told(stone: Row, state: str) -> Row:
    removed = stone["removed"]
    return {
        "article_key": stone["article_key"],
        "source": stone["source"],
        "state": state,
        "forgotten_at": stone["forgotten_at"],
        "reason": stone["reason"],
        **{kind: removed.get(kind, 0) for kind in _KINDS},
    }
