"""Of several statements of one time the sharpest: with the zone or the time of day that the first lacks."""

from __future__ import annotations

from datetime import datetime, timedelta

from mirrorwire.extract.dates import Moment
from mirrorwire.extract.local_day import LARGEST_OFFSET
from mirrorwire.extract.stated import StatedTime


def sharpest(stated: list[StatedTime]) -> StatedTime | None:
    """Return the first statement, or a later one that says the same more exactly: the zone or the time that it lacks.

    `None` where there is none.
    """
    if not stated:
        return None
    first = stated[0]
    for later in stated[1:]:
        same_day = abs(later.moment.day - first.moment.day) <= timedelta(days=1)
        if (
            _utc_by_name_only(first, later)
            or (
                first.moment.precision == "day"
                and later.moment.precision != "day"
                and later.moment.day == first.moment.day
            )
            or (same_day and later.moment.zoned and not first.moment.zoned and _same_clock(first.moment, later))
        ):
            first = later
    return first


def _utc_by_name_only(first: StatedTime, other: StatedTime) -> bool:
    """Whether a time called UTC is a local one: the page states the same clock with an offset, down to the minute."""
    stated, local = first.moment.value, other.moment.value
    if not (isinstance(stated, datetime) and isinstance(local, datetime) and stated.tzinfo and local.tzinfo):
        return False
    apart = abs(stated.replace(tzinfo=None) - local.replace(tzinfo=None))
    return not stated.utcoffset() and bool(local.utcoffset()) and apart < timedelta(minutes=1)


def _same_clock(naive: Moment, other: StatedTime) -> bool:
    """Whether both may be one instant: the same clock, or clocks apart by the offset of a zone (quarter hours), which
    is not believed of what the page shows: that may be another article's."""
    zoned = other.moment
    if not isinstance(naive.value, datetime) or not isinstance(zoned.value, datetime):
        return False
    apart = abs(zoned.value.replace(tzinfo=None) - naive.value)
    if other.origin == "page":
        return apart < timedelta(minutes=1)
    minute, beside = timedelta(minutes=1), apart % timedelta(minutes=15)
    return apart <= LARGEST_OFFSET and (beside < minute or beside > timedelta(minutes=14))
