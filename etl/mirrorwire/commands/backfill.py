"""Days of the past, of one source or of many: `backfill`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from zoneinfo import ZoneInfo

import click

from mirrorwire.commands.options import FAILED, IN_PART, WRONG_USE, format_option, revisit_option
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
from mirrorwire.core import bugs
from mirrorwire.core.config import source_files, source_path
from mirrorwire.core.errors import SourceFileError, WrongUse
from mirrorwire.core.settings import Settings
from mirrorwire.core.windows import window
from mirrorwire.pipeline import passes
from mirrorwire.reports import output

OUTCOMES = {0: "done", IN_PART: "in part", WRONG_USE: "wrong use", FAILED: "failed"}
"""What exit codes mean for one source of many, the worst last."""
DAY_COLUMNS = ("day", "to_fetch", "stored", "seeds", "covered")
PLAN_COUNTS = ("days", "to_fetch", "stored", "uncovered")

SourceWork = Callable[[str], tuple[Row, int]]
"""Does the work for one source; returns its row, and the exit code that it means."""


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
    keys = _chosen(settings, sources, all_sources)
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
        return _backfill_many(keys, asked_for, plan_source, PLAN_COUNTS, form)
    return _backfill_many(keys, asked_for, backfill_source, ("run", *passes.COUNTED, "left", "bugs"), form)


def _chosen(settings: Settings, sources: Sequence[str], all_sources: bool) -> list[str]:
    """Return the keys of the sources to read, each once. Raises `UnknownSource`, `WrongUse` for none or both ways."""
    if all_sources and sources:
        raise WrongUse("--all takes every source that is known: leave SOURCE out, or --all")
    if all_sources:
        return [file.key for file in source_files(settings)]
    if not sources:
        raise WrongUse("which source? Give one SOURCE or more, or --all")
    for key in sources:
        source_path(settings, key)
    return list(dict.fromkeys(sources))


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

    return passes.run_pass(
        settings,
        key,
        kind="backfill",
        since=since,
        until=until,
        all_seeds=True,
        revisit=revisit,
        progress=progress,
    )


def _backfill_many(
    keys: Sequence[str], asked_for: Row, work: SourceWork, counts: Sequence[str], form: str | None
) -> int:
    """Do the work for each source and write a row each, also where it is interrupted; return the worst exit code."""
    rows: list[Row] = []
    codes = [0]
    try:
        for n, key in enumerate(keys, 1):
            output.say(f"mirrorwire: {key}: source {n} of {len(keys)}")
            row, code = _row_and_code(key, work)
            counted = {name: row.get(name) for name in counts}
            ending = {"outcome": OUTCOMES[code], **counted, "problem": row.get("problem")}
            rows.append({"source": key, **asked_for, **ending})
            codes.append(code)
    finally:
        output.write_rows(rows, form, columns=shown_columns(rows))
    return max(codes, key=list(OUTCOMES).index)


def _row_and_code(key: str, work: SourceWork) -> tuple[Row, int]:
    """Return a source's row and code. A wall: what is wrong with one source is its own; database and disk are all's."""
    try:
        return work(key)
    except (WrongUse, SourceFileError) as error:
        problem, code = str(error), WRONG_USE
    except Exception as error:
        problem, code = str(bugs.taken(error, key)), FAILED
    output.say(f"mirrorwire: {key}: {problem}")
    return {"problem": problem}, code
