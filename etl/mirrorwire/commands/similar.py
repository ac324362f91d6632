"""`similar`: what is like one article."""

from __future__ import annotations

import click

from mirrorwire.commands.options import format_option
from mirrorwire.core.config import source_files
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db
from mirrorwire.store import similar as stored
from mirrorwire.store.find_article import find_article


@click.command()
@click.argument("article", metavar="ARTICLE|URL")
@format_option
@click.pass_obj
def similar(settings: Settings, article: str, form: str | None) -> None:
    """Near duplicates of an article, by its key or any of its URLs, with the estimated similarity of their texts.

    `match` is exact, near, below (some of the text is shared, too little for a duplicate) or chain (of the same cluster
    by others that lie between the two).

    \b
    Example:
      mirrorwire similar courier:300401
    """
    sources = [file.source for file in source_files(settings) if file.source]
    with db.connect(prepare(settings)) as conn:
        rows = stored.similar_to(conn, find_article(conn, article, sources))
        output.write_rows(
            rows,
            form,
            columns=("similarity", "match", "in_cluster", "article_key", "title", "url"),
            nothing=f"no stored article is like {output.visible(article)}",
        )
