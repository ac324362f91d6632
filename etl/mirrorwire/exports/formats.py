"""The formats of an export, by name."""

from __future__ import annotations

import gzip
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Source
from mirrorwire.exports.shape import COLUMNS, Shape
from mirrorwire.exports.target import target
from mirrorwire.reports import output

FORMATS = (*output.FORMATS, "parquet", "atom", "xlsx")
ATOM_ENTRIES = 100
"""As many a feed has unless more are asked for."""
_SHOWN = ("title", "section", "published_at", "served_by", "version", "verdict")
ENDINGS = {
    ".jsonl": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".atom": "atom",
    ".xml": "atom",
    ".parquet": "parquet",
    ".xlsx": "xlsx",
}
"""Of a file's name, and the format that each means."""
PACKED = ".gz"
"""Behind an ending of a text format: the file is written through gzip."""
_BINARY = {"parquet": "Parquet", "xlsx": "xlsx"}
_FREE = ("", ".txt")
"""Endings that say nothing of a format."""
PLAIN = Shape()
__all__ = ["ATOM_ENTRIES", "COLUMNS", "ENDINGS", "FORMATS", "format_of", "is_packed", "write_export"]


def format_of(form: str | None, path: Path | None, terminal: bool) -> str:
    """Return the format that is meant: by the file's name, else as stated, else a table on a terminal, else jsonl.

    Raises `WrongUse` for a name that does not tell, or contradicts what is stated, and for what a terminal cannot show;
    `PyarrowMissing` for Parquet without it.
    """
    meant = _named(form, path) if path else form or ("table" if terminal else "jsonl")
    if meant in _BINARY and path is None and terminal:
        raise WrongUse(f"{_BINARY[meant]} is binary, no terminal shows it: use --output FILE")
    if meant == "parquet":
        from mirrorwire.exports.parquet import check_pyarrow  # noqa: PLC0415 - pyarrow is slow to import

        check_pyarrow()
    return meant


def _named(form: str | None, path: Path) -> str:
    """The format of a file, by its name's ending; one that has none, or .txt, holds what is stated."""
    packed = is_packed(path)
    ending = (path.with_suffix("") if packed else path).suffix.lower()
    meant = ENDINGS.get(ending) or (form if ending in _FREE else None)
    if meant is None:
        known = ", ".join(ENDINGS)
        hint = "; another name needs --format" if ending in _FREE else ""
        raise WrongUse(
            f"{path}: which format? The name must end in {known}, and {PACKED} may follow a text format{hint}"
        )
    if form not in (None, meant):
        raise WrongUse(f"{path}: the name says {meant}, and --format says {form}: change one of them")
    if packed and meant in _BINARY:
        raise WrongUse(f"{path}: {_BINARY[meant]} is compressed within: leave {PACKED} out of the name")
    return meant


def is_packed(path: Path) -> bool:
    """Return whether a file of that name is written through gzip."""
    return path.suffix.lower() == PACKED


def write_export(
    rows: Iterable[Mapping[str, Any]],
    form: str,
    path: Path | None,
    *,
    source: Source,
    shape: Shape = PLAIN,
    safe: bool = False,
    excel: bool = False,
    of: str = "",
    now: datetime,
) -> int:
    """Write rows in a format to a file, to stdout without one; return their number.

    `shape` is the one that the rows have; `source` the one that a feed is of. `excel` marks CSV as UTF-8.
    """
    columns = shape.columns
    shown = columns if shape.chosen else _SHOWN
    if path is None and form in ("json", "jsonl", "table"):
        return output.write_rows(rows, form, columns=shown)
    with target(path) as place, _packing(place, path) as out:
        if form == "csv":
            from mirrorwire.exports.csv_file import write_csv  # noqa: PLC0415 - each format loads what it needs

            return write_csv(rows, columns, out, safe=safe or excel, mark=excel)
        if form == "parquet":
            from mirrorwire.exports.parquet import write_parquet  # noqa: PLC0415

            return write_parquet(rows, columns, out)
        if form == "xlsx":
            from mirrorwire.exports.workbook import write_workbook  # noqa: PLC0415

            return write_workbook(rows, columns, out)
        if form == "atom":
            from mirrorwire.exports.atom import write_atom  # noqa: PLC0415

            return write_atom(rows, source, out, now=now, of=of)
        return _write_text(iter(rows), form, shown, out)


@contextmanager
def _packing(out: BinaryIO, path: Path | None) -> Iterator[BinaryIO]:
    """What is written to: through gzip, where the file's name says so; its header names no file and no time."""
    if path is None or not is_packed(path):
        yield out
        return
    with gzip.GzipFile(filename="", mode="wb", fileobj=out, mtime=0) as packed:
        yield cast(BinaryIO, packed)


def _write_text(rows: Iterator[Mapping[str, Any]], form: str, shown: Sequence[str], out: BinaryIO) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        return output.write_rows(rows, form, columns=shown, to=text)
    finally:
        text.detach()
