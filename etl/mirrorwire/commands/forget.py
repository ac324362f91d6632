"""`forget`: one article taken down, out of the database and the archive."""

from __future__ import annotations

import sys

import click

from mirrorwire import takedown
from mirrorwire.commands.options import complete_source, format_option
from mirrorwire.core.config import find_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db, frontier


@click.command()
@click.argument("article", metavar="URL|ARTICLE_KEY", required=False)
@click.option(
    "--source",
    metavar="KEY",
    shell_complete=complete_source,
    help="Whose article it is, where a URL or an id alone does not tell.",
)
@click.option("--reason", metavar="TEXT", help="Kept on the tombstone, and shown by --list.")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@click.option("--list", "listing", is_flag=True, help="What was taken down, newest first.")
@click.option("--undo", is_flag=True, help="Let it be ingested again. What was removed does not come back by itself.")
@format_option
@click.pass_obj
def forget(
    settings: Settings,
    article: str | None,
    source: str | None,
    reason: str | None,
    yes: bool,
    listing: bool,
    undo: bool,
    form: str | None,
) -> None:
    """Take one article down: its text, versions, signature and archived bytes go, and it is never ingested again.

    A tombstone with its key stays. Other articles keep what they share with it, and seeds that listed it are blanked in
    the archive where they hold its title. Interrupted, the same command goes on.

    \b
    Example:
      mirrorwire forget --list
      mirrorwire forget courier:300345 --reason withdrawn --yes
    """
    if listing:
        if article or undo:
            raise WrongUse("--list stands alone")
        with db.connect(prepare(settings)) as conn:
            columns = ("article_key", "state", "forgotten_at", "reason")
            output.write_rows(takedown.listed(conn), form, columns=columns, nothing="no article was taken down")
        return
    if article is None:
        raise WrongUse("which article? Give its URL or key, or --list")
    owner, key = takedown.named(settings, article, source)
    if undo:
        with db.connect(prepare(settings)) as conn:
            takedown.undo(conn, key)
        output.say(f"{key} may be ingested again")
        return
    owner_source = find_source(settings, owner)
    if not yes:
        if not sys.stdin.isatty():
            raise WrongUse("nothing asks here whether it is meant: --yes says so")
        click.confirm(f"Remove all that is stored of {key}? It cannot be brought back.", abort=True, err=True)
    with db.connect(prepare(settings)) as conn:
        frontier.keep_source(conn, owner_source)
        row = takedown.forget(conn, settings, owner_source, key, reason=reason)
        if row["state"] == "forgotten already":
            output.say(f"{key} is forgotten already")
        output.write_rows([row], form)
