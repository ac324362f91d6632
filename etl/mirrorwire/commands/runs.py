"""Passes over a source: `ingest` and `backfill`."""

from __future__ import annotations

import click

from mirrorwire.commands.options import FAILED, IN_PART, format_option, revisit_option, since_option, until_option
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline import passes
from mirrorwire.pipeline.passes import PassResult
from mirrorwire.reports import output

FEW_DAYS = 10
"""More are counted rather than named."""
ALWAYS_SHOWN = ("captured", "inserted", "revised", "left")
"""Columns of a pass's table, also where they are 0; the other formats hold all that is counted."""


@click.command()
@click.argument("source")
@since_option
@until_option
@revisit_option
@click.option("--live", is_flag=True, help="Ask only the seeds that show what is new, as the schedule does.")
@format_option
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
    return _report(source, done, form)


@click.command()
@click.argument("source")
@click.option("--since", metavar="D", required=True, help="First day, in the source's zone.")
@click.option("--until", metavar="D", required=True, help="The day after the last.")
@click.option("--dry-run", is_flag=True, help="Say per day what would be fetched, from which seeds; store nothing.")
@revisit_option
@format_option
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
        if uncovered := [str(row["day"]) for row in rows if row["day"] and not row["covered"]]:
            shown = f"{len(uncovered)} of {len(rows)} days" if len(uncovered) > FEW_DAYS else ", ".join(uncovered)
            output.say(f"mirrorwire: {source}: no seed reaches {shown}")
        failed = [reading.outcome == "failed" for reading in readings]
        if all(failed):
            return FAILED
        return IN_PART if any(failed) else 0
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
    return _report(source, done, form)


def _report(source: str, done: PassResult, form: str | None) -> int:
    met = sum(bug.items for bug in done.bugs)
    row = {"source": source, "run": done.run_id, **done.counts, "left": len(done.left), "bugs": met}
    shown = [name for name, value in row.items() if value or name in ALWAYS_SHOWN]
    output.write_rows([row], form, columns=shown)
    for link in done.left:
        output.say(f"mirrorwire: {link['url']}: {link['last_problem'] or 'not fetched'}")
    for warning in done.warnings:
        output.say(f"mirrorwire: {source}: warning: {warning}")
    for reason in done.failures:
        output.say(f"mirrorwire: {source}: {reason}")
    if done.failures:
        return FAILED
    return IN_PART if done.left or done.bugs or done.unreadable else 0
