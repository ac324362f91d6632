"""`search`: articles by what they say."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import click

from mirrorwire.commands.options import complete_source, format_option
from mirrorwire.core.config import find_source
from mirrorwire.core.humanize import counted
from mirrorwire.core.settings import Settings
from mirrorwire.core.windows import window
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db
from mirrorwire.store import search as stored

MOST = 5000
"""As many are ranked."""


@click.command()
@click.argument("query")
@click.option("--source", metavar="KEY", shell_complete=complete_source, help="Only articles of this source.")
@click.option(
    "--since", metavar="T", help="First instant of publication: a date means 00:00 in the source's zone, or UTC."
)
@click.option("--until", metavar="T", help="End of the window, not in it.")
@click.option("--language", metavar="TAG", help="Only this language; zh takes zh-Hans too.")
@click.option("--sure", is_flag=True, help="Without suspects, which are only probably articles.")
@click.option("--newest", is_flag=True, help="The newest first, not the best.")
@click.option(
    "--limit", type=click.IntRange(1, MOST), default=20, show_default=True, metavar="N", help="At most so many."
)
@format_option
@click.pass_obj
def search(
    settings: Settings,
    query: str,
    source: str | None,
    since: str | None,
    until: str | None,
    language: str | None,
    sure: bool,
    newest: bool,
    limit: int,
    form: str | None,
) -> None:
    """Articles that say what QUERY asks, the best first, each with the words that were found: bold on a terminal, else
    between ** and **.

    All words must be there, in any form that their language gives them; "a phrase" in quotes, or between two, and
    -without before one are understood. A single letter of Chinese or Japanese finds the words that it begins.

    \b
    Example:
      mirrorwire search harbour
      mirrorwire search harbour --source courier --since 2026-11-20 --newest
    """
    zone = find_source(settings, source).zone if source else ZoneInfo("UTC")
    search_query = stored.Query(
        words=query,
        source=source,
        window=window(since, until, zone),
        language=language,
        sure=sure,
        newest=newest,
        limit=limit,
    )
    with db.connect(prepare(settings)) as conn:
        rows = stored.find(conn, search_query)
        if not rows:
            output.say("nothing found" + (f" in {language!r}: tags are like en, or pt-BR" if language else ""))
            if missing := stored.missing(conn):
                some = f"{counted(missing, 'article')} {'is' if missing == 1 else 'are'}"
                output.say(f"{some} not indexed yet: the next runs do that, or mirrorwire db index now")
    output.write_rows(rows, form, columns=("published_at", "article_key", "title", "snippet", "verdict"))
