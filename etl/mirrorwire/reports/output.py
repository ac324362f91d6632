"""Rows to stdout, as people or programs want them, and progress to stderr."""

from __future__ import annotations

import csv
import errno
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.visible import escaped, visible, visible_lines

__all__ = [
    "FORMATS", "ReaderGone", "Row", "Tick", "plain", "progress", "read_input", "say", "show_table", "visible",
    "write_document", "write_lines", "write_rows",
]  # fmt: skip
FORMATS = ("json", "jsonl", "csv", "table")
_FOUND = re.compile(r"\*\*(.+?)\*\*")
"""A word that was searched for, as snippets mark it."""
_STREAMS = ("/dev/stdin", "/dev/fd/", "/proc/self/fd/")
"""What a shell gives for a file that another program writes: `<(program)`."""
Row = Mapping[str, Any]
Tick = Callable[[int], None]


class ReaderGone(Exception):
    """Whoever read stdout has closed it."""


def write_rows(
    rows: Iterable[Row],
    form: str | None,
    *,
    columns: Iterable[str] | None = None,
    to: TextIO | None = None,
    nothing: str | None = None,
) -> int:
    """Write rows in a format (by default a table on a terminal, else JSON lines); return their number.

    `columns` are those that a table shows; the other formats hold all. `nothing` is shown where there is no row.
    """
    out = to or sys.stdout
    try:
        n = _WRITERS[form or ("table" if out.isatty() else "jsonl")](rows, columns, out)
        out.flush()
    except BrokenPipeError:
        raise ReaderGone from None
    if not n and nothing:
        say(f"mirrorwire: {nothing}")
    return n


def write_document(document: Row) -> None:
    """Write one JSON document to stdout."""
    write_lines([_json_of(document, indent=2)])


def write_lines(lines: Iterable[str]) -> None:
    """Write lines to stdout."""
    try:
        for line in lines:
            print(line)
        sys.stdout.flush()
    except BrokenPipeError:
        raise ReaderGone from None


def plain(value: Any) -> Any:
    """Return a value as JSON has it: times in ISO 8601, numbers as numbers."""
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return str(value)


def _json_of(document: Row, indent: int | None = None) -> str:
    return escaped(json.dumps(document, ensure_ascii=False, indent=indent, default=plain))


def _json(rows: Iterable[Row], columns: Iterable[str] | None, out: TextIO) -> int:
    n = 0
    for n, row in enumerate(rows, 1):
        out.write(("[\n" if n == 1 else ",\n") + _json_of(dict(row)))
    out.write("\n]\n" if n else "[]\n")
    return n


def _jsonl(rows: Iterable[Row], columns: Iterable[str] | None, out: TextIO) -> int:
    n = 0
    for row in rows:
        out.write(_json_of(dict(row)) + "\n")
        n += 1
    return n


def _csv(rows: Iterable[Row], columns: Iterable[str] | None, out: TextIO) -> int:
    n, writer, shown = 0, None, visible if out.isatty() else str
    for row in rows:
        n += 1
        if writer is None:
            writer = csv.DictWriter(out, fieldnames=list(row), lineterminator="\n")
            writer.writeheader()
        writer.writerow({key: shown(_cell(value, json_lists=True)) for key, value in row.items()})
    return n


def _table(rows: Iterable[Row], columns: Iterable[str] | None, out: TextIO) -> int:
    shown = list(rows)
    if shown:
        show_table(shown, list(columns) if columns else list(shown[0]), out)
    return len(shown)


_WRITERS: dict[str, Callable[[Iterable[Row], Iterable[str] | None, TextIO], int]] = {
    "json": _json,
    "jsonl": _jsonl,
    "csv": _csv,
    "table": _table,
}


_COLOURS = {
    "state": {
        "success": "green",
        "captured": "green",
        "closed": "green",
        "failed": "red",
        "open": "red",
        "gone": "red",
    },
    "verdict": {"article": "green", "suspect": "yellow", "broken": "red"},
    "change": {"correction": "yellow"},
}
"""What is coloured on a terminal, by column. rich leaves colours out where NO_COLOR is set, and in files and pipes."""


def show_table(rows: Iterable[Row], columns: Iterable[str], out: TextIO, title: str | None = None) -> None:
    """Draw a table. What comes from pages is shown as it is: no markup, no control characters.

    Words between `**` and `**` in the column `snippet` are bold on a terminal, and states are coloured.
    """
    from rich.console import Console  # noqa: PLC0415 - rich takes longer to load than a page to read
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    names = list(columns)
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold", expand=False)
    for name in names:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        cells: list[str | Text] = []
        for name in names:
            text = visible(_cell(row.get(name)))
            parts = _FOUND.split(text) if name == "snippet" and out.isatty() else [text]
            cell = Text.assemble(*((part, "bold" if n % 2 else "") for n, part in enumerate(parts)))
            cell.stylize(_COLOURS.get(name, {}).get(text, ""))
            cells.append(cell)
        table.add_row(*cells)
    width = None if out.isatty() else 160
    Console(file=out, width=width, markup=False, highlight=False, emoji=False).print(table)


def _cell(value: Any, *, json_lists: bool = False) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes") if not json_lists else value.isoformat()
    if isinstance(value, (list, dict, tuple)):
        listed = not json_lists and isinstance(value, (list, tuple))
        return ", ".join(map(str, value)) if listed else json.dumps(value, ensure_ascii=False, default=plain)
    return str(value)


@contextmanager
def progress(label: str, total: int | None) -> Iterator[Tick]:
    """Show a bar on stderr while work is long and stderr is a terminal; yields what advances it."""
    if not sys.stderr.isatty():
        yield lambda n: None
        return
    from rich.console import Console  # noqa: PLC0415 - as above
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(file=sys.stderr), transient=True) as bar:
        task = bar.add_task(label, total=total)
        yield lambda n: bar.advance(task, n)


def say(line: str) -> None:
    """Tell people something on stderr; what strangers have in it is visible."""
    print(visible_lines(line), file=sys.stderr, flush=True)


def read_input(path: str, most_bytes: int) -> bytes:
    """Return a file's first bytes, stdin's for `-`; raises `WrongUse` for what cannot be read, or has no end."""
    try:
        if path == "-":
            return sys.stdin.buffer.read(most_bytes)
        file = Path(path)
        if file.exists() and not file.is_file() and not path.startswith(_STREAMS):
            raise WrongUse(f"{path}: {'a folder' if file.is_dir() else 'a device or a pipe'}, not a file")
        with file.open("rb") as opened:
            return opened.read(most_bytes)
    except OSError as error:
        is_closed = path == "-" and error.errno == errno.EBADF
        raise WrongUse(
            "stdin is closed, nothing can be read from it" if is_closed else f"{path}: {error.strerror}"
        ) from None
    except ValueError:
        raise WrongUse(f"{visible(path)}: no name of a file") from None
