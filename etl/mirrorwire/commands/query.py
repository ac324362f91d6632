"""`query`: saved questions to what is stored."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from mirrorwire.commands.options import complete_source, format_option
from mirrorwire.core.config import find_source
from mirrorwire.core.settings import Settings
from mirrorwire.core.windows import window
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db, questions

MOST = 1_000_000


@click.command()
@click.argument("name", required=False)
@click.option("--source", metavar="KEY", shell_complete=complete_source, help="Only of this source.")
@click.option("--since", metavar="T", help="First instant: a date means 00:00 in the source's zone, or UTC.")
@click.option("--until", metavar="T", help="End of the window, not in it.")
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=1000, show_default=True, metavar="N", help="At most so many rows."
)
@format_option
@click.pass_obj
def query(
    settings: Settings,
    name: str | None,
    source: str | None,
    since: str | None,
    until: str | None,
    limit: int,
    form: str | None,
) -> None:
    """The answer to a saved question; without NAME, the list of them.

    \b
    Example:
      mirrorwire query
      mirrorwire query stories-a-day --since 2026-11-01 --format csv
      mirrorwire query corrections --source courier
    """
    if name is None:
        saved = questions.questions()
        output.write_rows([{"name": query.name, "question": query.question} for query in saved], form)
        return
    questions.named(name)
    zone = find_source(settings, source).zone if source else ZoneInfo("UTC")
    span = window(since, until, zone)
    with db.connect(prepare(settings)) as conn:
        rows = questions.answer(conn, name, window=span, source=source, limit=limit)
    output.write_rows(rows, form, nothing="nothing is stored that answers this")
    if len(rows) == limit:
        output.say(f"mirrorwire: the first {limit:,} rows; --limit takes more")
