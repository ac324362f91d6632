"""`bugs`: what single items of strangers made our code raise."""

from __future__ import annotations

import click

from mirrorwire.commands.options import format_option
from mirrorwire.core.config import find_source
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import listings, output
from mirrorwire.store import db


@click.command()
@click.argument("source", required=False)
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="The most that are listed.")
@format_option
@click.pass_obj
def bugs(settings: Settings, source: str | None, limit: int, form: str | None) -> None:
    """Bugs of ours that single items met, newest first: a page, a feed, a header or a record was put aside for each.

    The other items went on. A report of such a bug needs its traceback, which every format but the table holds.

    \b
    Example:
      mirrorwire bugs
      mirrorwire bugs courier --format json
    """
    if source:
        find_source(settings, source)
    with db.connect(prepare(settings)) as conn:
        rows = listings.bugs(conn, source, limit)
    columns = ("met_at", "source", "step", "item", "error", "place")
    if not output.write_rows(rows, form, columns=columns):
        output.say("mirrorwire: no item has met a bug of ours")
