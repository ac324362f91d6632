"""The archive read again by today's code: `reprocess`."""

from __future__ import annotations

import json
import sys
from contextlib import AbstractContextManager
from typing import Any

import click

from mirrorwire.commands.drawn_pieces import drawn
from mirrorwire.commands.many_sources import chosen_sources, work_of_many
from mirrorwire.commands.options import IN_PART, format_option, since_option, until_option
from mirrorwire.commands.pass_report import Row, pass_code, pass_row, tell_pass
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline import reprocess_pass, reprocess_preview
from mirrorwire.pipeline.reprocess_preview import FieldChange, Preview, Sample
from mirrorwire.reports import output

PREVIEW_COUNTS = ("pages", "changed", "articles", "fields", "unreadable", "beyond_limits", "bugs")
SHOWN_CHARS = 200
"""So much of a field's value is shown in a sample."""


@click.command()
@click.argument("sources", nargs=-1, metavar="SOURCE...")
@click.option("--all", "all_sources", is_flag=True, help="All sources that are known, in place of SOURCE.")
@since_option
@until_option
@click.option(
    "--older-than",
    type=click.IntRange(1),
    metavar="VERSION",
    help="Only articles with a page that an extractor before this version has read.",
)
@click.option("--dry-run", is_flag=True, help="Say how many articles and which fields would change; store nothing.")
@click.option(
    "--samples",
    type=click.IntRange(0),
    default=5,
    show_default=True,
    metavar="N",
    help="How many changes of each source a dry run shows, on stderr.",
)
@format_option
@click.pass_obj
def reprocess(
    settings: Settings,
    sources: tuple[str, ...],
    all_sources: bool,
    since: str | None,
    until: str | None,
    older_than: int | None,
    dry_run: bool,
    samples: int,
    form: str | None,
) -> int:
    """Read the archive of SOURCE again by today's code, and store what pages give otherwise. Nothing is fetched.

    What changes is how a page is read, never what its publisher did: a version is mended and none is made. A page that
    gives what it gave is not written. Stopped and run again with the same words, it goes on where it was.

    The window is that of publication. Of many sources each has a row, and one that fails holds up no other.

    \b
    Example:
      mirrorwire reprocess courier --dry-run
      mirrorwire reprocess courier --since 2026-11-20 --until 2026-11-21
    """
    keys = chosen_sources(settings, sources, all_sources)
    if all_sources:
        stored = reprocess_pass.stored_sources(settings)
        keys = [key for key in keys if key in stored]

    def preview_source(key: str) -> tuple[Row, int]:
        with output.progress(f"{key}: read", None) as tick:
            shown = reprocess_preview.preview(
                settings, key, since=since, until=until, older_than=older_than, samples=samples, tick=tick
            )
        _tell_samples(shown)
        return _preview_row(shown), IN_PART if shown.unreadable or shown.beyond_limits or shown.bugs else 0

    def reprocess_source(key: str) -> tuple[Row, int]:
        def progress(what: str, total: int | None) -> AbstractContextManager[output.Tick]:
            return output.progress(f"{key}: {what}", total)

        done = reprocess_pass.reprocess_pass(
            settings, key, since=since, until=until, older_than=older_than, progress=progress
        )
        tell_pass(key, done)
        row = pass_row(key, done)
        row["problem"] = "; ".join(done.failures) or None
        unread = done.counts["unreadable"] or done.counts["beyond_limits"]
        return row, pass_code(done) or (IN_PART if unread else 0)

    asked_for = {"since": since, "until": until, "older_than": older_than}
    if dry_run:
        return work_of_many(keys, asked_for, preview_source, PREVIEW_COUNTS, form)
    counts = ("run", *reprocess_pass.COUNTS, "bugs")
    return work_of_many(keys, asked_for, reprocess_source, counts, form)


def _preview_row(shown: Preview) -> Row:
    """What would change, as a row: the fields by how many pages each."""
    row: dict[str, Any] = {name: getattr(shown, name) for name in PREVIEW_COUNTS}
    row["fields"] = dict(shown.fields.most_common())
    return row


def _tell_samples(shown: Preview) -> None:
    """Show samples on stderr, as `diff` shows two versions."""
    for sample in shown.samples:
        for line in _lines(sample):
            output.say(line)


def _lines(sample: Sample) -> list[str]:
    lines = [f"{sample.article_key}: {sample.url}"]
    lines += [f"~ {change.name}: {_value(change, 'before')} -> {_value(change, 'after')}" for change in sample.fields]
    colour = sys.stderr.isatty()
    lines += [drawn(piece, colour=colour) for piece in sample.pieces if piece.kind != "same"]
    return lines


def _value(change: FieldChange, side: str) -> str:
    text = json.dumps(getattr(change, side), ensure_ascii=False)
    return text if len(text) <= SHOWN_CHARS else f"{text[:SHOWN_CHARS]}..."
