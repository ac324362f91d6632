"""The formats of an export, by name."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from etl import output
from etl.errors import WrongUse
from etl.exports.target import target
from etl.records import Source

COLUMNS = (
    "article_key canonical_url urls source title lead text authors published_at published_at_assumed section tags "
    "language image version cluster_id served_by first_seen_at fetched_at gone_at published_precision modified_at "
    "paywalled corrections last_seen_at alias_of"
).split()
FORMATS = (*output.FORMATS, "parquet", "atom")
ATOM_ENTRIES = 100
"""As many a feed has unless more are asked for."""
_SHOWN = ("title", "section", "published_at", "served_by", "version")
_SUFFIXES = {
    ".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".parquet": "parquet", ".atom": "atom", ".xml": "atom"
}  # fmt: skip


def format_of(form: str | None, path: Path | None, terminal: bool) -> str:
    """Return the format that is meant: as stated, else by the file's name, else a table on a terminal, else jsonl.

    Raises `WrongUse` for what a terminal cannot show, `PyarrowMissing` for Parquet without it.
    """
    found = form or (_SUFFIXES.get(path.suffix.lower(), "jsonl") if path else ("table" if terminal else "jsonl"))
    if found == "parquet":
        if path is None and terminal:
            raise WrongUse("Parquet is binary, no terminal shows it: use --output FILE")
        from etl.exports.parquet import check_pyarrow  # noqa: PLC0415 - pyarrow is slow to import

        check_pyarrow()
    return found


def write_export(
    rows: Iterable[Mapping[str, Any]],
    form: str,
    path: Path | None,
    *,
    source: Source,
    safe: bool = False,
    of: str = "",
    now: datetime,
) -> int:
    """Write rows in a format to a file, to stdout without one; return their number."""
    if path is None and form in ("json", "jsonl", "table"):
        return output.write_rows(rows, form, columns=_SHOWN)
    with target(path) as out:
        if form == "csv":
            from etl.exports.csv_file import write_csv  # noqa: PLC0415 - each format loads what it needs

            return write_csv(rows, COLUMNS, out, safe=safe)
        if form == "parquet":
            from etl.exports.parquet import write_parquet  # noqa: PLC0415

            return write_parquet(rows, COLUMNS, out)
        if form == "atom":
            from etl.exports.atom import write_atom  # noqa: PLC0415

            return write_atom(rows, source, out, now=now, of=of)
        return _write_text(iter(rows), form, out)


def _write_text(rows: Iterator[Mapping[str, Any]], form: str, out: BinaryIO) -> int:
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        return output.write_rows(rows, form, columns=_SHOWN, to=text)
    finally:
        text.detach()
