"""What is held of each day: `coverage`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from mirrorwire.commands.options import since_option, until_option
from mirrorwire.core.config import find_source
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.reports.coverage import COUNTS, covered_days
from mirrorwire.reports.output import FORMATS
from mirrorwire.store import db


@click.command()
@click.argument("source")
@since_option
@until_option
@click.option(
    "--format",
    "form",
    type=click.Choice([*FORMATS, "html"]),
    help="Default: a table on a terminal, else jsonl; html is a calendar in one page that opens offline.",
)
@click.pass_obj
def coverage(settings: Settings, source: str, since: str | None, until: str | None, form: str | None) -> None:
    """What is held of each day of SOURCE: links known, what became of them, and days that no seed has reached.

    A day is `thin` when far fewer articles are loaded than is usual for it. Counts of a day that is `not covered` are
    empty, since nobody knows that nothing was published.

    \b
    Example:
      mirrorwire coverage courier --since 2026-11-10 --until 2026-11-15
      mirrorwire coverage courier --format html > coverage.html
    """
    publisher, now = find_source(settings, source), datetime.now(UTC)
    with db.connect(prepare(settings)) as conn:
        rows = covered_days(conn, publisher, since, until, now)
    if form == "html":
        from mirrorwire.reports.calendar_html import page  # noqa: PLC0415 - only this needs it

        output.write_lines([page(publisher.name, rows, made_at=now)])
        return
    nothing = f"nothing is known of {source} yet: mirrorwire ingest {source}, or give --since and --until"
    output.write_rows(rows, form, columns=("day", "status", *COUNTS), nothing=nothing)
