"""Parquet, by pyarrow, which is an extra: typed columns, row groups of bounded size."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, BinaryIO

from mirrorwire.core.article_fields import COLUMNS, ColumnKind
from mirrorwire.core.errors import MirrorwireError
from mirrorwire.exports.shape import is_local

if TYPE_CHECKING:
    import pyarrow as pa

HOW_TO_INSTALL = f"{sys.executable} -m pip install 'pyarrow>=18'"
"""Into the environment that runs this, whatever `pip` the shell would find."""
GROUP_CHARS = 12_000_000
"""A row group is written when its strings are so long together: what is held at once, whatever an article's length.

Of each the writer keeps some 55 KB until the file's end states where it lies: 15 MB for a million articles.
"""
_OTHER_KINDS: Mapping[str, ColumnKind] = {
    "article_key": "text",
    "urls": "texts",
    "source": "text",
    "cluster_id": "text",
    "served_by": "text",
    "first_seen_at": "time",
    "fetched_at": "time",
    "gone_at": "time",
    "last_seen_at": "time",
    "alias_of": "text",
    "verdict": "text",
    "doubts": "texts",
}
"""Of the columns that are no field of the article."""
_KINDS = {**_OTHER_KINDS, **{column.shown_as: column.kind for column in COLUMNS}}
_REPEATED = "source section language served_by published_precision verdict".split()
"""Worth a dictionary: of the others it would be built, and given up when it is full, for every row group."""
_LONG = {"title", "lead", "text", "canonical_url", "image"}
"""Whose least and greatest values nobody filters by: kept for each row group, they would grow with the file."""


class PyarrowMissing(MirrorwireError):
    """The extra is not installed."""

    def __str__(self) -> str:
        return f"Parquet needs pyarrow, which is not installed: {HOW_TO_INSTALL}"


def write_parquet(rows: Iterable[Mapping[str, Any]], columns: Iterable[str], out: BinaryIO) -> int:
    """Write the rows as one Parquet file, zstd-compressed; return their number.

    Times are timestamps in microseconds, UTC, local ones without a zone; lists are lists of strings. Raises
    `PyarrowMissing`.
    """
    pa, parquet = _pyarrow()
    columns = list(columns)
    schema, local = schema_of(columns), [name for name in columns if is_local(name)]
    n, chars, held = 0, 0, list[Mapping[str, Any]]()
    with_statistics = [name for name in schema.names if name not in _LONG and _KINDS.get(name) != "texts"]
    options = {"compression": "zstd", "use_dictionary": _REPEATED, "write_statistics": with_statistics}
    with parquet.ParquetWriter(_Stream(out), schema, **options) as writer:

        def write_group() -> None:
            nonlocal n, chars
            n += len(held)
            writer.write_batch(pa.RecordBatch.from_pylist(held, schema=schema))
            held.clear()
            chars = 0

        for row in rows:
            held.append(_wall_clocks(row, local) if local else row)
            chars += 1000 + sum(len(row.get(name) or "") for name in ("text", "title", "lead"))
            if chars >= GROUP_CHARS:
                write_group()
        if held:
            write_group()
    return n


def check_pyarrow() -> None:
    """Raise `PyarrowMissing` where it is not installed."""
    _pyarrow()


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow  # noqa: PLC0415 - an extra, and slow to import
        from pyarrow import parquet  # noqa: PLC0415
    except ImportError:
        raise PyarrowMissing from None
    return pyarrow, parquet


def schema_of(columns: Iterable[str]) -> pa.Schema:
    """Return the types of an export's columns, as Arrow and Parquet have them; pyarrow must be installed."""
    import pyarrow as pa  # noqa: PLC0415 - as above

    types = {
        "text": pa.string(),
        "texts": pa.list_(pa.string()),
        "time": pa.timestamp("us", tz="UTC"),
        "truth": pa.bool_(),
    }
    typed = {name: types[kind] for name, kind in _KINDS.items() if kind in types}
    typed["version"] = pa.int32()
    clock = pa.timestamp("us")
    return pa.schema([(name, clock if is_local(name) else typed[name]) for name in columns])


def _wall_clocks(row: Mapping[str, Any], local: Iterable[str]) -> dict[str, Any]:
    """The row, its local times as a clock shows them: pyarrow would turn them to UTC."""
    clocks = {name: row[name].replace(tzinfo=None) for name in local if row[name]}
    return {**row, **clocks}


class _Stream:
    """Bytes that only go forward, for a writer that asks where it stands; a pipe cannot tell."""

    def __init__(self, out: BinaryIO) -> None:
        self._out, self._at, self.closed = out, 0, False

    def write(self, data: bytes | memoryview) -> int:
        self._out.write(data)
        self._at += len(data)
        return len(data)

    def tell(self) -> int:
        return self._at

    def flush(self) -> None:
        self._out.flush()

    def close(self) -> None:
        self.closed = True

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False
