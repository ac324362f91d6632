"""Windows: what dates and times mean in a source's zone, and which windows are refused."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Interval
from mirrorwire.core.windows import (
    EARLIEST,
    LATEST,
    as_asked_for,
    calendar_window,
    days,
    instant,
    midnight,
    past_window,
    window,
)

TEHRAN, LONDON, NEW_YORK = ZoneInfo("Asia/Tehran"), ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
DAYS = st.dates(date(1950, 1, 1), date(2100, 1, 1))
ZONES = st.sampled_from([TEHRAN, LONDON, NEW_YORK, ZoneInfo("UTC"), ZoneInfo("Pacific/Kiritimati")])


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-11-20", datetime(2026, 11, 19, 20, 30, tzinfo=UTC)),
        ("2026-11-20T00:00", datetime(2026, 11, 19, 20, 30, tzinfo=UTC)),
        ("2026-11-20T10:00Z", datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00:00+01:00", datetime(2026, 11, 20, 9, tzinfo=UTC)),
    ],
)
def test_a_date_is_midnight_and_a_naive_time_local_in_the_sources_zone(text: str, meant: datetime) -> None:
    assert instant(text, TEHRAN) == meant


@pytest.mark.parametrize("text", ["yesterday", "", "2026-13-01", "20.11.2026", "2026-11-20T25:00"])
def test_what_is_no_time_is_wrong_use_that_names_what_it_was_for(text: str) -> None:
    with pytest.raises(WrongUse, match="since"):
        instant(text, TEHRAN, "since")


def test_midnight_follows_summer_time() -> None:
    assert midnight(date(2026, 7, 1), LONDON).hour == 23
    assert midnight(date(2026, 12, 1), LONDON).hour == 0


def test_a_window_has_open_ends_where_none_is_given_and_is_none_without_both() -> None:
    assert window(None, None, TEHRAN) is None
    assert window("2026-11-20", None, TEHRAN) == Interval(start=midnight(date(2026, 11, 20), TEHRAN), end=LATEST)
    assert window(None, "2026-11-20", TEHRAN) == Interval(start=EARLIEST, end=midnight(date(2026, 11, 20), TEHRAN))


@given(DAYS, ZONES)
def test_a_day_to_the_next_is_that_day_alone(day: date, zone: ZoneInfo) -> None:
    found = window(day.isoformat(), (day + timedelta(days=1)).isoformat(), zone)
    assert found is not None
    assert days(found, zone) == [day]


@given(DAYS, DAYS)
def test_a_window_whose_end_is_not_after_its_start_is_refused(first: date, second: date) -> None:
    since, until = max(first, second).isoformat(), min(first, second).isoformat()
    with pytest.raises(WrongUse, match="the window is empty"):
        window(since, until, TEHRAN)


def test_days_that_have_not_begun_are_refused_and_today_is_not() -> None:
    assert past_window("2026-11-20", "2026-11-21", TEHRAN, NOW) is not None
    assert past_window("2026-11-20", None, TEHRAN, NOW) is not None
    with pytest.raises(WrongUse, match="since '2026-11-21' lies in the future"):
        past_window("2026-11-21", None, TEHRAN, NOW)
    with pytest.raises(WrongUse, match="until '2026-11-22' lies in the future"):
        past_window("2026-11-20", "2026-11-22", TEHRAN, NOW)


def test_a_window_before_the_publisher_is_refused_and_one_that_reaches_its_first_day_is_not() -> None:
    began = date(2007, 7, 2)
    with pytest.raises(WrongUse, match="the window ends on 2007-07-01, and the publisher began on 2007-07-02"):
        past_window("2007-06-01", "2007-07-02", TEHRAN, NOW, began=began)
    assert past_window("2007-06-01", "2007-07-03", TEHRAN, NOW, began=began) is not None
    assert past_window(None, None, TEHRAN, NOW, began=began) is None


def test_today_is_today_in_the_sources_zone() -> None:
    late = datetime(2026, 11, 20, 21, tzinfo=UTC)  # the 21st in Tehran since half an hour
    assert past_window("2026-11-21", "2026-11-22", TEHRAN, late) is not None
    with pytest.raises(WrongUse):
        past_window("2026-11-21", "2026-11-22", LONDON, late)


def test_a_data_interval_of_whole_days_means_those_days_in_the_sources_zone() -> None:
    interval = Interval(start=datetime(2026, 11, 10, tzinfo=UTC), end=datetime(2026, 11, 11, tzinfo=UTC))
    found = calendar_window(interval, TEHRAN)
    assert found.start == midnight(date(2026, 11, 10), TEHRAN)
    assert days(found, TEHRAN) == [date(2026, 11, 10)]


def test_any_other_data_interval_is_literal() -> None:
    interval = Interval(start=datetime(2026, 11, 10, 6, tzinfo=UTC), end=datetime(2026, 11, 10, 7, tzinfo=UTC))
    assert calendar_window(interval, TEHRAN) == interval


@given(DAYS, st.integers(1, 400), ZONES)
def test_days_are_all_days_of_a_window_without_gap_or_repeat(day: date, count: int, zone: ZoneInfo) -> None:
    found = Interval(start=midnight(day, zone), end=midnight(day + timedelta(days=count), zone))
    assert days(found, zone) == [day + timedelta(days=n) for n in range(count)]


def test_a_window_that_ends_at_midnight_does_not_touch_the_next_day() -> None:
    start = midnight(date(2026, 11, 20), TEHRAN)
    assert days(Interval(start=start, end=start + timedelta(hours=24)), TEHRAN) == [date(2026, 11, 20)]
    assert len(days(Interval(start=start, end=start + timedelta(hours=24, microseconds=1)), TEHRAN)) == 2


@given(zone=ZONES, first=DAYS, length=st.integers(2, 400))
def test_whole_days_are_shown_as_they_were_asked_for(zone: ZoneInfo, first: date, length: int) -> None:
    one, last = first + timedelta(days=1), first + timedelta(days=length)
    assert as_asked_for(Interval(start=midnight(first, zone), end=midnight(one, zone)), zone) == f"of {first}"
    many = Interval(start=midnight(first, zone), end=midnight(last, zone))
    assert as_asked_for(many, zone) == f"since {first} until {last}"


def test_a_night_without_midnight_hides_no_day() -> None:
    night = date(2019, 3, 22)  # in Tehran the clocks went from 0:00 to 1:00
    days_there = Interval(start=midnight(night, TEHRAN), end=midnight(night + timedelta(days=1), TEHRAN))
    assert as_asked_for(days_there, TEHRAN) == "of 2019-03-22"


def test_a_window_of_hours_is_shown_with_its_zone() -> None:
    hours = Interval(start=datetime(2026, 11, 20, 4, tzinfo=UTC), end=datetime(2026, 11, 20, 8, 30, tzinfo=UTC))
    assert as_asked_for(hours, TEHRAN) == "since 2026-11-20 07:30 until 2026-11-20 12:00 (Asia/Tehran)"
