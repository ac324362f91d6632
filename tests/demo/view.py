"""What the demo shows: its runs while they go on, a failed task's log, and the articles that were loaded."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from psycopg.rows import class_row
from rich.console import Console
from rich.table import Table

from tests.demo.stack import Airflow

SOURCE = "courier"
ZONE = ZoneInfo("Asia/Tehran")
STEPS = ("discover", "fetch", "extract", "load", "check")
MARKS = {
    "success": "✓",
    "failed": "✗",
    "upstream_failed": "✗",
    "skipped": "-",
    "up_for_retry": "↻",
    "running": "…",
}
SHOWN_A_DAY = 5
LOG_LINES = 25

console = Console(highlight=False, markup=False)
if not console.is_terminal:
    console.width = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One article as the closing table shows it."""

    article_key: str
    title: str
    section: str | None
    published_at: datetime | None
    served_by: str | None
    version: int

    def published(self) -> str:
        """The time of publication as the newsroom's readers read it; "-" when none is known."""
        return f"{self.published_at.astimezone(ZONE):%Y-%m-%d %H:%M}" if self.published_at else "-"


def clock() -> Callable[[str], None]:
    """A printer of lines that begin with the seconds since now."""
    began = time.monotonic()
    return lambda text: console.print(f"{time.monotonic() - began:4.0f} s  {text}", soft_wrap=True)


def progress(runs: list[dict[str, Any]], tasks: list[dict[str, Any]]) -> str:
    """One line: each run's day with its state or its steps; of several runs, with the step each has reached."""
    parts = []
    for run in runs:
        own = [task for task in tasks if task["dag_run_id"] == run["dag_run_id"]]
        steps = [f"{step} {mark}" for step in STEPS if (mark := _mark(own, step))] or ["…"]
        shown = MARKS.get(run["state"], run["state"])
        if run["state"] == "running":
            shown = " ".join(steps if len(runs) == 1 else steps[-1:])
        at = str(run["data_interval_start"])
        parts.append(f"{at[:10] if at[11:16] == '00:00' else at[11:16] + 'Z'} {shown}")
    return "   ".join(parts)


def _mark(tasks: list[dict[str, Any]], step: str) -> str | None:
    states = [task["state"] for task in tasks if task["task_id"] == step]
    if not any(states):
        return None
    if len(states) > 1 and states.count("success") < len(states):
        return f"{states.count('success')}/{len(states)}"
    return MARKS.get(states[0], "·")


def failure(api: Airflow, task: dict[str, Any]) -> str:
    """The name of a failed task and the end of its log."""
    where = f"{task['dag_id']} {task['dag_run_id']} {task['task_id']}"
    if task["map_index"] >= 0:
        where += f" [{task['map_index']}]"
    if not task["try_number"]:
        return f"{where}: {task['state']}"
    path = f"/dags/{task['dag_id']}/dagRuns/{task['dag_run_id']}/taskInstances/{task['task_id']}"
    lines: list[str] = []
    for entry in api.get(f"{path}/logs/{task['try_number']}", map_index=task["map_index"])["content"]:
        if not isinstance(entry, dict):
            lines.append(str(entry))
            continue
        if not str(entry.get("event")).startswith("::"):  # Airflow's folding marks
            lines.append(f"{entry.get('level') or '':8} {entry.get('event')}")
        lines += [f"{'':8} {e['exc_type']}: {e['exc_value']}" for e in entry.get("error_detail") or ()]
    tail = (f"    {line}" for line in lines[-LOG_LINES:])
    return "\n".join([f"{where}: {task['state']}; the end of its log:", *tail])


def articles(url: str) -> list[Row]:
    """The newsroom's articles as they stand, newest first."""
    with psycopg.connect(url, row_factory=class_row(Row)) as connection:
        return connection.execute(
            "SELECT article_key, title, section, published_at, served_by, version FROM articles"
            " WHERE source = %s ORDER BY published_at DESC, article_key",
            [SOURCE],
        ).fetchall()


def report(after: list[Row], before: dict[str, int]) -> None:
    """Print what stands in the database, what of it is new, and where to look further."""
    table = Table(box=None, pad_edge=False, expand=True)
    table.add_column("article", ratio=1, min_width=24, no_wrap=True, overflow="ellipsis")
    for title in ("section", f"published ({ZONE.key})", "served by", "version"):
        table.add_column(title, overflow="fold")
    for day, group in groupby(after, key=lambda row: row.published()[:10]):
        rows = list(group)
        for row in rows[:SHOWN_A_DAY]:
            table.add_row(row.title, row.section or "-", row.published(), row.served_by or "-", str(row.version))
        if len(rows) > SHOWN_A_DAY:
            table.add_row(f"… and {len(rows) - SHOWN_A_DAY} more of {day}")
    new = [row for row in after if row.article_key not in before]
    revised = [row for row in after if before.get(row.article_key, row.version) != row.version]
    console.print()
    console.print(table)
    console.print()
    if new or revised:
        print(f"{len(new)} new articles, {len(revised)} revised, {len(after)} in all")
    else:
        print(f"nothing is new: {len(after)} articles stand as they were")
    command = os.path.relpath(Path(sys.executable).with_name("mirrorwire"))
    further = {
        f"{command} export {SOURCE} --format jsonl": "every article, its text and its addresses",
        f"{command} status": "sources, hosts and runs",
        f'psql "$({command} db url)"': "the tables; \\d+ explains them",
        "make up": "the same stack kept running, with Airflow's web UI",
    }
    width = max(map(len, further))
    print("\nLook further:", *(f"  {words:{width}}   {what}" for words, what in further.items()), "", sep="\n")
