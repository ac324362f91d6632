"""The versions of articles: written in one stream, and what pages that say something else make of stored histories.

The caller holds the rows of the articles, so that what is read here stays so until the batch is committed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from operator import attrgetter

from psycopg.types.json import Jsonb

from mirrorwire.core.article_fields import COLUMNS, Column
from mirrorwire.core.records import Article, LoadResult, Source
from mirrorwire.dedupe.revision import Content, Revision, revision
from mirrorwire.load.history import CapturedContent, History, Version, history
from mirrorwire.load.incoming import Incoming, revive
from mirrorwire.store import queries
from mirrorwire.store.db import Connection

Key = tuple[int, int]  # article and version

CAPTURE_COLUMNS = {
    "capture_id": "int8",
    "extractor_version": "int4",
    "fetched_at": "timestamptz",
    "loaded_by": "int8",
    "content_hash": "bytea",
    "verdict": "text",
    "doubts": "text[]",
}
"""What a version's row has of the capture that it was read from, with the types."""
INCOMING_COLUMNS = {
    "article_id": "int8",
    "version": "int4",
    "over": "bool",
    "change": "text",
    "distance_bits": "int4",
    **CAPTURE_COLUMNS,
    **{column.name: column.sql_type for column in COLUMNS},
}
"""The columns of the stream that brings versions over, with the types, in its order."""
_capture_values = attrgetter(*CAPTURE_COLUMNS)


@dataclass(frozen=True, slots=True)
class ContentPlace:
    """Where a capture's content stands now. `own`: the version was written from this capture."""

    article_id: int
    version: int
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """A version to be written from a row, over the stored one of that number or as a new one."""

    article_id: int
    version: int
    over: bool
    row: Incoming
    revision: Revision | None = None


def send(conn: Connection, writings: Iterable[Writing]) -> None:
    """Bring versions over in one binary stream, into a table that is gone with the transaction."""
    queries.execute(conn, "articles/create_incoming")
    with conn.cursor() as cursor, cursor.copy(queries.statement("articles/copy_incoming")) as copy:
        copy.set_types(list(INCOMING_COLUMNS.values()))
        for writing in writings:
            copy.write_row(_values(writing))


def _values(writing: Writing) -> tuple[object, ...]:
    """A version's values, in the order of `INCOMING_COLUMNS`."""
    revision, row = writing.revision, writing.row
    change, distance_bits = (revision.change, revision.distance_bits) if revision else (None, None)
    numbers = writing.article_id, writing.version, writing.over, change, distance_bits
    return *numbers, *_capture_values(row), *(_value(column, row.article) for column in COLUMNS)


def _value(column: Column, article: Article) -> object:
    value = column.value_in(article)
    return Jsonb(value) if column.kind == "mapping" else value


def captured_content(row: Incoming, number: int | None = None) -> CapturedContent:
    """What a history is made of."""
    return CapturedContent(
        capture_id=row.capture_id,
        fetched_at=row.fetched_at,
        content_hash=row.content_hash,
        number=number,
        suspect=row.verdict == "suspect",
    )


@dataclass(slots=True, kw_only=True)
class _Known:
    """A stored article: its captures by id, and which extractor read each."""

    article_id: int
    readings: dict[int, CapturedContent]
    extractors: dict[int, int]
    stored: list[CapturedContent]
    """Its versions in the order of time."""

    def version_of(self, capture_id: int) -> int:
        """The stored version that a capture belongs to: the last one up to it, or the first of all.

        A suspect one belongs to the version behind it that is written from a sure capture of the same content.
        """
        reading = self.readings[capture_id]
        before = [version for version in self.stored if version.when <= reading.when]
        behind = self.stored[len(before) :]
        if reading.suspect and behind and behind[0].content_hash == reading.content_hash:
            return behind[0].number or 0
        return (before[-1] if before else self.stored[0]).number or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """What becomes of one stored article."""

    known: _Known
    after: History
    rows: Mapping[int, Incoming]

    def stays(self, version: Version) -> bool:
        """Whether a version is stored, from the same capture, and that says what it said."""
        first = version.first.capture_id
        known = self.known.readings.get(first)
        same = known is not None and known.number is not None and known.number == version.stored
        return same and first not in self.rows

    @property
    def moved(self) -> Iterator[int]:
        """The known captures whose content stands in another version now, or in one that is written anew."""
        for capture, version in self.after.version_of.items():
            if capture not in self.known.readings or capture in self.rows:
                continue
            if version.stored != self.known.version_of(capture) or not self.stays(version):
                yield capture

    @property
    def rewritten(self) -> list[Version]:
        """The versions to be written, from their first captures."""
        return [version for version in self.after.versions if not self.stays(version)]


