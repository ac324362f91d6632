"""What people hear of a pass, and of a plan for one: its row, lines on stderr, the exit code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mirrorwire.commands.options import FAILED, IN_PART
from mirrorwire.discover.seed_progress import SeedReading
from mirrorwire.pipeline.passes import PassResult
from mirrorwire.reports import output

Row = dict[str, Any]
FEW_DAYS = 10
"""More are counted rather than named."""
ALWAYS_SHOWN = ("captured", "inserted", "revised", "left")
"""Columns of a pass's table, also where they are 0; the other formats hold all that is counted."""


def pass_row(source: str, done: PassResult) -> Row:
    """Return what a pass did, all that is counted."""
    met = sum(bug.items for bug in done.bugs)
    return {"source": source, "run": done.run_id, **done.counts, "left": len(done.left), "bugs": met}


def shown_columns(rows: Sequence[Row]) -> list[str]:
    """Return the columns of a table of passes: those that say something in any row."""
    names = list(rows[0]) if rows else []
    return [name for name in names if name in ALWAYS_SHOWN or any(row[name] for row in rows)]


def tell_pass(source: str, done: PassResult) -> None:
    """Say on stderr which pages are left, what to look at, and why the pass cannot be trusted."""
    for link in done.left:
        output.say(f"mirrorwire: {link['url']}: {link['last_problem'] or 'not fetched'}")
    for warning in done.warnings:
        output.say(f"mirrorwire: {source}: warning: {warning}")
    for reason in done.failures:
        output.say(f"mirrorwire: {source}: {reason}")


def pass_code(done: PassResult) -> int:
    """Return the exit code that a pass means."""
    if done.failures:
        return FAILED
    return IN_PART if done.left or done.bugs or done.unreadable else 0


def uncovered_days(days: Sequence[Row]) -> list[str]:
    """Return the days of a plan that no seed reaches."""
    return [str(row["day"]) for row in days if row["day"] and not row["covered"]]


def tell_plan(source: str, days: Sequence[Row], readings: Sequence[SeedReading]) -> None:
    """Say on stderr what was wrong with seeds, and which days of a plan none of them reaches."""
    for reading in readings:
        for problem in reading.problems:
            output.say(f"mirrorwire: {reading.seed.name}: {problem}")
    if uncovered := uncovered_days(days):
        shown = f"{len(uncovered)} of {len(days)} days" if len(uncovered) > FEW_DAYS else ", ".join(uncovered)
        output.say(f"mirrorwire: {source}: no seed reaches {shown}")


def plan_code(readings: Sequence[SeedReading]) -> int:
    """Return the exit code that a plan means, by what came of the seeds."""
    failed = [reading.outcome == "failed" for reading in readings]
    if all(failed):
        return FAILED
    return IN_PART if any(failed) else 0
