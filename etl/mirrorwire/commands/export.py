"""`export`: articles for other programs."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import click
from click.core import ParameterSource

from mirrorwire.commands.options import IN_PART, since_option, until_option
from mirrorwire.core.config import find_source, source_files
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Source
from mirrorwire.core.settings import Settings
from mirrorwire.exports import manifest
from mirrorwire.exports.formats import FORMATS, format_of, is_packed, write_export
from mirrorwire.exports.request import TEXTS, Request
from mirrorwire.exports.shape import columns_named
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db


@click.command()
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--all", "is_all", is_flag=True, help="Every source that is known.")
@since_option
@until_option
@click.option("--updated-since", metavar="T", help="Only versions captured then or later: new articles and edits.")
@click.option("--language", metavar="TAG", help="Only this language; zh takes zh-Hans too.")
@click.option("--section", metavar="PATH", help="Only this section and those below it: News / World.")
@click.option("--heads", is_flag=True, help="Of articles that say nearly the same only the first.")
@click.option("--sure", is_flag=True, help="Without suspects, which are only probably articles.")
@click.option("--limit", type=click.IntRange(1, 2**63 - 1), metavar="N", help="At most so many; atom: 100 by default.")
@click.option("--columns", metavar="A,B,C", help="Only these columns, in this order.")
@click.option("--local-time", is_flag=True, help="Beside each time the same in the source's zone, as TIME_local.")
@click.option(
    "--text", type=click.Choice(TEXTS), default="plain", show_default=True, help="markdown: its paragraphs, escaped."
)
@click.option("--excel", is_flag=True, help="csv as Excel opens it: a mark for UTF-8, and --csv-safe.")
@click.option("--csv-safe", is_flag=True, help="An apostrophe before cells that spreadsheets would run as formulas.")
@click.option(
    "--output",
    "path",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="There when whole; its ending is the format: .csv, .csv.gz, .xlsx.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    help="Default: by FILE's ending, else a table on a terminal, else jsonl.",
)
@click.option("--manifest", "has_manifest", is_flag=True, help="Beside FILE, what was asked for and the file's hash.")
@click.option(
    "--from",
    "again",
    type=click.Path(path_type=Path),
    metavar="MANIFEST",
    help="The export of a manifest once more, and whether it is the same file.",
)
@click.pass_context
def export(
    context: click.Context,
    sources: tuple[str, ...],
    is_all: bool,
    since: str | None,
    until: str | None,
    updated_since: str | None,
    language: str | None,
    section: str | None,
    heads: bool,
    sure: bool,
    limit: int | None,
    columns: str | None,
    local_time: bool,
    text: str,
    excel: bool,
    csv_safe: bool,
    path: Path | None,
    form: str | None,
    has_manifest: bool,
    again: Path | None,
) -> None:
    """The articles of SOURCE, one row each, by publication; of several, one source after the other.

    Rows stream: a million need no more memory than a thousand, tables apart; Parquet half as much again. `parquet`
    needs pyarrow (.venv/bin/pip install pyarrow); `atom` is a feed of the versions captured last, newest first; `xlsx`
    is one sheet with times in UTC. `verdict` marks suspects, `doubts` says what speaks against a page or a field of it.

    \b
    Example:
      mirrorwire export courier --since 2026-11-20 --format jsonl > courier.jsonl
      mirrorwire export courier --section news/world --heads --format csv
      mirrorwire export courier --sure --output courier.xlsx
      mirrorwire export courier --updated-since 2026-11-20 --format atom
      mirrorwire export courier --columns title,published_at,canonical_url --local-time --excel --format csv
      mirrorwire export courier --output courier.csv --manifest
    """
    settings: Settings = context.obj
    if again is not None:
        _export_again(context, settings, again, path)
        return
    if has_manifest and path is None:
        raise WrongUse("--manifest lies beside a file: name it with --output")
    keys, is_whole = _keys(settings, sources, is_all)
    request = Request(
        sources=keys,
        form=format_of(form, path, sys.stdout.isatty()),
        since=since,
        until=until,
        updated_since=updated_since,
        language=language,
        section=section,
        heads=heads,
        sure=sure,
        limit=limit,
        columns=columns_named(columns),
        local_time=local_time,
        text=text,
        csv_safe=csv_safe,
        excel=excel,
    )
    now = datetime.now(UTC)
    counts = _write(settings, request, path, now)
    if path is not None and has_manifest:
        manifest.write_manifest(manifest.manifest_of(path, request, counts, now), manifest.manifest_path(path))
    if not sum(counts.values()):
        output.say(f"mirrorwire: no article of {_named(request, is_all)}")
    if not is_whole:
        context.exit(IN_PART)


def _keys(settings: Settings, named: tuple[str, ...], is_all: bool) -> tuple[tuple[str, ...], bool]:
    """The keys that are meant, each once, and whether none of them had to be left out."""
    if is_all and named:
        raise WrongUse("--all is every source: leave the names out")
    if is_all:
        return _readable(settings)
    if not named:
        raise WrongUse("which source? Name one or several, or --all; mirrorwire sources lists them")
    return tuple(dict.fromkeys(named)), True


def _readable(settings: Settings) -> tuple[tuple[str, ...], bool]:
    """The keys of all sources, and whether no file is broken; a broken one is reported and left out."""
    keys, is_whole = [], True
    for file in source_files(settings):
        if file.error:
            is_whole = False
            output.say(f"mirrorwire: left out: {file.error}")
        else:
            keys.append(file.key)
    return tuple(keys), is_whole


def _named(request: Request, is_all: bool) -> str:
    """What there is no article of, and what to do."""
    names = "any source" if is_all else ", ".join(request.sources)
    if request.is_narrowed:
        return f"{names} is stored that fits all that was asked for"
    return f"{names} is stored: mirrorwire ingest {'SOURCE' if is_all else request.sources[0]}"


def _write(settings: Settings, request: Request, path: Path | None, now: datetime) -> dict[str, int]:
    """Write an export; return the number of rows of each source."""
    sources: list[Source] = [find_source(settings, key) for key in request.sources]
    request.check(sources)
    counts: dict[str, int] = {}
    with db.connect(prepare(settings)) as conn:
        write_export(
            request.rows(conn, sources, counts),
            request.form,
            path,
            source=sources[0],
            shape=request.shape,
            safe=request.csv_safe,
            excel=request.excel,
            of=request.selected_by,
            now=now,
        )
    return counts


def _export_again(context: click.Context, settings: Settings, again: Path, path: Path | None) -> None:
    """Make the export of a manifest once more; end with 3 where the file is another one."""
    stated = [name for name in context.params if context.get_parameter_source(name) is ParameterSource.COMMANDLINE]
    if set(stated) - {"again", "path"}:
        raise WrongUse("--from takes everything from the manifest: beside it goes only --output FILE")
    before = manifest.read_manifest(again)
    place = path or again.with_name(before.file)
    if path is None and place.exists():
        raise WrongUse(f"{place} is there already: name another file with --output")
    if is_packed(place) != is_packed(Path(before.file)):
        raise WrongUse(f"{place}: the manifest is of {before.file}, take the same ending")
    format_of(before.query.form, place, terminal=False)
    now = datetime.now(UTC)
    made = manifest.manifest_of(place, before.query, _write(settings, before.query, place, now), now)
    changed = manifest.difference(before, made)
    if changed is None:
        output.say(f"{place}: the same file as in the manifest, SHA-256 {made.sha256}")
        return
    output.say(f"mirrorwire: {place}: not the file of the manifest ({changed})")
    context.exit(IN_PART)
