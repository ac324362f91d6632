"""`extract`: pages on disk, without a database, and with no more imported than that takes."""

from __future__ import annotations

import re

import click

from mirrorwire.commands import manifest
from mirrorwire.commands.options import IN_PART, complete_source
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Source
from mirrorwire.core.settings import Settings
from mirrorwire.reports import output
from mirrorwire.workers import Workers


@click.command()
@click.argument("file", required=False)
@click.option("--url", help="Where the page was served; needed with FILE.")
@click.option("--manifest", "manifest_path", metavar="M.jsonl", help="Rows id, file, url, and fetched_at if known.")
@click.option(
    "--source", "source_key", metavar="KEY", shell_complete=complete_source, help="Whose zone and rules apply."
)
@click.pass_obj
def extract(
    settings: Settings, file: str | None, url: str | None, manifest_path: str | None, source_key: str | None
) -> int:
    """Extract pages from FILE (- for stdin) or a manifest: one JSON object a page. Needs no database.

    \b
    Example:
      mirrorwire extract page.html --url https://www.presstv.ir/Detail/2026/11/20/774416/x --source presstv
      mirrorwire extract --manifest pages.jsonl > articles.jsonl
    """
    source = _source(settings, source_key) if source_key else None
    if bool(file) == bool(manifest_path):
        raise WrongUse("give either FILE with --url, or --manifest")
    if file and file != "-":
        output.read_input(file, 0)  # an unreadable one is reported before a worker starts
    if manifest_path:
        pages = manifest.read_manifest(manifest_path)
    elif url and not re.match(r"https?://[^/?#\s]", url, re.I):
        raise WrongUse(f"--url {output.visible(url)}: not an http or https URL")
    elif url:
        pages = [manifest.ManifestRow(id=file or "-", file=file or "-", url=url)]
    else:
        raise WrongUse("FILE needs --url, where the page was served")
    problems = []
    with Workers(settings.processes) as workers, output.progress("extract", len(pages)) as tick:
        for row, problem in manifest.extract(pages, source, workers):
            output.write_rows([row], "jsonl")
            problems += [problem] if problem else []
            tick(1)
    for problem in problems:
        output.say(f"mirrorwire: {problem}")
    return IN_PART if problems else 0


def _source(settings: Settings, key: str) -> Source:
    from mirrorwire.core.config import find_source  # noqa: PLC0415 - with pydantic: twice what all the rest of this command loads

    return find_source(settings, key)
