"""docs/architecture.svg: the rooms of the package and who imports whom, as its modules' imports tell.

`pytest tests/project/test_house.py --write-docs` writes it; without the option the test fails where it is not up to
date.
"""

from __future__ import annotations

import ast
import textwrap
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise
from pathlib import Path

import grimp

PACKAGE = "mirrorwire"
NOT_DRAWN = frozenset({"__main__", "sources"})
"""What holds no code of its own: the call of the command line, and the bundled source files."""

Arrow = tuple[str, str]
"""A room, and one that it imports."""

WIDTH, HEIGHT, GAP_X, GAP_Y, MARGIN = 256, 62, 30, 46, 24
"""Pixels: of a room, between rooms, around the picture."""
LANE = 26
"""Pixels that an arrow takes which passes a floor without stopping there."""
LINE_CHARS, LINES = 39, 3
"""How much of a room's docstring is shown."""
COLOURS = ("#4c5b6b", "#1f4fb3", "#0b6e99", "#5b3fa8", "#a12d5c", "#b3401f", "#8a5a00", "#1d7a3d", "#0b6e99", "#4c5b6b")
"""Of the floors, from the top."""


@dataclass(frozen=True)
class House:
    """The rooms by floor, from the top; the arrows between them; each room's purpose, in a sentence."""

    floors: tuple[tuple[str, ...], ...]
    arrows: frozenset[Arrow]
    purposes: Mapping[str, str]


def read(root: Path) -> House:
    """Return the house of a checkout: floors as pyproject.toml has them, arrows as the modules import.

    Raises `ValueError` for a room that stands on no floor.
    """
    floors = _floors(root / "pyproject.toml")
    arrows = _arrows()
    rooms = {room for arrow in arrows for room in arrow}
    homeless = rooms - {room for floor in floors for room in floor}
    if homeless:
        raise ValueError(f"on no floor of the layers in pyproject.toml: {sorted(homeless)}")
    package = root / "etl" / PACKAGE
    purposes = {room: _purpose(package, room) for floor in floors for room in floor}
    return House(floors, arrows, purposes)


def shown_arrows(house: House) -> set[Arrow]:
    """Return the arrows that do not follow from two others: what a room imports by way of another is left out."""
    below = {room: {imported for importer, imported in house.arrows if importer == room} for room in house.purposes}

    def reached(room: str) -> set[str]:
        rooms = set(below[room])
        for imported in below[room]:
            rooms |= reached(imported)
        return rooms

    shown = set()
    for importer, imported in house.arrows:
        others = below[importer] - {imported}
        if not any(imported in reached(other) for other in others):
            shown.add((importer, imported))
    return shown


def svg(house: House) -> str:
    """Return docs/architecture.svg: a row a floor, a box a room, arrows from a room to those that it imports."""
    paths = _paths(shown_arrows(house), house.floors)
    rows = _ordered(house.floors, paths)
    width = max(_row_width(row) for row in rows) + 2 * MARGIN
    height = len(rows) * (HEIGHT + GAP_Y) - GAP_Y + 2 * MARGIN
    middles = _middles(rows, width)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}"',
        '     font-family="Helvetica, Arial, DejaVu Sans, sans-serif" font-size="11">',
        "<title>The rooms of Mirrorwire, and which imports which</title>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#5f6873"/></marker></defs>',
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>',
    ]
    lines += [_curve(path, middles) for path in paths]
    for number, floor in enumerate(house.floors):
        for room in floor:
            lines += _box(room, middles[number, room], number, house.purposes[room])
    return "\n".join([*lines, "</svg>"]) + "\n"


def _floors(pyproject: Path) -> tuple[tuple[str, ...], ...]:
    contracts = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = (contract["layers"] for contract in contracts if contract["type"] == "layers")
    return tuple(tuple(module.strip().partition(".")[2] for module in layer.split("|")) for layer in layers)


def _arrows() -> frozenset[Arrow]:
    graph = grimp.build_graph(PACKAGE, cache_dir=None)
    arrows = set()
    for module in graph.modules - {PACKAGE}:
        for imported in graph.find_modules_directly_imported_by(module) - {PACKAGE}:
            arrow = (module.split(".")[1], imported.split(".")[1])
            if arrow[0] != arrow[1] and not NOT_DRAWN & set(arrow):
                arrows.add(arrow)
    return frozenset(arrows)


