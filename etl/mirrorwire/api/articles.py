"""Stored articles that a program asks for: as records, as Arrow batches, or as a DataFrame."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from psycopg import Cursor
from psycopg.rows import RowFactory, dict_row

from mirrorwire.api.records import StoredArticle
from mirrorwire.core.errors import MirrorwireError, WrongUse
from mirrorwire.core.records import Interval
from mirrorwire.store import db, queries
from mirrorwire.store.clean import clean

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Row = TypeVar("Row")
COLUMNS = tuple(field.name for field in fields(StoredArticle))
CHUNK = 500
"""Rows that are asked of the server at once."""
BATCH_SIZE = 1000
Instant = str | date
"""A time, as text or as `datetime` or `date` have it; a day means its 00:00."""


class PackageMissing(MirrorwireError):
    """A package is not installed that is needed for this alone."""

    def __init__(self, package: str, what: str) -> None:
        super().__init__(package, what)
        self.package, self.what = package, what

    def __str__(self) -> str:
        return (
            f"{self.what} needs {self.package}, which is not installed: {sys.executable} -m pip install {self.package}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which articles are wanted; what is `None` does not matter."""

    sources: Sequence[str] | None = None
    window: Interval | None = None
    language: str | None = None
    section: str | None = None
    query: str | None = None
    cluster: str | None = None
    heads: bool = False
    sure: bool = False
    limit: int | None = None

    def parameters(self) -> dict[str, Any]:
        """Return what the statement takes."""
        return {
            "sources": None if self.sources is None else [clean(key) for key in self.sources],
            "since": self.window.start if self.window else None,
            "until": self.window.end if self.window else None,
            "language": clean(self.language),
            "section": clean(self.section),
            "query": clean(self.query),
            "cluster": clean(self.cluster),
            "heads": self.heads,
            "sure": self.sure,
            "limit": self.limit,
        }


class Articles:
    """Stored articles by publication, undated ones last; nothing is asked before they are iterated.

    Each iteration is a query of its own, over a connection of its own, and sees what was stored when it began. Rows
    stream from the server: a million articles take no more memory than a thousand.
    """

    def __init__(self, url: str, selection: Selection) -> None:
        self._url, self._selection = url, selection

    def __iter__(self) -> Iterator[StoredArticle]:
        """Yield the articles as records."""
        yield from self._streamed(_record, CHUNK)

    def to_batches(self, size: int = BATCH_SIZE) -> Iterator[pa.RecordBatch]:
        """Yield the articles as Arrow record batches of at most `size` rows, with the types of the Parquet export.

        Needs pyarrow (`pip install mirrorwire[parquet]`): raises `MirrorwireError` where it is not installed, and
        `WrongUse` for a size below 1.
        """
        try:
            import pyarrow as pa  # noqa: PLC0415 - an extra, and slow to import
        except ImportError:
            raise PackageMissing("pyarrow", "Arrow") from None
        if size < 1:
            raise WrongUse(f"a batch of {size} articles: at least 1")
        return self._batches(pa, size)

    def to_dataframe(self) -> pd.DataFrame:
        """Return all the articles as a pandas DataFrame, a column a field: in memory, unlike all else here.

        Needs pandas, which is not installed with Mirrorwire: raises `MirrorwireError` without it.
        """
        try:
            import pandas as pd  # noqa: PLC0415 - the caller's own, and slow to import
        except ImportError:
            raise PackageMissing("pandas", "a DataFrame") from None
        rows = list(self._streamed(dict_row, CHUNK))
        return pd.DataFrame.from_records(rows, columns=list(COLUMNS))

    def _batches(self, pa: Any, size: int) -> Iterator[pa.RecordBatch]:
        from mirrorwire.exports.parquet import schema_of  # noqa: PLC0415 - only for those who have pyarrow

        schema = schema_of(COLUMNS)
        held: list[dict[str, Any]] = []
        for row in self._streamed(dict_row, min(size, CHUNK)):
            held.append(row)
            if len(held) == size:
                yield pa.RecordBatch.from_pylist(held, schema=schema)
                held = []
        if held:
            yield pa.RecordBatch.from_pylist(held, schema=schema)

    def _streamed(self, factory: RowFactory[Row], chunk: int) -> Iterator[Row]:
        statement = queries.statement("articles/stream_articles")
        with db.connect(self._url) as conn, conn.transaction(), conn.cursor("articles", row_factory=factory) as cursor:
            cursor.itersize = chunk
            yield from cursor.execute(statement, self._selection.parameters())


def _record(cursor: Cursor[Any]) -> Callable[[Sequence[Any]], StoredArticle]:
    """A row as a record: its lists, which others could change, as tuples."""
    names = [column.name for column in cursor.description or ()]

    def made(values: Sequence[Any]) -> StoredArticle:
        columns: dict[str, Any] = {}
        for name, value in zip(names, values, strict=True):
            columns[name] = tuple(value) if isinstance(value, list) else value
        return StoredArticle(**columns)

    return made
