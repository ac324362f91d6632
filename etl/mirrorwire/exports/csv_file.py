"""CSV by RFC 4180: UTF-8 without a mark, CRLF after each record, quotes where a cell holds commas, quotes or lines."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO

from mirrorwire.reports.output import plain

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula (OWASP, CSV Injection)."""


def write_csv(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], out: BinaryIO, *, safe: bool = False, mark: bool = False
) -> int:
    """Write a header and a record a row; return the number of rows.

    Cells are what is stored, line breaks in texts too; lists are JSON, times ISO 8601, a missing value is empty.
    `safe` puts an apostrophe before cells that a spreadsheet would run as a formula: other programs read it as text.
    `mark` begins the file with the byte order mark of UTF-8, by which Excel knows the encoding.
    """
    if mark:
        out.write(codecs.BOM_UTF8)
    text = io.TextIOWrapper(out, encoding="utf-8", newline="")
    try:
        writer = csv.writer(text, lineterminator="\r\n")
        writer.writerow(columns)
        n = 0
        for n, row in enumerate(rows, 1):  # noqa: B007 - counted
            cells = [_cell(row[name]) for name in columns]
            writer.writerow([_inert(cell) for cell in cells] if safe else cells)
        return n
    finally:
        text.detach()  # which flushes; what is below stays open


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False, default=plain)
    return str(plain(value))


def _inert(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