def write_versions(
    conn: Connection,
    source: Source,
    new: Sequence[Writing],
    changed: Mapping[int, Sequence[Incoming]],
    places: dict[int, ContentPlace],
    *,
    run_id: int,
) -> tuple[LoadResult, list[tuple[int, int]]]:
    """Write versions of new articles; bring stored ones, by id, to what all their captures say, these rows among them.

    Notes in `places` where the content of the stored ones' captures stands; returns what changed of them, and further
    captures (with their extractor's version) whose place is another now.
    """
    plans = _plans(conn, changed) if changed else []
    written = _writings(conn, source, plans, run_id=run_id)
    told = _revisions(conn, plans, written)
    moved = _keep_texts(conn, plans)
    _renumber(conn, plans)
    if new or written:
        send(conn, [*new, *(replace(each, revision=told.get((each.article_id, each.version))) for each in written)])
        if any(each.over for each in written):
            queries.execute(conn, "articles/update_versions")
        queries.execute(conn, "articles/insert_versions")
    if plans:
        _set_changes(conn, plans, told)
        queries.execute(conn, "articles/update_articles", **_lists([_article(each) for each in plans], *_ARTICLE))
    for each in plans:
        for capture, version in each.after.version_of.items():
            places[capture] = ContentPlace(each.known.article_id, version.number, version.first.capture_id == capture)
    return _counted(plans, written), moved


def _renumber(conn: Connection, plans: Sequence[_Plan]) -> None:
    """Drop the versions that are none any more, and close up the numbers."""
    if dropped := [(each.known.article_id, number) for each in plans for number in each.after.dropped]:
        queries.execute(conn, "articles/delete_versions", **_lists(dropped, "article_ids", "versions"))
    renamed = [
        (each.known.article_id, version.stored, version.number)
        for each in plans
        for version in each.after.versions
        if version.stored not in (None, version.number)
    ]
    if renamed:
        queries.execute(conn, "articles/set_numbers_aside", **_lists(renamed, "article_ids", "stored", "versions"))
        queries.execute(conn, "articles/take_numbers_back", article_ids=[key for key, _, _ in renamed])


def _set_changes(conn: Connection, plans: Sequence[_Plan], told: Mapping[Key, Revision | None]) -> None:
    rows = [
        (key, version.number, found.change if found else None, found.distance_bits if found else None)
        for each in plans
        for version in each.after.versions
        if version.stored and ((key := each.known.article_id), version.number) in told
        for found in (told[key, version.number],)
    ]
    if rows:
        queries.execute(conn, "articles/set_changes", **_lists(rows, "article_ids", "versions", "changes", "distances"))


_ARTICLE = ("article_ids", "versions", "counts", "seen", "captures", "times", "hashes", "verdicts")


def _article(each: _Plan) -> tuple[object, ...]:
    versions = each.after.versions
    newest = versions[-1].first
    seen = min(each.after.versions[0].first.fetched_at, *(row.fetched_at for row in each.rows.values()))
    return (
        each.known.article_id, versions[-1].number, len(versions), seen,
        newest.capture_id, newest.fetched_at, newest.content_hash, "suspect" if newest.suspect else "article",
    )  # fmt: skip


def _counted(plans: Iterable[_Plan], written: Iterable[Writing]) -> LoadResult:
    rows = {row.capture_id for each in plans for row in each.rows.values()}
    mended = sum(
        known.number is not None and known.content_hash != row.content_hash
        for each in plans
        for capture, row in each.rows.items()
        if (known := each.known.readings.get(capture))
    )
    fresh = [each.row.capture_id for each in written if not each.over]
    return LoadResult(
        revised=len(fresh), mended=mended, unchanged=max(0, len(rows) - mended - sum(each in rows for each in fresh))
    )


