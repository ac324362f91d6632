"""`clusters`: the same story in several places."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from mirrorwire.commands.options import format_option, since_option, until_option
from mirrorwire.core.config import find_source
from mirrorwire.core.humanize import counted
from mirrorwire.core.settings import Settings
from mirrorwire.core.windows import window
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db, similar


@click.command()
@click.argument("source", required=False)
@click.option("--min-size", type=click.IntRange(1, 2**31 - 1), default=2, show_default=True, help="Articles at least.")
@since_option
@until_option
@format_option
@click.pass_obj
def clusters(
    settings: Settings, source: str | None, min_size: int, since: str | None, until: str | None, form: str | None
) -> None:
    """Articles that say nearly the same, the latest first: copies of one story, of a source or of all.

    Listed are clusters with an article of SOURCE, and with one published in the window; without SOURCE a date means
    00:00 UTC. The head is the article published first.

    \b
    Example:
      mirrorwire clusters courier --since 2026-11-20
      mirrorwire clusters --min-size 3 --format json
    """
    zone = find_source(settings, source).zone if source else ZoneInfo("UTC")
    span = window(since, until, zone)
    with db.connect(prepare(settings)) as conn:
        rows = similar.listed(conn, source, span, min_size)
        output.write_rows(
            rows,
            form,
            columns=("head", "size", "sources", "title", "first_published_at"),
            nothing=f"no {counted(min_size, 'article')} or more say nearly the same: ask for a longer window, or fewer",
        )
