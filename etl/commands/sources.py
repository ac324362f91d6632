"""`sources`: the publishers that are known, and whether a file is right."""

from __future__ import annotations

import click

from etl import output, reports
from etl.commands.options import IN_PART, format_option
from etl.config import read_source, source_files
from etl.settings import Settings


@click.group(invoke_without_command=True)
@format_option
@click.pass_context
def sources(context: click.Context, form: str | None) -> int | None:
    """The publishers that are known, bundled and your own (MIRRORWIRE_SOURCES).

    \b
    Example:
      mirrorwire sources
      mirrorwire sources check my/example.toml
    """
    if context.invoked_subcommand:
        return None
    found = list(source_files(context.obj))
    columns = ("key", "name", "hosts", "seeds", "schedule", "error")
    output.write_rows((reports.source_row(file) for file in found), form, columns=columns)
    return IN_PART if any(file.error for file in found) else 0


@sources.command("check")
@click.argument("file", type=click.Path())
@click.pass_obj
def check_source(settings: Settings, file: str) -> int:
    """Say whether a source file is right; if not, what is wrong and where.

    \b
    Example:
      mirrorwire sources check my/example.toml
    """
    source = read_source(reports.path_of(file))
    output.say(
        f"{file}: right: {source.name}, {len(source.hosts)} hosts, {len(source.seeds)} seeds, "
        f"articles by {'pattern' if source.article_url else 'path'}"
    )
    return 0