def _plans(conn: Connection, changed: Mapping[int, Sequence[Incoming]]) -> list[_Plan]:
    found = {key: _Known(article_id=key, readings={}, extractors={}, stored=[]) for key in changed}
    for row in queries.rows(conn, "articles/known_readings", article_ids=list(changed)):
        known = found[row["article_id"]]
        one = CapturedContent(
            capture_id=row["capture_id"],
            fetched_at=row["fetched_at"],
            content_hash=row["content_hash"],
            number=row["version"],
            suspect=row["verdict"] == "suspect",
        )
        known.readings[one.capture_id] = one
        known.extractors[one.capture_id] = row["extractor_version"]
        known.stored += [one] if one.number is not None else []
    return [_plan(known, changed[key]) for key, known in found.items()]


def _plan(known: _Known, rows: Iterable[Incoming]) -> _Plan:
    known.stored.sort(key=lambda each: each.when)
    # What an older extractor read never replaces what a newer one did.
    taken = {row.capture_id: row for row in rows if row.extractor_version >= known.extractors.get(row.capture_id, 0)}
    readings = dict(known.readings)
    for row in taken.values():
        stored = readings.get(row.capture_id)
        readings[row.capture_id] = captured_content(row, stored.number if stored else None)
    return _Plan(known=known, after=history(readings.values()), rows=taken)


def _writings(conn: Connection, source: Source, plans: Sequence[_Plan], *, run_id: int) -> list[Writing]:
    """The versions to be written; captures that said what the one before them said, and do not any more, come back."""
    wanted = [
        (capture, each.known.extractors[capture], each.known.article_id, each.known.version_of(capture))
        for each in plans
        for version in each.rewritten
        if (capture := version.first.capture_id) not in each.rows
    ]
    revived = {row.capture_id: row for row in revive(conn, source, wanted, run_id=run_id)} if wanted else {}
    return [
        Writing(
            article_id=each.known.article_id,
            version=version.number,
            over=version.stored is not None,
            row=(each.rows if version.first.capture_id in each.rows else revived)[version.first.capture_id],
        )
        for each in plans
        for version in each.rewritten
    ]


def _keep_texts(conn: Connection, plans: Iterable[_Plan]) -> list[tuple[int, int]]:
    """Give captures a text of their own before the versions that hold theirs move; return them, to be settled again."""
    moved = [
        (capture, each.known.extractors[capture], each.known.article_id, each.known.version_of(capture))
        for each in plans
        for capture in each.moved
    ]
    if moved:
        queries.execute(
            conn, "articles/keep_bodies", **_lists(moved, "captures", "extractors", "article_ids", "versions")
        )
    return [(capture, extractor) for capture, extractor, _, _ in moved]


def _revisions(conn: Connection, plans: Sequence[_Plan], written: Sequence[Writing]) -> dict[Key, Revision | None]:
    """How versions differ from the one before them in time, where either of the two is written or was not beside it.

    Stored texts are read as they stand: before anything is written.
    """
    fresh = {(each.article_id, each.version): each.row.content for each in written}
    pairs = [(each.known.article_id, *pair) for each in plans for pair in _new_pairs(each, fresh.keys())]
    wanted = {
        (key, version.stored)
        for key, earlier, later in pairs
        for version in (earlier, later)
        if earlier and version and (key, version.number) not in fresh
    }
    stored = _stored_contents(conn, [(key, number or 0) for key, number in wanted]) if wanted else {}

    def content(key: int, version: Version) -> Content:
        return fresh.get((key, version.number)) or stored[key, version.stored or 0]

    return {
        (key, later.number): revision(content(key, earlier), content(key, later)) if earlier else None
        for key, earlier, later in pairs
    }


def _new_pairs(each: _Plan, fresh: Set[Key]) -> Iterator[tuple[Version | None, Version]]:
    key, numbers = each.known.article_id, [one.number for one in each.known.stored]
    before = dict(zip(numbers, [None, *numbers], strict=False))
    earlier: Version | None = None
    for later in each.after.versions:
        written = (key, later.number) in fresh or (earlier is not None and (key, earlier.number) in fresh)
        if written or before.get(later.stored) != (earlier.stored if earlier else None):
            yield earlier, later
        earlier = later


def _stored_contents(conn: Connection, wanted: Sequence[Key]) -> dict[Key, Content]:
    found = queries.execute(conn, "articles/version_texts", **_lists(wanted, "article_ids", "versions")).fetchall()
    return {
        (key, number): Content(title=title, text=text, corrections=corrections)
        for key, number, title, text, corrections in found
    }


def _lists(rows: Sequence[tuple[object, ...]], *names: str) -> dict[str, str]:
    """Rows as the arrays that a statement unnests."""
    return {name: queries.array(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
