"""How long a publisher asks those who poll a feed to wait: in the feed itself, and in the response's headers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from mirrorwire.seed_formats.document import HEAD_BYTES

LONGEST = timedelta(days=366)
_TTL = re.compile(rb"<ttl>\s*([0-9]{1,6})\s*</ttl>", re.I)
_PERIOD = re.compile(rb"<(?:[A-Za-z]{1,20}:)?updatePeriod>\s*(hourly|daily|weekly|monthly|yearly)\s*<", re.I)
_FREQUENCY = re.compile(rb"<(?:[A-Za-z]{1,20}:)?updateFrequency>\s*([0-9]{1,4})\s*<", re.I)
_MAX_AGE = re.compile(r"(?:^|[,\s])(?:s-maxage|max-age)\s*=\s*\"?([0-9]{1,9})", re.I)
_PERIODS = {
    b"hourly": timedelta(hours=1),
    b"daily": timedelta(days=1),
    b"weekly": timedelta(days=7),
    b"monthly": timedelta(days=30),
    b"yearly": timedelta(days=365),
}


def stated_wait(body: bytes) -> timedelta | None:
    """Return what a feed's head asks for: `ttl` in minutes (RSS 2.0), or `updatePeriod` by `updateFrequency` (RSS 1.0
    module Syndication); the longer where it states both, `None` where neither."""
    head = body[:HEAD_BYTES]
    waits: list[timedelta] = []
    if ttl := _TTL.search(head):
        waits.append(timedelta(minutes=int(ttl[1])))
    if period := _PERIOD.search(head):
        frequency = _FREQUENCY.search(head)
        waits.append(_PERIODS[period[1].lower()] / max(1, int(frequency[1]) if frequency else 1))
    return min(max(waits), LONGEST) if waits else None


def cached_for(cache_control: str | None, expires: str | None, fetched_at: datetime) -> timedelta | None:
    """Return for how long a response is fresh by its headers (RFC 9111, 4.2.1); `None` where they do not say."""
    if cache_control and (age := _MAX_AGE.search(cache_control)):
        return min(timedelta(seconds=int(age[1])), LONGEST)
    if not expires:
        return None
    try:
        until = parsedate_to_datetime(expires)
        return min(max(until - fetched_at, timedelta(0)), LONGEST)
    except (TypeError, ValueError, OverflowError):  # no date, or one without a zone
        return None
