"""Coverage as a calendar: one HTML page without scripts and without anything from elsewhere. Pure."""

from __future__ import annotations

from calendar import month_abbr, monthrange
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from html import escape
from typing import Any

from mirrorwire.core.humanize import counted
from mirrorwire.reports.coverage import COUNTS, spans

Row = Mapping[str, Any]
STEPS = 5
MANY = 40
"""More stretches of days are counted rather than named."""

# Blues of ColorBrewer, told apart with any colour vision; states have a shape besides: hatched, outlined, a corner.
STYLE = """
:root { color-scheme: light }
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; background: #fff; margin: 1.5rem; }
h1 { font-size: 1.35rem; margin: 0 0 .3rem } h2 { font-size: 1.05rem; margin: 0 0 .3rem }
.years { display: flex; flex-wrap: wrap; gap: 1.5rem 2.5rem; margin: 1rem 0 }
table { border-collapse: separate; border-spacing: 2px; font-variant-numeric: tabular-nums }
th { font-size: 11px; font-weight: 500; color: #444; padding: 0 3px } tbody th { text-align: right }
td, .key { width: 30px; height: 19px; min-width: 30px; padding: 0; text-align: center; font-size: 11px;
  border: 1px solid #c4c9d0; box-sizing: border-box; line-height: 17px }
td.out { border-color: transparent }
.s0 { background: #fff; color: #1a1a1a } .s1 { background: #deebf7; color: #1a1a1a }
.s2 { background: #b3d2ea; color: #1a1a1a } .s3 { background: #7db8da; color: #1a1a1a }
.s4 { background: #2171b5; color: #fff } .s5 { background: #08306b; color: #fff }
.not { background: repeating-linear-gradient(45deg, #c9c9c9 0 2px, #f4f4f4 2px 6px); color: #333 }
.thin { border: 3px solid #c2410c; line-height: 13px; font-weight: 700 }
.left { position: relative } .left::after { content: ""; position: absolute; top: 0; right: 0;
  border: 4px solid; border-color: #b8860b #b8860b transparent transparent }
.rest { border-radius: 9px }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.1rem; padding: 0; list-style: none; margin: .7rem 0 }
.legend li { display: flex; align-items: center; gap: .4rem } .key { display: inline-block }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .8rem 0 } dd { margin: 0 }
dt { color: #444 }
"""


def page(name: str, rows: Sequence[Row], *, made_at: datetime) -> str:
    """Return the page: a table a year, months as columns; each day a cell that shows its number of loaded articles.

    Its title tells all numbers. Colours go by fifths of the busiest day's number.
    """
    title = f"Coverage of {escape(name)}"
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{title}</title>\n<style>{STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n{_summary(rows, made_at)}\n"
        f"{calendar(rows)}\n</body></html>\n"
    )


def calendar(rows: Sequence[Row]) -> str:
    """Return the legend and the tables alone, for a page that has a style for the classes of `STYLE`."""
    top = max((row["loaded"] or 0 for row in rows), default=0)
    steps = _steps(top)
    by_day = {row["day"]: row for row in rows}
    years = sorted({day.year for day in by_day})
    tables = "".join(_year(year, by_day, steps) for year in years)
    return f'{_legend(steps)}\n<div class="years">\n{tables}</div>'


def _steps(top: int) -> list[int]:
    """The least number of each colour."""
    return sorted({1, *(round(top * n / STEPS) + 1 for n in range(1, STEPS) if top * n / STEPS >= 1)})


def _summary(rows: Sequence[Row], made_at: datetime) -> str:
    totals = {name: sum(row[name] or 0 for row in rows) for name in COUNTS}
    first, last = (rows[0]["day"], rows[-1]["day"]) if rows else ("-", "-")
    facts = [
        ("Days", f"{first} to {last}, {len(rows)}"),
        ("Links", ", ".join(f"{n:,} {'known' if name == 'links' else name}" for name, n in totals.items())),
        ("Not covered", _named(spans(rows, "not covered"))),
        ("Thin", _named(spans(rows, "thin"))),
        ("Made", f"{made_at:%Y-%m-%d %H:%M} UTC"),
    ]
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in facts) + "</dl>"


def _named(stretches: Sequence[tuple[date, date]]) -> str:
    days = sum((last - first).days + 1 for first, last in stretches)
    if not days:
        return "no day"
    named = ", ".join(f"{first}" if first == last else f"{first} to {last}" for first, last in stretches[:MANY])
    more = f" and {len(stretches) - MANY} more stretches" if len(stretches) > MANY else ""
    return f"{days} {'day' if days == 1 else 'days'}: {named}{more}"


def _legend(steps: Sequence[int]) -> str:
    ends = [*(step - 1 for step in steps[1:]), None]
    entries = [("s0", "0", "covered, no article")]
    entries += [
        (f"s{n}", "", f"{low} or more" if high is None else f"{low}" if low == high else f"{low} to {high}")
        for n, (low, high) in enumerate(zip(steps, ends, strict=True), 1)
    ]
    entries += [
        ("not", "", "not covered: no seed has reached it"),
        ("s1 thin", "", "thin: far fewer than is usual"),
        ("s1 left", "", "links left: pending or failed"),
        ("s1 rest", "", "Saturday, Sunday"),
    ]
    items = (f'<li><span class="key {look}">{text}</span>{meaning}</li>' for look, text, meaning in entries)
    return f'<ul class="legend" aria-label="Articles loaded a day">{"".join(items)}</ul>'


def _year(year: int, by_day: Mapping[date, Row], steps: Sequence[int]) -> str:
    months = sorted({day.month for day in by_day if day.year == year})
    heads = "".join(f'<th scope="col">{month_abbr[month]}</th>' for month in months)
    lines = "".join(
        f'<tr><th scope="row">{n}</th>{"".join(_cell(year, month, n, by_day, steps) for month in months)}</tr>\n'
        for n in range(1, 32)
    )
    return (
        f'<section><h2>{year}</h2><table aria-label="{year}"><thead><tr><td class="out"></td>{heads}</tr></thead>'
        f"\n<tbody>{lines}</tbody></table></section>\n"
    )


def _cell(year: int, month: int, n: int, by_day: Mapping[date, Row], steps: Sequence[int]) -> str:
    row = by_day.get(date(year, month, n)) if n <= monthrange(year, month)[1] else None
    if row is None:
        return '<td class="out"></td>'
    loaded, left = row["loaded"], (row["pending"] or 0) + (row["failed"] or 0)
    looks = ["not" if row["status"] == "not covered" else f"s{sum(loaded >= step for step in steps)}"]
    looks += ["thin"] * (row["status"] == "thin") + ["left"] * bool(left) + ["rest"] * (row["day"].weekday() >= 5)
    title = escape(in_words(row))
    return f'<td class="{" ".join(looks)}" title="{title}">{"" if loaded is None else loaded}</td>'


def in_words(row: Row) -> str:
    """Return a day in words: its date, its status and its numbers."""
    day = f"{row['day']:%a} {row['day']}"
    if row["links"] is None:
        return f"{day}: not covered"
    numbers = ", ".join(_numbers(row))
    usual = f"; usual {row['usual']:g}" if row["status"] == "thin" and row["usual"] is not None else ""
    return f"{day}: {row['status']}; {numbers}{usual}"


def _numbers(row: Row) -> Iterable[str]:
    yield f"{counted(row['links'], 'link')} known"
    for name in COUNTS[1:]:
        if row[name] or name == "loaded":
            yield f"{row[name]} {name}"
