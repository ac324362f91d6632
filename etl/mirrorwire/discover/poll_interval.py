"""How long to wait until a seed is polled again: as long as it takes to bring a sixth of an item. Pure.

The first poll goes by the dates of the items that it saw. From then on the rate is an average that forgets: a day old
counts a third. A poll that brings something shortens the interval, one
that brings nothing lengthens it, one that shares no item with the poll before has missed some and shortens it at once.
What a publisher asks for, and the limits of the source, bound it; failures wait longer by the same step each.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from mirrorwire.core.humanize import span
from mirrorwire.core.records import PollLimits

FIRST = timedelta(minutes=15)
"""How long to wait after the first poll of a seed whose items say nothing of how often they come."""
LONGEST_FIRST = timedelta(hours=2)
"""How long to wait at most after the first poll, whatever its items say: dates may be wrong."""
MIN_DATED = 5
"""Fewer items with a date say nothing of how often they come."""
ITEMS_A_POLL = 1 / 6
"""What a poll should bring on average: then an item waits for half of a sixth of the time between two."""
DAY = MEMORY = timedelta(days=1)
SHORTEST_SPAN = timedelta(minutes=30)
"""Items of a shorter time count as many as if they had come in this: a burst is no rate."""
SHORTER, LONGER, MUCH_LONGER = 0.77, 1.05, 1.5
"""What a poll with news, and one without, makes of the interval at least; and without news at most. The first two keep
an interval in which one poll of six brings something."""
FAILURE_STEP = timedelta(minutes=10)
TINY = 1e-6
LONGEST_WISH = timedelta(hours=1)
"""Many feeds ask for a day between two polls and bring news each hour: beyond this their wish is not followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often a seed is polled: `interval` between two polls, `wait` until the next, and why in words."""

    interval: timedelta
    wait: timedelta
    items_a_day: float
    failures: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PollResult:
    """What a poll brought. `since_last` is `None` for the first one, `wish` how long its publisher asks to wait.

    `listed_a_day` is `listed_rate` of what it saw.
    `gap`: it shared no item with the poll before. `rest`: how long its hosts have asked not to be asked (Retry-After).
    """

    failed: bool = False
    fresh: int = 0
    gap: bool = False
    since_last: timedelta | None = None
    listed_a_day: float | None = None
    wish: timedelta | None = None
    rest: timedelta = timedelta(0)


def next_pace(before: Pace | None, poll: PollResult, limits: PollLimits) -> Pace:
    """Return how often to poll a seed after what a poll brought."""
    if poll.failed:
        return _after_failure(before, poll, limits)
    if before is None or poll.since_last is None:
        return _first(poll, limits)
    rate = _rate(before.items_a_day, poll.fresh, poll.since_last)
    if poll.gap:
        return Pace(
            interval=limits.min,
            wait=limits.min,
            items_a_day=rate,
            failures=0,
            why="two polls shared no item: some may be missing",
        )
    interval = _within(_adapted(before.interval, rate, poll.fresh), limits, poll.wish)
    return Pace(
        interval=interval, wait=interval, items_a_day=rate, failures=0, why=_why(interval, rate, limits, poll.wish)
    )


def listed_rate(times: Sequence[datetime], now: datetime) -> float | None:
    """Return how many items a day come by the dates of those that a seed lists; `None` where they say too little.

    By the newer half of them alone, since old ones stay pinned. Dates that most items share are those of the feed.
    """
    past = sorted((at for at in times if at <= now), reverse=True)
    if len(past) < MIN_DATED or 2 * len(set(past)) < len(past):
        return None
    newer = past[: len(past) // 2 + 1]
    return len(newer) * DAY / max(now - newer[-1], SHORTEST_SPAN)


def _first(poll: PollResult, limits: PollLimits) -> Pace:
    """After the first poll of a seed."""
    rate = poll.listed_a_day
    interval = _within(FIRST if rate is None else min(_wanted(rate), LONGEST_FIRST), limits, poll.wish)
    why = "polled once so far" if rate is None else f"polled once so far; its dates say {_news(rate)}"
    return Pace(interval=interval, wait=interval, items_a_day=rate or 0.0, failures=0, why=why)


def _after_failure(before: Pace | None, poll: PollResult, limits: PollLimits) -> Pace:
    """The interval stays what it was; the wait grows by the same step each time, up to the longest interval."""
    interval = before.interval if before else _within(FIRST, limits, None)
    failures = (before.failures if before else 0) + 1
    wait = max(min(interval + failures * FAILURE_STEP, limits.max), poll.rest)
    return Pace(
        interval=interval,
        wait=wait,
        items_a_day=before.items_a_day if before else 0.0,
        failures=failures,
        why=f"failed {failures} times in a row" if failures > 1 else "failed",
    )


def _rate(before: float, fresh: int, since_last: timedelta) -> float:
    """New items a day: what was known, and what this poll says, which counts by how long it looks back."""
    days = max(since_last, timedelta(seconds=1)) / DAY
    weight = 1 - math.exp(-since_last / MEMORY)
    return before + weight * (fresh / days - before)


def _adapted(interval: timedelta, rate: float, fresh: int) -> timedelta:
    """The interval that the rate asks for, as far as one poll may change it."""
    if fresh:
        return min(interval * SHORTER, _wanted(rate))
    return max(interval * LONGER, min(interval * MUCH_LONGER, _wanted(rate)))


def _wanted(rate: float) -> timedelta:
    """The interval in which a seed of so many items a day brings what a poll should."""
    return ITEMS_A_POLL / rate * DAY if rate > TINY else timedelta.max


def _within(interval: timedelta, limits: PollLimits, wish: timedelta | None) -> timedelta:
    wished = min(wish or timedelta(0), LONGEST_WISH)
    return min(max(interval, limits.min, wished), limits.max)


def _why(interval: timedelta, rate: float, limits: PollLimits, wish: timedelta | None) -> str:
    news = _news(rate)
    if interval == limits.max:
        return f"{news}; the longest that is allowed"
    if interval == limits.min:
        return f"{news}; the shortest that is allowed"
    if wish is not None and interval == min(wish, LONGEST_WISH):
        return f"{news}; its publisher asks for {span(wish)}"
    return news


def _news(rate: float) -> str:
    return f"{rate:.0f} new a day" if rate >= 1.5 else f"{rate * 7:.0f} new a week"
