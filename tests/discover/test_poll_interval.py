"""How long to wait until a seed is polled again."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from mirrorwire.core.records import PollLimits
from mirrorwire.discover.poll_interval import (
    FAILURE_STEP,
    FIRST,
    LONGEST_FIRST,
    Pace,
    PollResult,
    listed_rate,
    next_pace,
)

LIMITS = PollLimits()
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def pace(interval: timedelta = HOUR, items_a_day: float = 4.8, failures: int = 0) -> Pace:
    return Pace(interval=interval, wait=interval, items_a_day=items_a_day, failures=failures, why="")


def polled(**more: object) -> PollResult:
    return PollResult(**{"since_last": HOUR} | more)  # type: ignore[arg-type]


def test_the_first_poll_says_nothing_of_how_often_it_should_be() -> None:
    first = next_pace(None, PollResult(fresh=30), LIMITS)
    assert (first.interval, first.items_a_day) == (FIRST, 0)


def test_the_first_poll_goes_by_the_dates_of_the_items_that_it_saw() -> None:
    hourly = [NOW - n * HOUR for n in range(1, 25)]
    rate = listed_rate([*hourly, NOW - 900 * DAY, NOW + DAY], NOW)  # a pinned one, and one of a wrong clock
    assert rate is not None and 20 < rate < 28
    first = next_pace(None, PollResult(fresh=24, listed_a_day=rate), LIMITS)
    assert timedelta(minutes=8) < first.wait < timedelta(minutes=12)
    assert first.items_a_day == rate
    assert next_pace(None, PollResult(fresh=5, listed_a_day=0.1), LIMITS).wait == LONGEST_FIRST


def test_dates_that_say_nothing_of_how_often_items_come_are_not_believed() -> None:
    assert listed_rate([NOW - n * HOUR for n in range(1, 4)], NOW) is None
    assert listed_rate([NOW - HOUR] * 30, NOW) is None
    burst = listed_rate([NOW - timedelta(seconds=n) for n in range(20)], NOW)
    assert burst is not None and burst < 600


def test_news_shortens_the_interval_and_none_lengthens_it() -> None:
    assert next_pace(pace(), polled(fresh=1), LIMITS).interval < HOUR
    assert next_pace(pace(), polled(), LIMITS).interval > HOUR


def test_two_polls_that_share_no_item_are_followed_by_the_shortest_interval_at_once() -> None:
    after = next_pace(pace(interval=12 * HOUR), polled(fresh=20, gap=True, wish=DAY), LIMITS)
    assert after.wait == LIMITS.min
    assert "shared no item" in after.why


def test_a_seed_that_brings_an_item_an_hour_is_polled_every_ten_minutes_or_so_and_one_a_week_twice_a_day() -> None:
    assert timedelta(minutes=6) < settled(items_a_day=24) < timedelta(minutes=20)
    assert timedelta(hours=2) < settled(items_a_day=1) < timedelta(hours=8)
    assert settled(items_a_day=1 / 7) > timedelta(hours=8)


def settled(items_a_day: float) -> timedelta:
    """The median interval of the second half of sixty days, news coming at random."""
    chance = random.Random(7)
    now = timedelta(0)
    state: Pace | None = None
    intervals: list[timedelta] = []
    following = timedelta(days=chance.expovariate(items_a_day))
    while now < 60 * DAY:
        wait = state.wait if state else timedelta(0)
        now += wait
        fresh = 0
        while following <= now:
            fresh += 1
            following += timedelta(days=chance.expovariate(items_a_day))
        state = next_pace(state, PollResult(fresh=fresh, since_last=wait or None), LIMITS)
        if now > 30 * DAY:
            intervals.append(state.interval)
    return sorted(intervals)[len(intervals) // 2]


def test_failures_wait_longer_by_the_same_step_each_and_a_rest_is_kept() -> None:
    first = next_pace(pace(), polled(failed=True), LIMITS)
    second = next_pace(first, polled(failed=True), LIMITS)
    assert (first.wait, second.wait) == (HOUR + FAILURE_STEP, HOUR + 2 * FAILURE_STEP)
    assert second.interval == HOUR
    assert next_pace(pace(failures=500), polled(failed=True), LIMITS).wait == LIMITS.max
    assert next_pace(pace(), polled(failed=True, rest=DAY), LIMITS).wait == DAY


def test_a_success_after_failures_goes_on_from_the_interval_before_them() -> None:
    failed = next_pace(pace(), polled(failed=True), LIMITS)
    after = next_pace(failed, polled(fresh=1), LIMITS)
    assert after.failures == 0
    assert after.interval < HOUR


def test_what_the_publisher_asks_for_is_followed_up_to_an_hour_and_the_limits_of_the_source_win() -> None:
    busy = pace(interval=timedelta(minutes=10), items_a_day=200)
    assert next_pace(busy, polled(fresh=9, wish=timedelta(minutes=30)), LIMITS).interval == timedelta(minutes=30)
    assert next_pace(busy, polled(fresh=9, wish=7 * DAY), LIMITS).interval == HOUR
    tight = PollLimits(min=timedelta(minutes=1), max=timedelta(minutes=2))
    assert next_pace(busy, polled(fresh=9, wish=HOUR), tight).interval == timedelta(minutes=2)


def test_a_seed_that_brings_nothing_for_months_waits_the_longest_time_and_says_so() -> None:
    state = pace()
    for _ in range(400):
        state = next_pace(state, PollResult(since_last=state.wait), LIMITS)
    assert state.interval == LIMITS.max
    assert state.why.endswith("the longest that is allowed")
