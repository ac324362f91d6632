"""How the rows of an export look: which columns, times of the source's zone beside UTC, text as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from mirrorwire.core.article_fields import export_columns
from mirrorwire.core.errors import WrongUse
from mirrorwire.exports.markdown import markdown_of

COLUMNS = list(export_columns())
TIMES = tuple(name for name in COLUMNS if name.endswith("_at"))
LOCAL = "_local"
"""Behind the name of a time: the same as the source's clocks show it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What becomes of a row before it is written.

    `chosen` are columns in the order wanted, none of them means all. `local_time` adds a column `<time>_local` behind
    each time, in the source's zone. `markdown` writes the text as Markdown.
    """

    chosen: tuple[str, ...] = ()
    local_time: bool = False
    markdown: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether rows are written as they are stored."""
        return self == Shape()

    @property
    def columns(self) -> list[str]:
        """The columns of the export, in their order."""
        columns: list[str] = []
        for name in self.chosen or COLUMNS:
            columns.append(name)
            if self.local_time and name in TIMES:
                columns.append(name + LOCAL)
        return columns

    def rows(self, stored: Iterable[Mapping[str, Any]], zone: ZoneInfo) -> Iterator[dict[str, Any]]:
        """Yield the rows of a source in that zone, each with the columns of the export alone."""
        columns = self.columns
        for row in stored:
            shaped = dict(row)
            if self.markdown:
                shaped["text"] = markdown_of(row["text"])
            if self.local_time:
                for name in TIMES:
                    shaped[name + LOCAL] = row[name].astimezone(zone) if row[name] else None
            yield {name: shaped[name] for name in columns}


def is_local(column: str) -> bool:
    """Return whether a column shows a time as the source's clocks do."""
    return column.endswith(LOCAL) and column.removesuffix(LOCAL) in TIMES


def columns_named(text: str | None) -> tuple[str, ...]:
    """Return the columns of a list with commas; raises `WrongUse` that lists the known for one that is not."""
    names = tuple(name.strip() for name in text.split(",")) if text is not None else ()
    for name in names:
        if name not in COLUMNS:
            raise WrongUse(f"--columns: {name!r} is no column of an export; they are {', '.join(COLUMNS)}")
    if len(set(names)) < len(names):
        raise WrongUse("--columns: a column is named twice")
    return names
