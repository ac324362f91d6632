"""How long to wait until a seed is polled again: as long as it takes to bring a fifth of an item. Pure.

The rate is an average that forgets: a day old counts a third. A poll that brings something shortens the interval, one
that brings nothing lengthens it, one that shares no item with the poll before has missed some and shortens it at once.
What a publisher asks for, and the limits of the source, bound it; failures wait longer by the same step each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import timedelta

from mirrorwire.core.humanize import span
from mirrorwire.core.records import PollLimits

FIRST = timedelta(minutes=15)
"""Until a seed has been polled twice, nothing is known of it."""
ITEMS_A_POLL = 0.2
"""What a poll should bring on average: then an item waits for half of a fifth of the time between two."""
MEMORY = timedelta(days=1)
SHORTER, LONGER, MUCH_LONGER = 0.8, 1.05, 1.5
"""What a poll with news, and one without, makes of the interval at least; and without news at most."""
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

    `gap`: it shared no item with the poll before. `rest`: how long its hosts have asked not to be asked (Retry-After).
    """

    failed: bool = False
    fresh: int = 0
    gap: bool = False
    since_last: timedelta | None = None
    wish: timedelta | None = None
    rest: timedelta = timedelta(0)


def next_pace(before: Pace | None, poll: PollResult, limits: PollLimits) -> Pace:
    """Return how often to poll a seed after what a poll brought."""
    if poll.failed:
        return _after_failure(before, poll, limits)
    if before is None or poll.since_last is None:
        interval = _within(FIRST, limits, poll.wish)
        return Pace(interval=interval, wait=interval, items_a_day=0.0, failures=0, why="polled once so far")
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
    days = max(since_last, timedelta(seconds=1)) / timedelta(days=1)
    weight = 1 - math.exp(-since_last / MEMORY)
    return before + weight * (fresh / days - before)


def _adapted(interval: timedelta, rate: float, fresh: int) -> timedelta:
    """The interval that the rate asks for, as far as one poll may change it."""
    wanted = ITEMS_A_POLL / rate * timedelta(days=1) if rate > TINY else timedelta.max
    if fresh:
        return min(interval * SHORTER, wanted)
    return max(interval * LONGER, min(interval * MUCH_LONGER, wanted))


def _within(interval: timedelta, limits: PollLimits, wish: timedelta | None) -> timedelta:
    wished = min(wish or timedelta(0), LONGEST_WISH)
    return min(max(interval, limits.min, wished), limits.max)


def _why(interval: timedelta, rate: float, limits: PollLimits, wish: timedelta | None) -> str:
    news = f"{rate:.0f} new a day" if rate >= 1.5 else f"{rate * 7:.0f} new a week"
    if interval == limits.max:
        return f"{news}; the longest that is allowed"
    if interval == limits.min:
        return f"{news}; the shortest that is allowed"
    if wish is not None and interval == min(wish, LONGEST_WISH):
        return f"{news}; its publisher asks for {span(wish)}"
    return news
