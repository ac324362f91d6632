"""`links`: pages that no host has served, and their retry by hand."""

from __future__ import annotations

import click

from etl import output
from etl.commands.options import format_option
from etl.config import find_source
from etl.errors import WrongUse
from etl.load import db, frontier
from etl.pipeline import prepare
from etl.settings import Settings


@click.command()
@click.argument("source")
@click.argument("links", nargs=-1, metavar="[KEY|URL]...")
@click.option("--retry", is_flag=True, help="Have the next run try them again; without a KEY or URL all that failed.")
@format_option
@click.pass_obj
def links(settings: Settings, source: str, links: tuple[str, ...], retry: bool, form: str | None) -> None:
    """Pages of SOURCE that no host has served, given up or waiting for another try: why, and until when.

    \b
    Example:
      mirrorwire links courier
      mirrorwire links courier --retry
    """
    if links and not retry:
        raise WrongUse(f"{links[0]}: which links are listed cannot be chosen; --retry tries these again")
    asked = find_source(settings, source)
    with db.connect(prepare(settings)) as conn:
        frontier.keep_source(conn, asked)
        if retry:
            keys = frontier.retry(conn, asked, links)
            output.say(f"{len(keys)} {'link' if len(keys) == 1 else 'links'} will be tried again by the next run")
            return
        columns = ("url", "state", "tries", "next_try_at", "last_problem")
        output.write_rows(frontier.unserved(conn, asked), form, columns=columns)
