"""`boilerplate`: what was learned of a source, and what people say of it."""

from __future__ import annotations

import click

from mirrorwire.commands.options import format_option
from mirrorwire.core.config import find_source
from mirrorwire.core.humanize import counted
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import listings, output
from mirrorwire.store import boilerplate as rules
from mirrorwire.store import db


@click.command()
@click.argument("source")
@click.option("--keep", multiple=True, metavar="BLOCK", help="Leave it in the texts, learned or not.")
@click.option("--drop", multiple=True, metavar="BLOCK", help="Leave it out of the texts, learned or not.")
@click.option("--drop-text", multiple=True, metavar="TEXT", help="The same, by the paragraph itself.")
@click.option("--forget", multiple=True, metavar="BLOCK", help="Take back the ruling on it.")
@click.option("--all", "candidates", is_flag=True, help="Also what stands on several articles and is not learned.")
@format_option
@click.pass_obj
def boilerplate(
    settings: Settings,
    source: str,
    keep: tuple[str, ...],
    drop: tuple[str, ...],
    drop_text: tuple[str, ...],
    forget: tuple[str, ...],
    candidates: bool,
    form: str | None,
) -> None:
    """Paragraphs on many of SOURCE's articles that are left out of the texts; what was learned can be overruled.

    \b
    Example:
      mirrorwire boilerplate courier
      mirrorwire boilerplate courier --all --format table
    """
    find_source(settings, source)
    dropped = [*map(rules.named, drop), *map(listings.block_in, drop_text)]
    rulings = {"keep": [*map(rules.named, keep)], "drop": dropped, "forget": [*map(rules.named, forget)]}
    with db.connect(prepare(settings)) as conn:
        if any(rulings.values()):
            changed = rules.overrule(conn, source, **rulings)
            output.say(f"{counted(changed.marked, 'stored article')} will be read again by the next run")
        columns = ("block", "state", "articles", "share", "months", "text")
        nothing = f"no paragraph stands on many articles of {source}: nothing is left out of their texts"
        listed = rules.listed(conn, source, candidates=candidates)
        output.write_rows(
            listed, form, columns=columns, nothing=nothing if candidates else f"{nothing}; --all lists more"
        )
