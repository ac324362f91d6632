"""docs/schema.md and docs/schema.svg, as the catalog of a migrated database tells them.

`pytest tests/store/test_schema.py --write-docs` writes both; without the option the test fails where they
are not up to date.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

from mirrorwire.store.db import Connection

GROUPS = {
    "Sources and hosts": ("source", "host", "breaker", "host_event", "robots", "suggestion", "dismissed_origin"),
    "Runs": ("run", "run_step", "seed_poll", "source_tally"),
    "Takedowns": ("tombstone", "takedown"),
    "Changes by hand": ("manual_act",),
    "Frontier": (
        "link",
        "link_hint",
        "link_want",
        "redirection",
        "archived_copy",
        "seed_document",
        "listing_page",
    ),
    "Captures": ("capture", "attempt", "warc_record", "warc_file"),
    "Readings": ("extraction", "rejection", "boilerplate", "boilerplate_month"),
    "Near duplicates": ("signature", "text_signature", "shared_cluster"),
    "Articles": (
        "article",
        "article_version",
        "article_url",
        "article_author",
        "author",
        "article_tag",
        "tag",
        "image",
        "article_search",
        "unsearched",
    ),
}
REST = "More"
"""Where a table stands that no group names."""
PLACES = (
    ("Sources and hosts",),
    ("Runs", "Takedowns", "Changes by hand", REST),
    ("Frontier",),
    ("Captures",),
    ("Readings", "Near duplicates"),
    ("Articles",),
)
"""The groups from left to right and from top to bottom."""
COLOURS = ("#0b6e99", "#8a5a00", "#a12d5c", "#5b3fa8", "#1d7a3d", "#b3401f", "#4c5b6b", "#1f4fb3", "#666666", "#2f6f6f")
SHORT_TYPES = {"timestamp with time zone": "timestamptz", "integer": "int", "double precision": "float8"}
CHAR, ROW, HEAD, WIDTH, GUTTER, MARGIN, GAP = 6.05, 14, 20, 232, 56, 24, 14
"""Pixels: of a character of the columns' names, of a row, of a box's head, of a box, between boxes."""

CATALOG = b"""
SELECT c.relname AS name, c.relkind = 'v' AS is_view, obj_description(c.oid) AS comment,
       a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, col_description(c.oid, a.attnum),
       EXISTS (SELECT FROM pg_constraint k
               WHERE k.conrelid = c.oid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)) AS in_key,
       (SELECT min(t.relname) FROM pg_constraint k JOIN pg_class t ON t.oid = k.confrelid
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)) AS refers_to
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'mirrorwire'::regnamespace AND c.relkind IN ('r', 'p', 'v') AND NOT c.relispartition
  AND c.relname !~ '^(_?yoyo_|migration_digest)'
ORDER BY c.relname COLLATE "C", a.attnum
"""


@dataclass(frozen=True)
class Column:
    name: str
    type: str
    not_null: bool
    comment: str
    in_key: bool
    refers_to: str | None


@dataclass(frozen=True)
class Table:
    name: str
    is_view: bool
    comment: str
    columns: tuple[Column, ...]


def read(conn: Connection) -> list[Table]:
    """Return the tables and views of a migrated database, by name; without those that keep its migrations."""
    found: dict[str, tuple[bool, str, list[Column]]] = {}
    for name, is_view, comment, *rest in conn.execute(CATALOG):
        attname, kind, not_null, about, in_key, refers_to = rest
        column = Column(attname, SHORT_TYPES.get(kind, kind), not_null, about or "", in_key, refers_to)
        found.setdefault(name, (is_view, comment or "", []))[2].append(column)
    return [Table(name, is_view, comment, tuple(columns)) for name, (is_view, comment, columns) in found.items()]


def grouped(tables: Sequence[Table]) -> dict[str, list[Table]]:
    """Return the tables by their group, in its order; no views."""
    by_name = {table.name: table for table in tables if not table.is_view}
    named = {name for names in GROUPS.values() for name in names}
    groups = {group: [by_name[name] for name in names if name in by_name] for group, names in GROUPS.items()}
    groups[REST] = [table for name, table in by_name.items() if name not in named]
    return {group: found for group, found in groups.items() if found}


def markdown(tables: Sequence[Table]) -> str:
    """Return docs/schema.md."""
    lines = [
        "# The schema",
        "",
        "Made from the catalog of a migrated database by `pytest tests/store/test_schema.py --write-docs`; a test",
        "fails when migrations say otherwise. In `psql`, `\\d+ article` tells the same.",
        "",
        "[![Tables and their foreign keys](schema.svg)](schema.svg)",
        "",
        "All of it stands in the Postgres schema `mirrorwire`.",
        "",
        "Bold: the primary key. An arrow names a foreign key's table; a line leads to it where it stands in the same",
        "column of the picture or the next. Queries are best asked of the [views](#views).",
    ]
    for group, found in grouped(tables).items():
        lines += ["", f"## {group}"]
        for table in found:
            lines += _section(table)
    lines += ["", "## Views"]
    for table in tables:
        if table.is_view:
            lines += _section(table)
    return "\n".join(lines) + "\n"


def _section(table: Table) -> Iterator[str]:
    yield from ("", f"### {table.name}", "", _cell(table.comment), "")
    yield from ("| column | type | |", "|---|---|---|")
    for column in table.columns:
        name = f"**{column.name}**" if column.in_key else column.name
        # Postgres knows of no column of a view that it is never null.
        kind = column.type if column.not_null or table.is_view else f"{column.type}, or null"
        refers = f" → [{column.refers_to}](#{column.refers_to})" if column.refers_to else ""
        yield f"| {name} | {kind}{refers} | {_cell(column.comment)} |"


def _cell(text: str) -> str:
    """As it reads in a table's cell of Markdown."""
    for mark in ("\\", "|", "*", "_", "<", "`"):
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())


