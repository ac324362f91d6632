"""`export`: articles for other programs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from mirrorwire.commands.options import since_option, until_option
from mirrorwire.core.config import find_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.settings import Settings
from mirrorwire.core.windows import instant, window
from mirrorwire.exports.formats import ATOM_ENTRIES, FORMATS, format_of, write_export
from mirrorwire.exports.selection import Selection
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db


@click.command()
@click.argument("source")
@since_option
@until_option
@click.option("--updated-since", metavar="T", help="Only versions captured then or later: new articles and edits.")
@click.option("--language", metavar="TAG", help="Only this language; zh takes zh-Hans too.")
@click.option("--section", metavar="PATH", help="Only this section and those below it: News / World.")
@click.option("--heads", is_flag=True, help="Of articles that say nearly the same only the first.")
@click.option("--sure", is_flag=True, help="Without suspects, which are only probably articles.")
@click.option("--limit", type=click.IntRange(1, 2**63 - 1), metavar="N", help="At most so many; atom: 100 if not told.")
@click.option("--csv-safe", is_flag=True, help="An apostrophe before cells that spreadsheets would run as formulas.")
@click.option(
    "--output",
    "path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="There when whole; its ending is the format: .csv, .csv.gz, .xlsx.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Default: by FILE's ending, else a table on a terminal, else jsonl.",
)
@click.pass_obj
def export(
    settings: Settings,
    source: str,
    since: str | None,
    until: str | None,
    updated_since: str | None,
    language: str | None,
    section: str | None,
    heads: bool,
    sure: bool,
    limit: int | None,
    csv_safe: bool,
    path: Path | None,
    form: str | None,
) -> None:
    """The articles of SOURCE, one row each, by publication.

    Rows stream: a million need no more memory than a thousand, tables apart; Parquet half as much again. `parquet`
    needs pyarrow (.venv/bin/pip install pyarrow); `atom` is a feed of the versions captured last, newest first; `xlsx`
    is one sheet with times in UTC. `verdict` marks suspects, `doubts` says what speaks against a page or a field of it.

    \b
    Example:
      mirrorwire export courier --since 2026-11-20 --format jsonl > courier.jsonl
      mirrorwire export courier --section news/world --heads --format csv
      mirrorwire export courier --sure --output courier.xlsx
      mirrorwire export courier --updated-since 2026-11-20 --format atom
    """
    asked, now = find_source(settings, source), datetime.now(UTC)
    form = format_of(form, path, sys.stdout.isatty())
    if csv_safe and form != "csv":
        raise WrongUse(f"--csv-safe is for csv, not for {form}")
    atom = form == "atom"
    selection = Selection(
        window=window(since, until, asked.zone),
        updated_since=instant(updated_since, asked.zone, "updated-since") if updated_since else None,
        language=language,
        section=section,
        heads=heads,
        sure=sure,
        newest=atom,
        limit=limit or (ATOM_ENTRIES if atom else None),
    )
    named = {"language": language, "section": section}
    named |= {name: "yes" for name, is_asked in (("heads", heads), ("sure", sure)) if is_asked}
    of = ":".join(f"{name}={value}" for name, value in named.items() if value)
    with db.connect(prepare(settings)) as conn:
        n = write_export(selection.rows(conn, asked), form, path, source=asked, safe=csv_safe, of=of, now=now)
    if not n:
        narrowed = since or until or updated_since or language or section or sure
        what = "is stored that fits all that was asked for" if narrowed else f"is stored: mirrorwire ingest {source}"
        output.say(f"mirrorwire: no article of {source} {what}")
