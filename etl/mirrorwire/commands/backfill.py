"""Days of the past, of one source or of many: `backfill`."""

from __future__ import annotations

from contextlib import AbstractContextManager
from zoneinfo import ZoneInfo

import click

from mirrorwire.alarms.evaluate import after_run
from mirrorwire.commands.many_sources import chosen_sources, work_of_many
from mirrorwire.commands.options import format_option, revisit_option
from mirrorwire.commands.pass_report import (
    Row,
    pass_code,
    pass_row,
    plan_code,
    shown_columns,
    tell_pass,
    tell_plan,
    uncovered_days,
)
from mirrorwire.core.settings import Settings
from mirrorwire.core.windows import window
from mirrorwire.pipeline import passes
from mirrorwire.reports import output

DAY_COLUMNS = ("day", "to_fetch", "stored", "seeds", "covered")
PLAN_COUNTS = ("days", "to_fetch", "stored", "uncovered")


@click.command()
@click.argument("sources", nargs=-1, metavar="SOURCE...")
@click.option("--all", "all_sources", is_flag=True, help="All sources that are known, in place of SOURCE.")
@click.option("--since", metavar="D", required=True, help="First day, in each source's zone.")
@click.option("--until", metavar="D", required=True, help="The day after the last.")
@click.option("--dry-run", is_flag=True, help="Say per day what would be fetched, from which seeds; store nothing.")
@revisit_option
@format_option
@click.pass_obj
def backfill(
    settings: Settings,
    sources: tuple[str, ...],
    all_sources: bool,
    since: str,
    until: str,
    dry_run: bool,
    revisit: bool,
    form: str | None,
) -> int:
    """Fetch the articles of past days from every seed that reaches them. Run again, it goes on where it stopped.

    Of many sources each has a row, in a dry run too, and is read after the one before it. One that fails holds up no
    other; the exit code is the worst of theirs: 1, then 2, then 3, then 0.

    \b
    Example:
      mirrorwire backfill courier --since 2026-11-10 --until 2026-11-15 --dry-run
    """
    keys = chosen_sources(settings, sources, all_sources)
    if len(keys) == 1 and not all_sources:
        if dry_run:
            return _plan(settings, keys[0], since, until, form)
        return _backfill(settings, keys[0], since, until, revisit, form)
    window(since, until, ZoneInfo("UTC"))  # dates that no source could take are reported once

    def plan_source(key: str) -> tuple[Row, int]:
        days, readings = passes.plan(settings, key, since=since, until=until)
        tell_plan(key, days, readings)
        counts = {
            "days": sum(row["day"] is not None for row in days),
            "to_fetch": sum(row["to_fetch"] for row in days),
            "stored": sum(row["stored"] for row in days),
            "uncovered": len(uncovered_days(days)),
        }
        return counts, plan_code(readings)

    def backfill_source(key: str) -> tuple[Row, int]:
        done = _run(settings, key, since, until, revisit, label=f"{key}: ")
        tell_pass(key, done)
        row = pass_row(key, done)
        row["problem"] = "; ".join(done.failures) or None
        return row, pass_code(done)

    asked_for = {"since": since, "until": until}
    if dry_run:
        return work_of_many(keys, asked_for, plan_source, PLAN_COUNTS, form)
    return work_of_many(keys, asked_for, backfill_source, ("run", *passes.COUNTED, "left", "bugs"), form)


def _plan(settings: Settings, key: str, since: str, until: str, form: str | None) -> int:
    days, readings = passes.plan(settings, key, since=since, until=until)
    output.write_rows(days, form, columns=DAY_COLUMNS)
    tell_plan(key, days, readings)
    return plan_code(readings)


def _backfill(settings: Settings, key: str, since: str, until: str, revisit: bool, form: str | None) -> int:
    done = _run(settings, key, since, until, revisit)
    row = pass_row(key, done)
    output.write_rows([row], form, columns=shown_columns([row]))
    tell_pass(key, done)
    return pass_code(done)


def _run(settings: Settings, key: str, since: str, until: str, revisit: bool, *, label: str = "") -> passes.PassResult:
    def progress(what: str, total: int | None) -> AbstractContextManager[output.Tick]:
        return output.progress(f"{label}{what}", total)

    done = passes.run_pass(
        settings,
        key,
        kind="backfill",
        since=since,
        until=until,
        all_seeds=True,
        revisit=revisit,
        progress=progress,
    )
    after_run(settings, key)
    return done
