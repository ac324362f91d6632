"""What a page tells, as HTML or as JSON. Strangers' text stays text: escaped, and without obeyed characters."""

from __future__ import annotations

import io
import json
import re
from datetime import date, datetime, timedelta
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse

from mirrorwire import __version__
from mirrorwire.core.humanize import counted, span
from mirrorwire.core.visible import escaped
from mirrorwire.exports.csv_file import write_csv
from mirrorwire.reports.calendar_html import calendar
from mirrorwire.reports.output import plain
from mirrorwire.store.pages import Row
from mirrorwire.web.later import FLUSH, Later, asked_for, sent_in_parts
from mirrorwire.web.page_request import Facts
from mirrorwire.web.user import user_of

FOLDER = Path(__file__).parent
CSV_COLUMNS = ("published_at", "source", "article_key", "title", "snippet", "language", "verdict", "canonical_url")
_UNSHOWN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""Controls, and what changes the direction of text around it; what joins letters, as Persian needs it, stays."""
_MARKED = re.compile(r"\*\*(.+?)\*\*", re.S)
"""A word that was searched for, as snippets mark it."""


def wants_json(request: Request) -> bool:
    """Tell whether a request asks for JSON, by its address or by its header."""
    if request.url.path.endswith(".json"):
        return True
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and "text/html" not in accepted


def answer(request: Request, name: str, facts: Facts, *, status: int = 200) -> Response:
    """Return facts as JSON or by the template of that name."""
    if wants_json(request):
        document = escaped(json.dumps(asked_for(facts), ensure_ascii=False, indent=2, default=plain))
        return Response(document.encode("utf-8", "replace"), status, media_type="application/json")
    template = _templates().get_template(f"{name}.html")
    parts = sent_in_parts(template.generate(facts, page=name, user=user_of(request)))
    first = next(parts)  # what fails before the first part is sent fails as a page of its own
    if not any(isinstance(fact, Later) for fact in facts.values()):
        return HTMLResponse(first + b"".join(parts), status)
    return StreamingResponse(chain([first], parts), status, media_type="text/html")


def csv_answer(rows: list[Row]) -> Response:
    """Return what a search has found as a file for spreadsheets, none of whose cells is run as a formula."""
    out = io.BytesIO()
    write_csv(rows, CSV_COLUMNS, out, safe=True)
    headers = {"Content-Disposition": 'attachment; filename="mirrorwire-search.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def file(name: str) -> bytes:
    """Return one of the files that all pages have."""
    return (FOLDER / name).read_bytes()


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_final,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "bars": bars,
        "calendar": lambda rows: Markup(calendar(rows)),  # noqa: S704 - numbers and days of ours
        "marked": marked,
        "weblink": weblink,
        "when": when,
        "ago": ago,
        "every": lambda seconds: span(timedelta(seconds=seconds)),
        "counted": counted,
        "evidence": evidence,
    }
    made.globals["version"] = __version__
    made.globals["flush"] = Markup(FLUSH)  # noqa: S704 - a constant of ours
    return made


def _final(value: Any) -> Any:
    """Every value on its way into a page."""
    if value is None:
        return ""
    return _UNSHOWN.sub("\N{REPLACEMENT CHARACTER}", value) if type(value) is str else value


def when(at: datetime | date | None) -> str:
    """Return a time as people read it, in UTC."""
    if at is None:
        return "never"
    return f"{at:%Y-%m-%d %H:%M}" if isinstance(at, datetime) else f"{at}"


def ago(at: datetime | None, now: datetime) -> str:
    """Return how long ago a time is."""
    return "never" if at is None else f"{span(now - at)} ago"


def weblink(url: str | None) -> str | None:
    """Return a URL that a link may lead to, `None` for any that is not of the web."""
    return url if url and url.lower().startswith(("http://", "https://")) else None


def marked(snippet: str) -> Markup:
    """Return a snippet with the words that were searched for marked."""
    parts = _MARKED.split(snippet)
    shown = Markup()
    for n, part in enumerate(parts):
        text = _final(part)
        shown += Markup("<mark>{}</mark>").format(text) if n % 2 else text
    return shown


def evidence(value: Any) -> str:
    """Return a value of a rejection's evidence as text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=plain)


def bars(rows: list[Row]) -> list[Row]:
    """Return the bars of a plot of articles a day: `x`, and `height` as percent of the highest."""
    top = max((row["articles"] for row in rows), default=0) or 1
    drawn = []
    for n, row in enumerate(rows):
        drawn.append({"x": n * 10, "height": round(100 * row["articles"] / top, 1), "row": row})
    return drawn
