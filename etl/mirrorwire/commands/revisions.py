"""`diff` and `revisions`: what changed in articles after they were published."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Any

import click

from mirrorwire.commands.drawn_pieces import drawn
from mirrorwire.commands.options import format_option, since_option, until_option
from mirrorwire.core.config import find_source, source_files
from mirrorwire.core.settings import Settings
from mirrorwire.core.windows import window
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db
from mirrorwire.store import revisions as stored
from mirrorwire.store.revisions import Comparison, Side

COLUMNS = ("article_key", "fetched_at", "change", "distance_bits", "previous_title", "title")


@click.command()
@click.argument("article", metavar="ARTICLE|URL")
@click.option("--from", "before", type=click.IntRange(1), metavar="N", help="The version it is compared with.")
@click.option("--to", "after", type=click.IntRange(1), metavar="M", help="The version that is compared.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.pass_obj
def diff(settings: Settings, article: str, before: int | None, after: int | None, form: str) -> None:
    """What changed in an article, by its key or a URL of it: its current version and the one before it in time.

    Removed words stand in [-…-], added ones in {+…+}; on a terminal they are red and green instead. Paragraphs that
    stayed as they were are left out.

    \b
    Example:
      mirrorwire diff courier:300104
      mirrorwire diff courier:300104 --to 1 --format json
    """
    sources = [file.source for file in source_files(settings) if file.source]
    with db.connect(prepare(settings)) as conn:
        comparison = stored.compared(conn, article, sources, before=before, after=after)
    if form == "json":
        output.write_document(_document(comparison))
    else:
        output.write_lines(_lines(comparison, colour=sys.stdout.isatty()))


@click.command()
@click.argument("source")
@since_option
@until_option
@format_option
@click.pass_obj
def revisions(settings: Settings, source: str, since: str | None, until: str | None, form: str | None) -> None:
    """What changed in articles of SOURCE after publication, newest change first.

    \b
    Example:
      mirrorwire revisions courier --since 2026-11-20
    """
    known_source = find_source(settings, source)
    with db.connect(prepare(settings)) as conn:
        rows = stored.revised(conn, known_source, window(since, until, known_source.zone))
        nothing = (
            f"no article of {source} has changed after it was first stored{' in this window' if since or until else ''}"
        )
        output.write_rows(rows, form, columns=COLUMNS, nothing=nothing)


def _document(comparison: Comparison) -> dict[str, Any]:
    revision = comparison.revision
    return {
        "article_key": comparison.article_key,
        "change": revision.change if revision else None,
        "distance_bits": revision.distance_bits if revision else None,
        "from": _side(comparison.before) if comparison.before else None,
        "to": _side(comparison.after),
        "pieces": [asdict(piece) for piece in comparison.pieces],
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "version": side.version,
        "fetched_at": side.fetched_at,
        "served_by": side.served_by,
        "url": side.url,
        "corrections": list(side.content.corrections),
        "verdict": side.verdict,
    }


def _lines(comparison: Comparison, *, colour: bool) -> list[str]:
    revision, before = comparison.revision, comparison.before
    if revision is None or before is None:
        return [f"{comparison.article_key} has one version, of {_heading(comparison.after)}: nothing changed"]
    return [
        f"{comparison.article_key}: {revision.change}, {revision.distance_bits} of 64 bits apart",
        f"--- {_heading(before)}",
        f"+++ {_heading(comparison.after)}",
        *(drawn(piece, colour=colour) for piece in comparison.pieces if piece.kind != "same"),
    ]


def _heading(side: Side) -> str:
    suspect = ", suspect" if side.verdict == "suspect" else ""
    return f"version {side.version}{suspect}, {side.fetched_at:%Y-%m-%d %H:%M:%S} UTC, {side.served_by}"
