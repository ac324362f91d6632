"""Windows of time as people and schedulers write them. A date means 00:00 in the source's zone; ends are not in."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Interval

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


def instant(text: str, zone: ZoneInfo, label: str = "time") -> datetime:
    """Return the instant that a date or an ISO 8601 time means in a zone; raises `WrongUse` naming `label`."""
    try:
        if len(text) <= 10:
            moment = midnight(date.fromisoformat(text), zone)
        else:
            stated = datetime.fromisoformat(text)
            moment = (stated if stated.tzinfo else stated.replace(tzinfo=zone)).astimezone(UTC)
    except ValueError:
        raise WrongUse(f"{label} {text!r} is neither a date (2026-11-20) nor an ISO 8601 time") from None
    except OverflowError:
        moment = LATEST
    if not EARLIEST <= moment < LATEST:
        raise WrongUse(f"{label} {text!r} lies outside {EARLIEST:%Y} to {LATEST:%Y}")
    return moment


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return a day's first instant in a zone, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def window(since: str | None, until: str | None, zone: ZoneInfo) -> Interval | None:
    """Return what `since` and `until` enclose, `None` when neither is given; raises `WrongUse` when it is empty."""
    if since is None and until is None:
        return None
    interval = Interval(
        start=instant(since, zone, "since") if since else EARLIEST,
        end=instant(until, zone, "until") if until else LATEST,
    )
    if interval.start >= interval.end:
        raise WrongUse(f"the window is empty: until {until!r} is not after since {since!r}")
    return interval


def past_window(
    since: str | None, until: str | None, zone: ZoneInfo, now: datetime, *, began: date | None = None
) -> Interval | None:
    """Return the window of something to fetch: like `window`, but refusing days that have not begun.

    `began` is the publisher's first day: a window before it is refused too.
    """
    interval = window(since, until, zone)
    if interval:
        refuse_before(interval, began, zone)
    tomorrow = midnight(now.astimezone(zone).date() + timedelta(days=1), zone)
    if interval and interval.start >= tomorrow:
        raise WrongUse(f"since {since!r} lies in the future")
    if interval and until and interval.end > tomorrow:
        raise WrongUse(
            f"until {until!r} lies in the future; the last day that can be asked for ends {tomorrow:%Y-%m-%d %H:%M}Z"
        )
    return interval


def refuse_before(interval: Interval, began: date | None, zone: ZoneInfo) -> None:
    """Raise `WrongUse` for a window that ends before the publisher began."""
    if began is not None and interval.end <= midnight(began, zone):
        last = first_and_last_day(interval, zone)[1]
        raise WrongUse(f"the window ends on {last}, and the publisher began on {began} (since in its source file)")


def calendar_window(interval: Interval, zone: ZoneInfo) -> Interval:
    """Return the window that a data interval means for a source.

    An interval from midnight UTC to midnight UTC is how a daily schedule writes calendar days, so it means those days
    in the source's zone: `--from-date 2026-11-10` is the 10th as its readers lived it. Any other interval is literal.
    """
    start, end = interval.start.astimezone(UTC), interval.end.astimezone(UTC)
    if start.time() == end.time() == time():
        return Interval(start=midnight(start.date(), zone), end=midnight(end.date(), zone))
    return Interval(start=start, end=end)


def first_and_last_day(interval: Interval, zone: ZoneInfo) -> tuple[date, date]:
    """Return the first and the last calendar day of a zone that a window touches."""
    return interval.start.astimezone(zone).date(), (interval.end - timedelta(microseconds=1)).astimezone(zone).date()


def as_asked_for(interval: Interval, zone: ZoneInfo) -> str:
    """Return a window in words, by the days of a zone: `of 2026-11-10`, or `since 2026-11-10 until 2026-11-12`.

    As in what people type, `until` is not in it. One that is not of whole days has its times, and the zone.
    """
    start, end = interval.start.astimezone(zone), interval.end.astimezone(zone)
    if midnight(start.date(), zone) != interval.start or midnight(end.date(), zone) != interval.end:
        return f"since {start:%Y-%m-%d %H:%M} until {end:%Y-%m-%d %H:%M} ({zone})"
    if (end.date() - start.date()).days == 1:
        return f"of {start.date()}"
    return f"since {start.date()} until {end.date()}"


def days(interval: Interval, zone: ZoneInfo) -> list[date]:
    """Return the calendar days of a zone that a window touches, in order."""
    return days_between(*first_and_last_day(interval, zone))


def days_between(first: date, last: date) -> list[date]:
    """Return the days from one to another, both in it."""
    return [first + timedelta(days=n) for n in range((last - first).days + 1)]
