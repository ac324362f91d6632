"""The seconds of a pass's steps as a picture: a bar a pass, a piece of it a step (SVG, readable on light and dark)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

Steps = Sequence[tuple[str, float]]
WIDTH, LABEL, BAR, GAP, LINE = 860, 150, 34, 26, 20
COLOURS = {
    "discover": "#4477aa",
    "fetch": "#66ccee",
    "extract": "#228833",
    "learn": "#ccbb44",
    "dedupe": "#ee6677",
    "load": "#aa3377",
}
"""Paul Tol's bright scheme, which people tell apart who see colours otherwise."""
OTHER = "#bbbbbb"


def step_picture(passes: Mapping[str, Steps]) -> str:
    """Return the picture of passes by their names; a piece's title says its step and seconds."""
    longest = max(sum(took_s for _, took_s in steps) for steps in passes.values())
    scale = (WIDTH - LABEL - 60) / longest
    pieces: list[str] = []
    for n, (name, steps) in enumerate(passes.items()):
        pieces += _bar(GAP + n * (BAR + GAP), name, steps, scale)
    height = GAP + len(passes) * (BAR + GAP)
    pieces += _legend(height + LINE // 2)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height + 2 * LINE}" role="img" '
        'font-family="sans-serif" font-size="14" fill="#777777">\n'
        f"<title>Seconds of each step</title>\n{''.join(pieces)}</svg>\n"
    )


def _bar(top: int, name: str, steps: Steps, scale: float) -> list[str]:
    pieces = [f'<text x="{LABEL - 10}" y="{top + BAR // 2 + 5}" text-anchor="end">{escape(name)}</text>\n']
    left = float(LABEL)
    for step, took_s in steps:
        width = took_s * scale
        pieces.append(
            f'<rect x="{left:.1f}" y="{top}" width="{width:.1f}" height="{BAR}" fill="{COLOURS.get(step, OTHER)}">'
            f"<title>{escape(step)}: {took_s:.1f} s</title></rect>\n"
        )
        left += width
    total_s = sum(took_s for _, took_s in steps)
    return [*pieces, f'<text x="{left + 8:.1f}" y="{top + BAR // 2 + 5}">{total_s:.0f} s</text>\n']


def _legend(top: int) -> list[str]:
    pieces = []
    for n, (step, colour) in enumerate(COLOURS.items()):
        left = LABEL + n * 110
        pieces.append(f'<rect x="{left}" y="{top}" width="14" height="14" fill="{colour}"/>\n')
        pieces.append(f'<text x="{left + 20}" y="{top + 12}">{step}</text>\n')
    return pieces
