"""How a source stands: all that is wrong with it, by name, the worst first. Pure.

A row is one of `reports.listings.status`. What should wake somebody is an alarm; `mirrorwire status --check` fails on
it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from croniter import croniter

from mirrorwire.core.humanize import counted, span

Row = Mapping[str, Any]
LATELY = 50
"""From so many of the newest captures it is judged whether a source still gives articles."""
FEW_PAGES = 5
"""Fewer pages than that say nothing of a source that has given articles."""
GRACE = timedelta(minutes=10)
FLEET_GRACE = timedelta(minutes=30)
"""How long after its time a run may begin."""
IDLE = timedelta(days=1)
"""For so long a source that people read by hand is nobody's concern."""
SILENCE_BY_HAND, SILENCE = timedelta(minutes=1), timedelta(hours=1)
"""Without a sign for so long, a run whose sessions are dead broke off; Airflow may queue a task for long."""
BY_HAND = "cli:"
"""How the external ids of runs without Airflow begin."""
NEVER_READ = "never read"
ASKED_FOR = frozenset({NEVER_READ, "idle"})
"""Conditions that are alarms only where somebody asks for that very source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One thing that is true of a source. `said` is its text, `alarm`: whether somebody is to be woken."""

    name: str
    said: str
    alarm: bool


def conditions(row: Row, now: datetime) -> tuple[Condition, ...]:
    """Return all that is wrong with a source, the worst first; `well` where nothing is."""
    held = []
    for name, say, alarm in _TABLE:
        if words := say(row, now):
            held.append(Condition(name=name, said=words, alarm=alarm))
    return tuple(held) or (Condition(name="well", said="all hosts up", alarm=False),)


def alarms(held: Iterable[Condition], *, asked_for: bool) -> list[Condition]:
    """Return the conditions that are alarms; `asked_for`: somebody named this very source."""
    return [condition for condition in held if condition.alarm or (asked_for and condition.name in ASKED_FOR)]


def rank(held: Collection[Condition]) -> tuple[bool, int]:
    """Return what sources are sorted by, so that the one that is worst off comes first."""
    names = {condition.name for condition in held}
    first = next((n for n, (name, *_) in enumerate(_TABLE) if name in names), len(_TABLE))
    return not any(condition.alarm for condition in held), first


def broke_off(run: Row, now: datetime) -> bool:
    """Return whether a run was killed and could not say so: nobody works on it, and nobody has for a while."""
    patience = SILENCE_BY_HAND if run["external_id"].startswith(BY_HAND) else SILENCE
    return run["state"] == "running" and not run["alive"] and now - run["last_sign_at"] > patience


def is_down(host: Row) -> bool:
    """Return whether a host is asked no more, by its breaker or by hand."""
    return bool(host["ruling"] == "down" or (host["ruling"] is None and host["state"] == "open"))


def _is_unread(row: Row) -> bool:
    return not row["runs"] and not row["articles"]


def _last(row: Row, kind: str) -> Row | None:
    return next((run for run in row["runs"] if run["kind"] == kind), None)


def _hosts(row: Row) -> list[Row]:
    return [host for host in row["hosts"] if host["role"] != "archive"]


def _file_broken(row: Row, now: datetime) -> str | None:
    return "ITS FILE IS BROKEN" if row["error"] else None


def _never_read(row: Row, now: datetime) -> str | None:
    return NEVER_READ if _is_unread(row) and not row["error"] else None


def _late(row: Row, now: datetime) -> str | None:
    """A run of the scheduler's that should have come, and the one behind it too."""
    run = _last(row, "live")
    if run is None or not row["is_scheduled"] or _works(run, now):
        return None
    if not row["schedule"]:
        return _late_in_fleet(row, now)
    times = croniter(row["schedule"], run["last_sign_at"])
    due = times.get_next(datetime)
    if now < times.get_next(datetime) + GRACE:
        return None
    return f"LATE: no run for {span(now - run['last_sign_at'])}, one was due {span(now - due)} ago"


def _late_in_fleet(row: Row, now: datetime) -> str | None:
    """A poll that should have come: the fleet is polled every few minutes."""
    due = min((poll["next_poll_at"] for poll in row["polls"]), default=None)
    if due is None or now < due + FLEET_GRACE:
        return None
    return f"LATE: a poll was due {span(now - due)} ago"


