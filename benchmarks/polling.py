"""How fresh feeds are when each is polled as often as it brings news: the rule alone, without a network or a database.

    python -m benchmarks.polling [--sources 1000] [--days 3] [--write docs/polling.md]

The publishers are those of `benchmarks.fleet`; their feeds show the last items. Each five minutes of a simulated clock
the feeds that are due are polled, and `next_pace` says when the next poll is. An item's freshness is from its
publication to the poll that saw it. What a poll and its pages cost is measured by `benchmarks.fleet`.
"""

from __future__ import annotations

import argparse
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks.fleet import OFTEN, START, TICK, quantile
from benchmarks.fleet_publishers import SHOWN, items_a_day, published
from mirrorwire.core.records import PollLimits
from mirrorwire.discover.poll_interval import Pace, PollResult, listed_rate, next_pace
from mirrorwire.discover.poll_schedule import EARLY

LIMITS = PollLimits()
HOUR = timedelta(hours=1)
PERIODS: dict[str, tuple[timedelta, timedelta]] = {
    "the first hour": (timedelta(0), HOUR),
    "the rest of the first day": (HOUR, 24 * HOUR),
    "the second day": (24 * HOUR, 48 * HOUR),
}
"""Since when, and until when, after the first poll."""
KINDS: dict[str, Callable[[float], bool]] = {
    "an item an hour or more": lambda rate: rate >= OFTEN,
    "less": lambda rate: rate < OFTEN,
}


@dataclass(slots=True)
class Feed:
    """One publisher's feed, and what is known of it."""

    rate: float
    times: list[datetime]
    pace: Pace | None = None
    polled_at: datetime | None = None
    due_at: datetime = START
    lags: list[tuple[datetime, float]] = field(default_factory=list)
    """When an item was seen, and how many minutes after its publication."""
    polls: int = 0

    def poll(self, now: datetime) -> None:
        """Read the feed, and say when it is read next."""
        until = bisect_right(self.times, now)
        shown = self.times[max(0, until - SHOWN) : until]
        fresh = shown if self.polled_at is None else [at for at in shown if at > self.polled_at]
        if self.polled_at is not None:
            self.lags += [(now, (now - at).total_seconds() / 60) for at in fresh]
        poll = PollResult(
            fresh=len(fresh),
            gap=self.polled_at is not None and len(fresh) == len(shown) > 0,
            since_last=now - self.polled_at if self.polled_at else None,
            listed_a_day=listed_rate(shown, now),
        )
        self.pace = next_pace(self.pace, poll, LIMITS)
        self.polled_at, self.due_at = now, now + self.pace.wait
        self.polls += 1


def simulated(count: int, days: float) -> list[Feed]:
    """Poll so many feeds for so many days."""
    feeds = [Feed(rate=items_a_day(n), times=published(n)) for n in range(count)]
    now, ends = START, START + timedelta(days=days)
    while now < ends:
        for feed in feeds:
            if feed.due_at <= now + EARLY:
                feed.poll(now)
        now += TICK
    return feeds


def report(feeds: list[Feed], days: float) -> str:
    """The page."""
    rows: list[str] = []
    for kind, belongs in KINDS.items():
        chosen = [feed for feed in feeds if belongs(feed.rate)]
        for period, (first, last) in PERIODS.items():
            lags = [lag for feed in chosen for at, lag in feed.lags if START + first <= at < START + last]
            if lags:
                numbers = f"{len(lags):,} | {quantile(lags, 0.5):.1f} min | {quantile(lags, 0.95):.1f} min"
                rows.append(f"| {kind} | {period} | {numbers} |")
    polls = sum(feed.polls for feed in feeds) / (24 * days)
    table = "\n".join(rows)
    return f"""# How often feeds are polled

By `python -m benchmarks.polling`: {len(feeds):,} feeds over {days:.0f} simulated days by the rule alone, a run of the
fleet each five minutes; news comes at random. {polls:,.0f} polls an hour. The rule: [sources.md](sources.md).

| a feed brings | in | items | seen after, median | 95th percentile |
|---|---|---|---|---|
{table}

To what a poll sees come its turn among the others and its page: [fleet.md](fleet.md) has a thousand publishers over
real HTTP, with a real database.
"""


def main() -> None:
    """Run, print the page, and write it where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sources", type=int, default=1000)
    parser.add_argument("--days", type=float, default=2.0)
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    page = report(simulated(given.sources, given.days), given.days)
    print(page)
    if given.write:
        given.write.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