@dataclass(frozen=True)
class Box:
    """Where a table is drawn: its column in the picture, its upper left corner."""

    table: Table
    place: int
    x: int
    y: int
    colour: str

    def row_y(self, number: int) -> int:
        return self.y + HEAD + number * ROW + ROW // 2 + 1

    @property
    def height(self) -> int:
        return HEAD + len(self.table.columns) * ROW + 5


def svg(tables: Sequence[Table]) -> str:
    """Return docs/schema.svg: a box a table, its columns in it, curves for the foreign keys to neighbours."""
    boxes, titles, height = _laid_out(grouped(tables))
    width = 2 * MARGIN + len(PLACES) * WIDTH + (len(PLACES) - 1) * GUTTER
    curves = [_curve(box, number, boxes) for box in boxes.values() for number in range(len(box.table.columns))]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        '     font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="10">',
        "<title>The tables of Mirrorwire and their foreign keys</title>",
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
        *titles,
        *(line for box in boxes.values() for line in _drawn(box, boxes)),
        *(curve for curve in curves if curve),
    ]
    return "\n".join([*lines, "</svg>"]) + "\n"


def _laid_out(groups: dict[str, list[Table]]) -> tuple[dict[str, Box], list[str], int]:
    """Return the boxes, the groups' titles, and the picture's height."""
    boxes: dict[str, Box] = {}
    titles, lowest = [], 0
    colours = dict(zip([*GROUPS, REST], COLOURS, strict=True))
    for place, names in enumerate(PLACES):
        x, y = MARGIN + place * (WIDTH + GUTTER), MARGIN
        for group in (name for name in names if name in groups):
            titles.append(
                f'<text x="{x}" y="{y + 12}" font-family="sans-serif" font-size="15" font-weight="bold" '
                f'fill="{colours[group]}">{escape(group)}</text>'
            )
            y += 24
            for table in groups[group]:
                boxes[table.name] = box = Box(table, place, x, y, colours[group])
                y += box.height + GAP
            y += GAP
        lowest = max(lowest, y)
    return boxes, titles, lowest + MARGIN - 2 * GAP


def _drawn(box: Box, boxes: dict[str, Box]) -> Iterator[str]:
    x, y = box.x, box.y
    yield (
        f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{box.height}" rx="4" fill="#ffffff" stroke="{box.colour}"/>'
        f'<path d="M{x} {y + HEAD - 2}v-{HEAD - 6}q0 -4 4 -4h{WIDTH - 8}q4 0 4 4v{HEAD - 6}z" fill="{box.colour}"/>'
        f'<text x="{x + 8}" y="{y + 13}" font-size="12" font-weight="bold" fill="#fff">{escape(box.table.name)}</text>'
    )
    for number, column in enumerate(box.table.columns):
        base = box.row_y(number) + 3
        weight = ' font-weight="bold"' if column.in_key else ""
        target = boxes.get(column.refers_to or "")
        said = f"→ {target.table.name}" if target else column.type
        fill = target.colour if target else "#8b929a"
        room = int((WIDTH - 20) / CHAR) - len(column.name) - 1
        said = said if len(said) <= room else said[: max(0, room - 1)] + "…"
        yield (
            f'<text x="{x + 8}" y="{base}" fill="#1c2127"{weight}>{escape(column.name)}</text>'
            f'<text x="{x + WIDTH - 8}" y="{base}" text-anchor="end" fill="{fill}">{escape(said)}</text>'
        )


def _curve(box: Box, number: int, boxes: dict[str, Box]) -> str | None:
    """Return the curve from a foreign key to the head of its table; `None` for one that stands further off."""
    target = boxes.get(box.table.columns[number].refers_to or "")
    if target is None or target is box or abs(target.place - box.place) > 1:
        return None
    y, to_y = box.row_y(number), target.y + HEAD // 2 - 1
    if target.place == box.place:
        bend = 10 + min(14, abs(y - to_y) // 40)
        path = f"M{box.x} {y}C{box.x - bend} {y} {target.x - bend} {to_y} {target.x} {to_y}"
    else:
        left = target.place < box.place
        start, end = (box.x, target.x + WIDTH) if left else (box.x + WIDTH, target.x)
        bend = (-1 if left else 1) * GUTTER * 2 // 3
        path = f"M{start} {y}C{start + bend} {y} {end - bend} {to_y} {end} {to_y}"
    dot = f'<circle cx="{path[1:].split()[0]}" cy="{y}" r="2" fill="{target.colour}"/>'
    return f'<path d="{path}" fill="none" stroke="{target.colour}" stroke-opacity="0.75"/>{dot}'
