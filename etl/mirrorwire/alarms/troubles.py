"""What is wrong with a source or the machine, as troubles that an alarm can be raised for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mirrorwire.reports.conditions import conditions, is_down

Row = Mapping[str, Any]
MAX_SUMMARY_CHARS = 500
MACHINE = None
"""The source of troubles that are the machine's."""
GIB = 2**30
NAMES = (
    "disk nearly full",
    "file broken",
    "late",
    "failing",
    "never loaded",
    "all rejected",
    "no host up",
    "many rejected",
    "host down",
    "low volume",
    "seed silent",
    "feed gap",
    "feed standing still",
    "bug",
)
"""The troubles by how bad they are."""
_OF_SOURCE = ("file broken", "late", "failing", "never loaded", "all rejected", "no host up")
"""Conditions of `status` that are troubles of the source as a whole."""
_LOW_VOLUME, _MANY_REJECTED = "drop in volume: ", " pages were rejected (over "
"""How `pipeline.checks` says these in a run's warnings and failures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """One thing that is wrong. `source` is `None` for the machine, `subject` empty for the source as a whole."""

    source: str | None
    name: str
    subject: str
    summary: str


def troubles(row: Row, now: datetime) -> list[Trouble]:
    """Return what is wrong with a source, of which `row` is the row of `reports.listings.status`, the worst first."""
    found: dict[tuple[str, str], Trouble] = {}
    for name, subject, summary in _of_row(row, now):
        trouble = Trouble(source=row["source"], name=name, subject=subject, summary=summary[:MAX_SUMMARY_CHARS])
        found.setdefault((name, subject), trouble)
    return sorted(found.values(), key=lambda trouble: rank(trouble.name))


def rank(name: str) -> int:
    """Return the place of a trouble among all, 0 for the worst; one that no version knows any more comes last."""
    return NAMES.index(name) if name in NAMES else len(NAMES)


def disk_trouble(folder: str, free_bytes: int, total_bytes: int) -> Trouble | None:
    """Return the trouble of a disk with under 1 GiB free, or under 5 % of it and 20 GiB."""
    if free_bytes >= max(GIB, min(total_bytes // 20, 20 * GIB)):
        return None
    summary = f"DISK NEARLY FULL: {free_bytes / GIB:.1f} GiB of {total_bytes / GIB:.0f} GiB are free under {folder}"
    return Trouble(source=MACHINE, name="disk nearly full", subject=folder, summary=summary)


def _of_row(row: Row, now: datetime) -> Iterator[tuple[str, str, str]]:
    """The name of each trouble, its subject, and its summary."""
    live = next((run for run in row["runs"] if run["kind"] == "live"), None)
    for condition in conditions(row, now):
        if condition.name in _OF_SOURCE:
            yield condition.name, "", condition.said + _reasons(condition.name, row, live)
    for host in row["hosts"]:
        if host["role"] != "archive" and host["ruling"] is None and is_down(host):
            yield "host down", host["url"], _because(f"{host['role']} {host['url']} is down", host["reason"])
    for seed in row["silent_seeds"]:
        yield "seed silent", seed["seed"], _because(f"{seed['seed']} gave no article", seed["detail"])
    for gap in row["feed_gaps"]:
        yield "feed gap", gap["seed"], f"{gap['seed']} shares no item with what it showed before; items may be lost"
    for feed in row["feeds_standing_still"]:
        yield (
            "feed standing still",
            feed["seed"],
            f"{feed['seed']} answers, and shows nothing new since {feed['since']}",
        )
    for bug in row["bugs"]:
        yield "bug", bug["place"], f"a bug of ours at {bug['place']}; mirrorwire bugs {row['source']} tells more"
    if live:
        yield from _of_run(live)


def _of_run(run: Row) -> Iterator[tuple[str, str, str]]:
    for warning in _beginning(run["warnings"], _LOW_VOLUME):
        yield "low volume", "", warning
    for failure in run["failures"]:
        if _MANY_REJECTED in failure:
            yield "many rejected", "", failure


def _beginning(lines: Iterable[str], words: str) -> list[str]:
    return [line for line in lines if line.startswith(words)]


def _reasons(name: str, row: Row, live: Row | None) -> str:
    if name == "file broken":
        return f": {row['error']}"
    if name == "failing" and live and live["failures"]:
        return f": {'; '.join(live['failures'])}"
    return ""


def _because(words: str, reason: str | None) -> str:
    return f"{words}: {reason}" if reason else words
