"""Versions as rows: their columns, and the stream that brings them over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

from psycopg.types.json import Jsonb

from mirrorwire.core.article_fields import COLUMNS, Column
from mirrorwire.core.records import Article
from mirrorwire.dedupe.revision import Revision
from mirrorwire.load.incoming import Incoming
from mirrorwire.store import queries
from mirrorwire.store.db import Connection

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


def change_of(revision: Revision | None) -> tuple[str | None, int | None]:
    """Return a revision's kind and its distance in bits, as they are stored."""
    return (revision.change, revision.distance_bits) if revision else (None, None)


def _values(writing: Writing) -> tuple[object, ...]:
    """A version's values, in the order of `INCOMING_COLUMNS`."""
    numbers = writing.article_id, writing.version, writing.over, *change_of(writing.revision)
    fields = [_value(column, writing.row.article) for column in COLUMNS]
    return *numbers, *_capture_values(writing.row), *fields


def _value(column: Column, article: Article) -> object:
    value = column.value_in(article)
    return Jsonb(value) if column.kind == "mapping" else value
