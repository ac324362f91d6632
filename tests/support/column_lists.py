"""The lists of columns in statements that follow from an article's fields: read, compared, and written anew.

`pytest tests/core/test_article_fields.py --write-docs` writes the lists that do not agree, with what else a list holds.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from mirrorwire.core.article_fields import COLUMN_NAMES, export_columns
from mirrorwire.core.config import SQL
from mirrorwire.load.version_rows import CAPTURE_COLUMNS, INCOMING_COLUMNS

LINE_CHARS = 128
NEW_VERSION = tuple(name for name in INCOMING_COLUMNS if name != "over")
READ_AGAIN = tuple(name for name in (*CAPTURE_COLUMNS, *COLUMN_NAMES) if name != "loaded_by")
"""The run that first loaded a version stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnList:
    """A list of columns in a statement: what stands before it and behind it, and how it writes a column."""

    statement: str
    before: str
    behind: str
    written: str
    names: tuple[str, ...]


LISTS = (
    ColumnList(
        statement="copy_incoming", before="COPY incoming (", behind=")", written="{}", names=(*INCOMING_COLUMNS,)
    ),
    ColumnList(
        statement="insert_versions", before="INTO article_version (", behind=")", written="{}", names=NEW_VERSION
    ),
    ColumnList(statement="insert_versions", before="SELECT ", behind="\nFROM", written="{}", names=NEW_VERSION),
    ColumnList(statement="update_versions", before="SET ", behind="\nFROM", written="{0} = i.{0}", names=READ_AGAIN),
    ColumnList(statement="update_versions", before="AND (", behind=")", written="v.{}", names=READ_AGAIN),
    ColumnList(
        statement="update_versions", before="IS DISTINCT FROM\n      (", behind=")", written="i.{}", names=READ_AGAIN
    ),
    ColumnList(statement="export_articles", before="SELECT ", behind="\nFROM", written="{}", names=export_columns()),
)


def path_of(statement: str) -> Path:
    """Return the file of a statement, in whichever folder of queries it stands."""
    (path,) = (SQL / "queries").rglob(f"{statement}.sql")
    return path


def items_of(sql: str, columns: ColumnList) -> list[str]:
    """Return the items of a list as they stand, parted at the commas that no bracket holds."""
    start, end = _bounds(sql, columns)
    items, depth, item = list[str](), 0, ""
    for letter in sql[start:end]:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            items.append(" ".join(item.split()))
            item = ""
        else:
            item += letter
    return [*items, " ".join(item.split())]


def name_of(item: str) -> str:
    """Return the column that an item is: what it is set or renamed to, or the last part of its name."""
    if renamed := re.search(r" AS (\w+)$", item):
        return renamed[1]
    return item.split(" = ", maxsplit=1)[0].rpartition(".")[2]


def missing(sql: str, columns: ColumnList) -> str | None:
    """Return what a list says otherwise than the article's fields, and what to do; `None` where they agree."""
    stated = [name_of(item) for item in items_of(sql, columns)]
    if stated == list(columns.names):
        return None
    lacking = [name for name in columns.names if name not in stated]
    beyond = [name for name in stated if name not in columns.names]
    differs = (
        f"lacks {', '.join(lacking)}" if lacking else f"has {', '.join(beyond)}" if beyond else "has another order"
    )
    return (
        f"{path_of(columns.statement).name}, behind {columns.before.strip()!r}, {differs}: "
        "pytest tests/core/test_article_fields.py --write-docs writes the list as the record Article has it"
    )


def _difference(stated: Sequence[str], names: Sequence[str]) -> str:
    if lacking := [name for name in names if name not in stated]:
        return f"lacks {', '.join(lacking)}"
    if beyond := [name for name in stated if name not in names]:
        return f"has {', '.join(beyond)}"
    return "has another order"


def rewritten(sql: str, columns: ColumnList) -> str:
    """Return the statement with the list as the fields have it; items that are more than a name stay as they are."""
    standing = {name_of(item): item for item in items_of(sql, columns)}
    items = [standing.get(name, columns.written.format(name)) for name in columns.names]
    start, end = _bounds(sql, columns)
    indent = start - (sql.rfind("\n", 0, start) + 1)
    return sql[:start] + _wrapped(items, indent) + sql[end:]


def _wrapped(items: Sequence[str], indent: int) -> str:
    protected = [item.replace(" ", "\0") for item in items]
    lines = textwrap.wrap(", ".join(protected), LINE_CHARS - indent, break_long_words=False, break_on_hyphens=False)
    return f"\n{' ' * indent}".join(lines).replace("\0", " ")


def _bounds(sql: str, columns: ColumnList) -> tuple[int, int]:
    start = sql.index(columns.before) + len(columns.before)
    depth = 0
    for place in range(start, len(sql)):
        if depth == 0 and sql.startswith(columns.behind, place):
            return start, place
        depth += (sql[place] == "(") - (sql[place] == ")")
    raise ValueError(f"{columns.statement}: nothing ends the list behind {columns.before!r}")
