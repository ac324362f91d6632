"""A workbook (.xlsx) of one sheet, by xlsxwriter: written row by row through a file of its own, not held in memory."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from mirrorwire.core.errors import WrongUse
from mirrorwire.exports.shape import is_local
from mirrorwire.reports.output import plain, say

MAX_ROWS = 1_048_576
"""As many rows a sheet has, its header among them (Excel specifications and limits)."""
MAX_CELL_CHARS = 32_767
"""As many characters a cell has, counted as Excel counts: in UTF-16, where an emoji is two."""
FIRST_YEAR = 1900
"""Of earlier times a sheet knows nothing: they are written as text."""
MADE_AT = datetime(1980, 1, 1)  # noqa: DTZ001 - xlsxwriter takes no zone
"""What every workbook says of itself, so that the same articles give the same bytes."""
LINK_COLUMN = "canonical_url"
MAX_LINKS = 10_000
"""As many articles are linked, later ones have their URL as text: xlsxwriter holds some 800 bytes of each to the end.

A sheet takes 65,530 (Excel specifications and limits)."""
MAX_LINK_CHARS = 2_079
"""As long a link may be, by the same."""
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_LINK = re.compile(r"https?://[^\x00-\x20\x7f\"<>\\^`{|}\ud800-\udfff\ufffe\uffff]+")


def write_workbook(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], out: BinaryIO) -> int:
    """Write a header and a row each; return the number of rows. Cells that had to be cut are reported on stderr.

    Times are the sheet's own, in UTC or, in a local column, as clocks there show them; truth values and numbers too;
    lists are JSON. `canonical_url` is a link in the first `MAX_LINKS` rows. No other text is a formula or a link,
    whatever it begins with; characters that XML cannot hold are left out. Raises `WrongUse` for more rows than a sheet
    has.
    """
    with TemporaryDirectory(prefix="mirrorwire-") as folder:
        options = {"constant_memory": True, "tmpdir": folder, "strings_to_formulas": False, "strings_to_urls": False}
        book = Workbook(out, options)
        book.use_zip64()
        book.set_properties({"created": MADE_AT})
        try:
            n = _write_sheet(book, rows, columns)
            book.close()
        except FileCreateError as error:
            raise error.args[0] from None  # the OSError that it stands for
        finally:
            for sheet in book.worksheets():
                sheet.row_data_fh.close()
    return n


def _write_sheet(book: Workbook, rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> int:
    sheet = book.add_worksheet("articles")
    sheet.freeze_panes(1, 0)
    bold, moment = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
    link = book.get_default_url_format()
    for place, name in enumerate(columns):
        sheet.write_string(0, place, name, bold)
    n = cut = 0
    for n, row in enumerate(rows, 1):
        if n >= MAX_ROWS:
            raise WrongUse(
                f"a sheet of xlsx has room for {MAX_ROWS - 1:,} articles, and there are more: choose fewer, by --since "
                "and --until, or another format, such as csv"
            )
        for place, name in enumerate(columns):
            value = row[name]
            if name == LINK_COLUMN and n <= MAX_LINKS and _is_link(value):
                sheet.write_url(n, place, value, link)
            else:
                cut += _write_cell(sheet, n, place, value, moment, local=is_local(name))
    if cut:
        say(
            f"mirrorwire: {cut:,} {'cell was' if cut == 1 else 'cells were'} cut: xlsx takes {MAX_CELL_CHARS:,} "
            "characters a cell; jsonl, csv and parquet hold all"
        )
    return n


def _write_cell(sheet: Worksheet, row: int, place: int, value: Any, moment: Any, *, local: bool = False) -> bool:
    """Write a value; return whether it had to be cut."""
    if value is None:
        return False
    if isinstance(value, bool):
        sheet.write_boolean(row, place, value)
        return False
    if isinstance(value, (int, float)):
        sheet.write_number(row, place, value)
        return False
    clock = (value if local else value.astimezone(UTC)).replace(tzinfo=None) if isinstance(value, datetime) else None
    if clock is not None and clock.year >= FIRST_YEAR:
        sheet.write_datetime(row, place, clock, moment)
        return False
    listed = isinstance(value, (list, dict))
    text = json.dumps(value, ensure_ascii=False, default=plain) if listed else str(plain(value))
    whole = _NO_XML.sub("", text)
    fitting = _fitting(whole)
    sheet.write_string(row, place, fitting)
    return len(fitting) < len(whole)


def _is_link(value: Any) -> bool:
    """Whether a URL may be clicked: of the web, and of characters that no program takes for another part of it."""
    return isinstance(value, str) and len(value) <= MAX_LINK_CHARS and bool(_LINK.fullmatch(value))


def _fitting(text: str) -> str:
    if 2 * len(text) <= MAX_CELL_CHARS:
        return text
    return text.encode("utf-16-le")[: 2 * MAX_CELL_CHARS].decode("utf-16-le", "ignore")