def _idle(row: Row, now: datetime) -> str | None:
    run = _last(row, "live")
    if run is None or row["is_scheduled"] or _works(run, now) or now - run["last_sign_at"] < IDLE:
        return None
    return f"no run for {span(now - run['last_sign_at'])}, and none is scheduled: all came by hand"


def _works(run: Row, now: datetime) -> bool:
    return run["state"] == "running" and not broke_off(run, now)


def _failing(row: Row, now: datetime) -> str | None:
    n = row["failed_in_a_row"]
    return None if not n else "THE LAST RUN FAILED" if n == 1 else f"THE LAST {n} RUNS FAILED"


def _backfill_failed(row: Row, now: datetime) -> str | None:
    run = _last(row, "backfill")
    return "the last backfill failed" if run and run["state"] == "failed" and not run["interrupted"] else None


def _unfinished(row: Row, now: datetime) -> str | None:
    if any(broke_off(run, now) for run in row["runs"]):
        return "a run broke off"
    return "a run was interrupted, not finished" if any(run["interrupted"] for run in row["runs"]) else None


def _never_loaded(row: Row, now: datetime) -> str | None:
    return f"NO ARTICLE in {counted(row['runs_ended'], 'run')}" if row["runs_ended"] and not row["articles"] else None


def _all_rejected(row: Row, now: datetime) -> str | None:
    pages = row["pages_lately"]
    if not pages or row["rejected_lately"] < pages or (row["articles"] and pages < FEW_PAGES):
        return None
    return (
        f"all of the last {pages} pages rejected"
        if pages >= LATELY
        else f"{pages} of {counted(pages, 'page')} rejected"
    )


def _no_host_up(row: Row, now: datetime) -> str | None:
    hosts = _hosts(row)
    return "NO HOST IS UP" if hosts and all(map(is_down, hosts)) else None


def _hosts_down(row: Row, now: datetime) -> str | None:
    hosts = _hosts(row)
    down = sum(map(is_down, hosts))
    return f"{down} of {counted(len(hosts), 'host')} down" if 0 < down < len(hosts) else None


def _hosts_failing(row: Row, now: datetime) -> str | None:
    failing = [
        host for host in _hosts(row) if host["ruling"] is None and host["failures_in_a_row"] and not is_down(host)
    ]
    return f"{counted(len(failing), 'host')} failing" if failing else None


def _seeds_silent(row: Row, now: datetime) -> str | None:
    n = len(row["silent_seeds"])
    return f"{counted(n, 'seed')} without an article" if n else None


def _given_up(row: Row, now: datetime) -> str | None:
    return f"{counted(row['failed'], 'link')} given up" if row["failed"] else None


def _gaps(row: Row, now: datetime) -> str | None:
    return "a feed has a gap" if row["feed_gaps"] else None


def _standing_still(row: Row, now: datetime) -> str | None:
    return "a feed stands still" if row["feeds_standing_still"] else None


def _bugs(row: Row, now: datetime) -> str | None:
    items = sum(bug["items"] for bug in row["bugs"])
    return f"{counted(items, 'item')} met a bug of ours" if items else None


_TABLE: tuple[tuple[str, Callable[[Row, datetime], str | None], bool], ...] = (
    ("file broken", _file_broken, True),
    ("late", _late, True),
    ("failing", _failing, True),
    ("never loaded", _never_loaded, True),
    ("all rejected", _all_rejected, True),
    ("no host up", _no_host_up, True),
    ("backfill failed", _backfill_failed, False),
    ("unfinished", _unfinished, False),
    ("hosts down", _hosts_down, False),
    ("hosts failing", _hosts_failing, False),
    ("seeds silent", _seeds_silent, False),
    ("links given up", _given_up, False),
    ("gaps", _gaps, False),
    ("feeds standing still", _standing_still, False),
    ("bugs", _bugs, False),
    ("idle", _idle, False),
    (NEVER_READ, _never_read, False),
)
"""The conditions by how bad they are: name, sentence, alarm."""
