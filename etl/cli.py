"""The command line: the steps of the pipeline by hand, and questions to what is stored."""

from __future__ import annotations

import io
import logging
import os
import sys
from pathlib import Path
from typing import get_args

import click
import psycopg

from etl import manifest, output, passes, reports
from etl.config import Settings, find_source, read_source, source_files
from etl.errors import DatabaseInUse, MirrorwireError, SourceFileError, WrongUse
from etl.load import boilerplate, captures, db, migrate
from etl.passes import PassResult
from etl.pipeline import prepare
from etl.records import VerdictKind
from etl.workers import Workers

FAILED, WRONG_USE, IN_PART, INTERRUPTED = 1, 2, 3, 130

_format = click.option(
    "--format", "form", type=click.Choice(output.FORMATS), help="Default: a table on a terminal, else jsonl."
)
_since = click.option("--since", metavar="T", help="First instant: a date means 00:00 in the source's zone.")
_until = click.option("--until", metavar="T", help="End of the window, not in it.")
_revisit = click.option(
    "--revisit", is_flag=True, help="Fetch stored articles again; the same content makes no new version."
)


def main() -> None:
    """Run the command line; every expected failure is one line on stderr and an exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    try:
        sys.exit(cli(standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(WRONG_USE)
    except (WrongUse, SourceFileError) as error:
        _die(str(error), WRONG_USE)
    except MirrorwireError as error:
        _die(str(error), FAILED)
    except psycopg.Error as error:
        _die(f"the database: {(str(error).strip().splitlines() or ['no reason given'])[0]}", FAILED)
    except (click.Abort, KeyboardInterrupt):
        _die("interrupted; what was fetched is stored, and the same command goes on from there", INTERRUPTED)
    except output.ReaderGone:
        # Whoever read us has enough. Python would complain once more while it flushes stdout at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _die(f"{error.filename or 'output'}: {error.strerror or error}", FAILED)


def _die(line: str, code: int) -> None:
    output.say(f"mirrorwire: {line}")
    sys.exit(code)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option("-v", "--verbose", is_flag=True, help="Tell on stderr what is done.")
@click.version_option(package_name="mirrorwire")
@click.pass_context
def cli(context: click.Context, verbose: bool) -> None:
    """Reads a publisher's news from whichever of its domains still serves it, into Postgres.

    Exit codes: 0 done, 1 failed, 2 wrong use, 3 done in part (what is left is listed).
    """
    level = logging.INFO if verbose else logging.ERROR
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("psycopg").setLevel(logging.CRITICAL)  # what matters of its warnings comes as an error
    context.obj = Settings.from_env()


@cli.command()
@click.argument("source")
@_since
@_until
@_revisit
@click.option("--live", is_flag=True, help="Ask only the seeds that show what is new, as the schedule does.")
@_format
@click.pass_obj
def ingest(
    settings: Settings, source: str, since: str | None, until: str | None, revisit: bool, live: bool, form: str | None
) -> int:
    """One pass over SOURCE without Airflow: everything that its seeds list and that is not stored.

    \b
    Example:
      mirrorwire ingest courier
      mirrorwire ingest courier --since 2026-11-20 --until 2026-11-21
    """
    done = passes.run_pass(
        settings,
        source,
        kind="live",
        since=since,
        until=until,
        all_seeds=not live,
        revisit=revisit,
        progress=output.progress,
    )
    return _told(source, done, form)


@cli.command()
@click.argument("source")
@click.option("--since", metavar="D", required=True, help="First day, in the source's zone.")
@click.option("--until", metavar="D", required=True, help="The day after the last.")
@click.option("--dry-run", is_flag=True, help="Say per day what would be fetched, from which seeds; store nothing.")
@_revisit
@_format
@click.pass_obj
def backfill(
    settings: Settings, source: str, since: str, until: str, dry_run: bool, revisit: bool, form: str | None
) -> int:
    """Fetch the articles of past days from every seed that reaches them. Run again, it goes on where it stopped.

    \b
    Example:
      mirrorwire backfill courier --since 2026-11-10 --until 2026-11-15 --dry-run
    """
    if dry_run:
        rows, readings = passes.plan(settings, source, since=since, until=until)
        output.write_rows(rows, form, columns=("day", "to_fetch", "stored", "seeds", "covered"))
        for reading in readings:
            for problem in reading.problems:
                output.say(f"mirrorwire: {reading.seed.name}: {problem}")
        failed = [reading.outcome == "failed" for reading in readings]
        return FAILED if all(failed) else IN_PART if any(failed) else 0
    done = passes.run_pass(
        settings,
        source,
        kind="backfill",
        since=since,
        until=until,
        all_seeds=True,
        revisit=revisit,
        progress=output.progress,
    )
    return _told(source, done, form)


def _told(source: str, done: PassResult, form: str | None) -> int:
    output.write_rows([{"source": source, "run": done.run_id, **done.counts, "left": len(done.left)}], form)
    for link in done.left:
        output.say(f"mirrorwire: {link['url']}: {link['last_problem'] or 'not fetched'}")
    for reason in done.failures:
        output.say(f"mirrorwire: {source}: {reason}")
    return FAILED if done.failures else IN_PART if done.left else 0


@cli.command()
@click.argument("file", required=False)
@click.option("--url", help="Where the page was served; needed with FILE.")
@click.option("--manifest", "manifest_path", metavar="M.jsonl", help="Rows id, file, url, and fetched_at if known.")
@click.option("--source", "source_key", metavar="KEY", help="Whose zone and rules apply.")
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
    source = find_source(settings, source_key) if source_key else None
    if bool(file) == bool(manifest_path):
        raise WrongUse("give either FILE with --url, or --manifest")
    if file and file != "-" and not Path(file).is_file():
        raise WrongUse(f"{file}: no such file")
    if manifest_path:
        pages = manifest.read_manifest(manifest_path)
    elif url:
        pages = [manifest.Page(id=file or "-", file=file or "-", url=url)]
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


@cli.command()
@click.argument("source")
@_since
@_until
@_format
@click.pass_obj
def export(settings: Settings, source: str, since: str | None, until: str | None, form: str | None) -> None:
    """The articles of SOURCE, one row each, by publication.

    \b
    Example:
      mirrorwire export courier --since 2026-11-20 --format jsonl > courier.jsonl
    """
    with db.connect(prepare(settings)) as conn:
        rows = reports.exported(conn, find_source(settings, source), since, until)
        output.write_rows(rows, form, columns=("title", "section", "published_at", "served_by", "version"))


@cli.command()
@click.argument("source", required=False)
@_format
@click.pass_obj
def status(settings: Settings, source: str | None, form: str | None) -> None:
    """How sources, their hosts, runs, feeds and links stand.

    \b
    Example:
      mirrorwire status
      mirrorwire status courier --format json
    """
    if source:
        find_source(settings, source)
    with db.connect(prepare(settings)) as conn:
        found = reports.status(conn, settings, source)
    if form == "table" or (form is None and sys.stdout.isatty()):
        reports.show_status(found, sys.stdout)
    elif form == "json":
        output.write_document({"sources": found})
    else:
        output.write_rows(found, form)


@cli.group(invoke_without_command=True)
@_format
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


@cli.command()
@click.argument("source", required=False)
@click.option("--verdict", type=click.Choice(get_args(VerdictKind)), help="Only pages of this verdict.")
@click.option(
    "--accept",
    type=click.IntRange(1, 2**63 - 1),
    multiple=True,
    metavar="ID",
    help="Take this page for an article after all.",
)
@_format
@click.pass_obj
def rejections(
    settings: Settings, source: str | None, verdict: str | None, accept: tuple[int, ...], form: str | None
) -> None:
    """Pages that were stored and are no article, newest first, with the evidence; suspects stand here in quarantine.

    A page that is accepted, by the `id` it is listed with, is read again by the source's next run and loaded if it has
    a title and a text; until then it stays listed, and its link is retried as before.

    \b
    Example:
      mirrorwire rejections courier --verdict seizure
    """
    if source:
        find_source(settings, source)
    with db.connect(prepare(settings)) as conn:
        if accept:
            fresh = captures.accept(conn, accept, source)
            output.say(f"{len(fresh)} of {len(accept)} accepted: the next run reads and loads")
            return
        rows = reports.rejected(conn, source, verdict)
        output.write_rows(rows, form, columns=("id", "source", "verdict", "url", "rejected_at", "evidence"))


@cli.command("boilerplate")
@click.argument("source")
@click.option("--keep", multiple=True, metavar="BLOCK", help="Leave it in the texts, learned or not.")
@click.option("--drop", multiple=True, metavar="BLOCK", help="Leave it out of the texts, learned or not.")
@click.option("--drop-text", multiple=True, metavar="TEXT", help="The same, by the paragraph itself.")
@click.option("--forget", multiple=True, metavar="BLOCK", help="Take back what was said of it.")
@click.option("--all", "candidates", is_flag=True, help="Also what stands on several articles and is not learned.")
@_format
@click.pass_obj
def boilerplate_command(
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
    dropped = [*map(boilerplate.named, drop), *map(reports.block_in, drop_text)]
    told = {"keep": [*map(boilerplate.named, keep)], "drop": dropped, "forget": [*map(boilerplate.named, forget)]}
    with db.connect(prepare(settings)) as conn:
        if any(told.values()):
            changed = boilerplate.overrule(conn, source, **told)
            output.say(f"{changed.marked} stored articles will be read again by the next run")
        columns = ("block", "state", "articles", "share", "months", "text")
        output.write_rows(boilerplate.listed(conn, source, candidates=candidates), form, columns=columns)


@cli.group("db")
def database() -> None:
    """The database: MIRRORWIRE_DATABASE_URL, or the embedded server under MIRRORWIRE_HOME."""


@database.command("migrate")
@click.pass_obj
def migrate_database(settings: Settings) -> None:
    """Bring the schema up to date.

    \b
    Example:
      mirrorwire db migrate
    """
    applied = migrate.migrate(db.database_url(settings))
    for name in applied:
        output.say(f"applied {name}")
    if not applied:
        output.say("the schema is up to date")


@database.command("stop")
@click.option("--force", is_flag=True, help="Also under a running Airflow.")
@click.pass_obj
def stop_database(settings: Settings, force: bool) -> None:
    """Stop the embedded server; the data stays. Not under a running Airflow, which would die of it.

    \b
    Example:
      mirrorwire db stop
    """
    if settings.database_url:
        raise WrongUse("MIRRORWIRE_DATABASE_URL is set, and only the embedded server can be stopped")
    users = 0 if force else db.airflow_sessions(settings)
    if users:
        raise DatabaseInUse(users)
    output.say("stopped" if db.stop_embedded(settings) else "no embedded server runs")


@database.command("url")
@click.pass_obj
def show_url(settings: Settings) -> None:
    """Print the database's URL, for psql and other programs.

    \b
    Example:
      psql "$(mirrorwire db url)" -c "select title from articles limit 5"
    """
    print(prepare(settings))


if __name__ == "__main__":
    main()