def _purpose(package: Path, room: str) -> str:
    """The first line of a room's docstring."""
    file = package / room / "__init__.py"
    if not file.is_file():
        file = package / f"{room}.py"
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0].replace("`", "")


Route = Sequence[tuple[int, str]]
"""An arrow on its way down: a floor's number and a room, or a lane between rooms, floor by floor."""


def _paths(arrows: set[Arrow], floors: Sequence[Sequence[str]]) -> list[Route]:
    floor_of = {room: number for number, floor in enumerate(floors) for room in floor}
    paths = []
    for importer, imported in sorted(arrows, key=lambda arrow: (floor_of[arrow[0]], arrow)):
        first, last = floor_of[importer], floor_of[imported]
        lanes = [(number, f"{importer} to {imported}") for number in range(first + 1, last)]
        paths.append([(first, importer), *lanes, (last, imported)])
    return paths


def _ordered(floors: Sequence[Sequence[str]], paths: Sequence[Route]) -> list[list[str]]:
    """The floors with the lanes that pass them, each in an order in which few arrows cross."""
    rows = [list(floor) for floor in floors]
    for path in paths:
        for number, lane in path[1:-1]:
            rows[number].append(lane)
    for sweep in range(12):
        downwards = sweep % 2 == 0
        numbers = range(1, len(rows)) if downwards else range(len(rows) - 2, -1, -1)
        for number in numbers:
            neighbours = rows[number - 1 if downwards else number + 1]
            rows[number] = _by_neighbours(number, rows[number], neighbours, paths, downwards)
    return rows


def _by_neighbours(
    number: int, row: list[str], neighbours: list[str], paths: Sequence[Route], downwards: bool
) -> list[str]:
    """A row in the order of what its rooms and lanes lead to in the row beside it."""
    places: dict[str, list[float]] = {name: [] for name in row}
    for path in paths:
        for upper, lower in pairwise(path):
            here, there = (lower, upper) if downwards else (upper, lower)
            if here[0] == number:
                places[here[1]].append((neighbours.index(there[1]) + 0.5) / len(neighbours))
    usual = {name: (place + 0.5) / len(row) for place, name in enumerate(row)}
    middles = {name: sum(led) / len(led) if led else usual[name] for name, led in places.items()}
    return sorted(row, key=lambda name: (middles[name], name))


def _is_lane(name: str) -> bool:
    return " to " in name


def _row_width(row: Sequence[str]) -> int:
    return sum(LANE if _is_lane(name) else WIDTH for name in row) + GAP_X * (len(row) - 1)


def _middles(rows: Sequence[Sequence[str]], width: int) -> dict[tuple[int, str], int]:
    """The middle of each room and lane, in pixels from the left: each row is centred."""
    middles = {}
    for number, row in enumerate(rows):
        x = (width - _row_width(row)) // 2
        for name in row:
            taken = LANE if _is_lane(name) else WIDTH
            middles[number, name] = x + taken // 2
            x += taken + GAP_X
    return middles


def _top(number: int) -> int:
    return MARGIN + number * (HEIGHT + GAP_Y)


def _curve(path: Route, middles: Mapping[tuple[int, str], int]) -> str:
    x, y = middles[path[0]], _top(path[0][0]) + HEIGHT
    drawn = f"M{x} {y}"
    for stop in path[1:]:
        to_x, to_y = middles[stop], _top(stop[0])
        bend = (to_y - y) // 2
        drawn += f"C{x} {y + bend} {to_x} {to_y - bend} {to_x} {to_y}"
        x, y = to_x, to_y
        if _is_lane(stop[1]):
            y += HEIGHT
            drawn += f"V{y}"
    return f'<path d="{drawn}" fill="none" stroke="#5f6873" stroke-opacity="0.8" marker-end="url(#tip)"/>'


def _box(room: str, middle: int, number: int, purpose: str) -> Iterator[str]:
    x, y, colour = middle - WIDTH // 2, _top(number), COLOURS[number % len(COLOURS)]
    yield f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="5" fill="#ffffff" stroke="{colour}"/>'
    yield (f'<text x="{x + 10}" y="{y + 17}" font-size="13" font-weight="bold" fill="{colour}">{escape(room)}</text>')
    lines = textwrap.wrap(purpose, LINE_CHARS, max_lines=LINES, placeholder=" …")
    for place, line in enumerate(lines):
        yield f'<text x="{x + 10}" y="{y + 31 + 12 * place}" fill="#1c2127">{escape(line)}</text>'
