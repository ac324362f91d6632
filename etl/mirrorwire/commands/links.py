"""`links`: pages that no host has served, and their retry by hand."""

from __future__ import annotations

import click

from mirrorwire.commands.options import format_option
from mirrorwire.core.config import find_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.humanize import counted
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db, frontier, unserved


@click.command()
@click.argument("source")
@click.argument("links", nargs=-1, metavar="[KEY|URL]...")
@click.option("--retry", is_flag=True, help="Have the next run try them again; without a KEY or URL all that failed.")
@click.option("--all", "untried", is_flag=True, help="Also those that wait for their first try.")
@format_option
@click.pass_obj
def links(
    settings: Settings, source: str, links: tuple[str, ...], retry: bool, untried: bool, form: str | None
) -> None:
    """Pages of SOURCE that no host has served, given up or waiting for another try: why, and until when.

    Those that wait for their first try are counted on stderr; a run fetches what lies in its window.

    \b
    Example:
      mirrorwire links courier
      mirrorwire links courier --retry
    """
    if links and not retry:
        raise WrongUse(f"{links[0]}: which links are listed cannot be chosen; --retry tries these again")
    known_source = find_source(settings, source)
    with db.connect(prepare(settings)) as conn:
        frontier.keep_source(conn, known_source)
        if retry:
            keys = unserved.retry(conn, known_source, links)
            output.say(f"{counted(len(keys), 'link')} will be tried again by the next run")
            return
        columns = ("url", "state", "tries", "next_try_at", "last_problem")
        rows = unserved.list_unserved(conn, known_source, untried=untried)
        waiting = 0 if untried else unserved.count_untried(conn, known_source)
        nothing = None if waiting else f"no page of {source} was given up or waits for another try"
        output.write_rows(rows, form, columns=columns, nothing=nothing)
    if waiting:
        output.say(
            f"mirrorwire: {counted(waiting, 'link')} of {source} not tried yet: --all lists them, mirrorwire ingest or "
            "backfill fetches them"
        )
