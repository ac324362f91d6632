"""`sources`: the publishers that are known, whether a file is right, and how to come by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import click

from mirrorwire.commands.options import FAILED, IN_PART, format_option
from mirrorwire.core.config import patterns_without_id, read_source, source_files
from mirrorwire.core.humanize import counted
from mirrorwire.core.records import Host
from mirrorwire.core.settings import Settings
from mirrorwire.reports import listings, output


@click.group(invoke_without_command=True)
@format_option
@click.pass_context
def sources(context: click.Context, form: str | None) -> int | None:
    """The publishers that are known, bundled and your own (MIRRORWIRE_SOURCES, else `sources` in MIRRORWIRE_HOME).

    \b
    Example:
      mirrorwire sources
      mirrorwire sources check my/example.toml
    """
    if context.invoked_subcommand:
        return None
    files = list(source_files(context.obj))
    columns = ("key", "name", "hosts", "seeds", "schedule", "error")
    output.write_rows((listings.source_row(file) for file in files), form, columns=columns)
    return IN_PART if any(file.error for file in files) else 0


@sources.command("check")
@click.argument("file", type=click.Path())
@click.pass_obj
def check_source(settings: Settings, file: str) -> int:
    """Say whether a source file is right; if not, what is wrong and where.

    \b
    Example:
      mirrorwire sources check my/example.toml
    """
    source = read_source(listings.path_of(file))
    output.say(
        f"{file}: right: {source.name}, {counted(len(source.hosts), 'host')}, {counted(len(source.seeds), 'seed')}, "
        f"articles by {'pattern' if source.article_url else 'path and query'}"
    )
    for n in patterns_without_id(source):
        output.say(f"{file}: article_url[{n}] has no group id: path and query are the key of what it matches")
    return 0


@sources.command("new")
@click.argument("url")
@click.option("--key", metavar="K", help="The source's key; by default from its domain, or the name of FILE.")
@click.option("--output", "file", metavar="FILE", type=click.Path(), help="Write there, to a new file; else to stdout.")
@click.option("--delay", "delay_s", type=click.FloatRange(0, 3600), default=1.0, show_default=True, help="In seconds.")
@click.option("--allow-private", is_flag=True, help="URL may be on a private address, as a test server's is.")
@click.pass_obj
def new_source(
    settings: Settings, url: str, key: str | None, file: str | None, delay_s: float, allow_private: bool
) -> int:
    """Draft a source file from URL, a publisher's front page or an article of its.

    Reads the page, robots.txt, and the feeds and sitemaps that they name on the same host; other hosts are suggested
    in comments, and not asked. Stores nothing, and needs no database. Verify the draft: `sources try` reads by it.

    \b
    Example:
      mirrorwire sources new http://127.0.0.1:8801 --key example --delay 0.1 --allow-private
    """
    from mirrorwire import source_tools  # noqa: PLC0415 - with the whole client, which a list of files does not need

    target = source_tools.target_of(file, key)
    draft = source_tools.survey(
        url, user_agent=settings.user_agent, allow_private=allow_private, delay_s=delay_s, on_wait=_tell_wait
    )
    key = key or (target.stem if target else source_tools.key_of(draft))
    today = datetime.now(UTC).date()
    text = source_tools.as_toml(draft, key=key, delay_s=delay_s, allow_private=allow_private, today=today)
    source_tools.keep(text, key, target)
    if target is None:
        output.write_lines(text.splitlines())
    for line in [
        *draft.notes,
        *source_tools.told_of_shapes(draft),
        *draft.problems,
        *source_tools.told_of_hosts(draft),
    ]:
        output.say(output.visible(line))
    output.say(f"{target or f'{key}.toml, as it must be called'}: a draft; verify it, then mirrorwire sources try")
    return IN_PART if draft.problems else 0


@sources.command("try")
@click.argument("file", type=click.Path())
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="How many articles.")
@format_option
@click.pass_obj
def try_source(settings: Settings, file: str, limit: int, form: str | None) -> int:
    """Read a source file's seeds and a handful of articles, and show what came out; nothing is stored.

    Needs no database. Exit code 3 where a page or a seed failed, 1 where no article could be read.

    \b
    Example:
      mirrorwire sources try my/example.toml
      mirrorwire sources try my/example.toml --limit 2 --format json
    """
    from mirrorwire import source_tools  # noqa: PLC0415 - as above

    source = read_source(listings.path_of(file))
    outcome = source_tools.Trial()
    rows = source_tools.try_source(
        source,
        user_agent=settings.user_agent,
        limit=limit,
        trial=outcome,
        on_wait=_tell_wait,
        on_seed=lambda line: output.say(output.visible(line)),
    )
    columns = ("key", "host", "verdict", "title", "published_at", "authors", "words", "first_line", "problem")
    output.write_rows(rows, form, columns=columns)
    for line in outcome.amiss:
        output.say(output.visible(f"amiss: {line}"))
    output.say(
        f"{file}: {counted(outcome.read, 'article')} read, {counted(outcome.failed, 'page')} failed, "
        f"{counted(outcome.unread, 'seed')} without links"
    )
    if not outcome.read:
        return FAILED
    return IN_PART if outcome.failed or outcome.unread else 0


@sources.command("import")
@click.argument("file", type=click.Path(allow_dash=True))
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True, help="Articles of each publisher.")
@click.option("--delay", "delay_s", type=click.FloatRange(0, 3600), default=1.0, show_default=True, help="In seconds.")
@click.option(
    "--at-once", type=click.IntRange(1, 32), default=8, show_default=True, help="Publishers asked side by side."
)
@click.option("--retry", is_flag=True, help="Ask again those that an earlier import did not add.")
@click.option("--dry-run", is_flag=True, help="Say who would be asked, under which key; ask nobody, write nothing.")
@click.option("--allow-private", is_flag=True, help="Publishers may be on private addresses, as a test server's are.")
@format_option
@click.pass_obj
def import_sources(
    settings: Settings,
    file: str,
    limit: int,
    delay_s: float,
    at_once: int,
    retry: bool,
    dry_run: bool,
    allow_private: bool,
    form: str | None,
) -> int:
    """Draft and try the publishers of FILE (- for stdin): OPML, CSV with a header, or an address a line.

    Those of which an article could be read get a file in your folder of sources: MIRRORWIRE_SOURCES, else `sources` in
    MIRRORWIRE_HOME. Drafts of the others are put into `doubtful` in it. A row a line says how good each is. End it when
    you like: the same command goes on, and asks nobody twice. Needs no database.

    \b
    Exit code 3 where a publisher was not added or a line names none, 1 where none was added.
    Example:
      mirrorwire sources import publishers.opml --dry-run
      mirrorwire sources import publishers.opml --limit 3
    """
    from mirrorwire import source_tools  # noqa: PLC0415 - as above

    body = output.read_input(file, source_tools.MAX_LIST_BYTES + 1)
    name = "stdin" if file == "-" else file
    publishers = source_tools.read_list(body, name)
    options = source_tools.ImportOptions(
        user_agent=settings.user_agent,
        today=datetime.now(UTC).date(),
        limit=limit,
        delay_s=delay_s,
        at_once=at_once,
        allow_private=allow_private,
    )
    outcomes: Counter[str] = Counter()
    rows = source_tools.import_list(
        publishers, settings, options, retry=retry, dry_run=dry_run, on_row=_tell_row, on_wait=_tell_wait
    )
    output.write_rows(_counting(rows, outcomes), form, columns=source_tools.IMPORT_COLUMNS)
    counts = ", ".join(f"{n:,} {outcome}" for outcome, n in outcomes.most_common())
    output.say(f"{name}: {counted(outcomes.total(), 'line')}: {counts}; in {settings.own_sources}")
    if outcomes.keys() & {"failed", "doubtful", "removed"} and not dry_run:
        output.say("the same command with --retry asks those again that were not added")
    if not outcomes.keys() & source_tools.GOOD_OUTCOMES:
        return FAILED
    return IN_PART if outcomes.keys() - source_tools.GOOD_OUTCOMES else 0


def _counting(rows: Iterator[output.Row], outcomes: Counter[str]) -> Iterator[output.Row]:
    """Yield rows, and count their outcomes."""
    for row in rows:
        outcomes[row["outcome"]] += 1
        yield row


def _tell_row(row: output.Row) -> None:
    problem = f": {row['problem']}" if row["problem"] else ""
    read = f", {row['read']} of {counted(row['tried'], 'article')} read" if row["tried"] else ""
    output.say(output.visible(f"{row['key']}: {row['outcome']}{read}{problem}"))


def _tell_wait(host: Host, wait_s: float) -> None:
    output.say(f"{host.url}: waiting {wait_s:.0f} s before it is asked again")
