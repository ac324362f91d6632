"""How long publishers ask those who poll to wait."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mirrorwire.seed_formats.poll_wish import cached_for, stated_wait

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("body", "minutes"),
    [
        (b"<rss><channel><ttl>60</ttl><item/></channel></rss>", 60),
        (b"<rss><channel><TTL> 5 </TTL></channel></rss>", 5),
        (b"<rdf:RDF><sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 30),
        (b"<sy:updatePeriod>\n\tdaily\t</sy:updatePeriod>", 1440),
        (b"<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>0</sy:updateFrequency>", 60),
        (b"<ttl>10</ttl><sy:updatePeriod>hourly</sy:updatePeriod>", 60),
        (b"<ttl>999999</ttl>", 366 * 1440),
        (b"<ttl>soon</ttl><sy:updatePeriod>often</sy:updatePeriod>", None),
        (b"<ttl>" + b"9" * 100_000, None),
        (b"", None),
    ],
)
def test_a_feed_says_how_long_it_is_good_for(body: bytes, minutes: int | None) -> None:
    assert stated_wait(body) == (None if minutes is None else timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("cache_control", "expires", "seconds"),
    [
        ("public, max-age=300", None, 300),
        ("max-age=300, s-maxage=60", None, 300),
        ("no-cache", "Mon, 30 Nov 2026 12:10:00 GMT", 600),
        (None, "Mon, 30 Nov 2026 11:00:00 GMT", 0),
        (None, "0", None),
        (None, "Mon, 30 Nov 99999 12:10:00 GMT", None),
        ("max-age=9999999999999", None, 366 * 86400),
        ("max-age=soon", None, None),
        (None, None, None),
    ],
)
def test_a_response_says_how_long_it_is_fresh(
    cache_control: str | None, expires: str | None, seconds: int | None
) -> None:
    expected = None if seconds is None else timedelta(seconds=seconds)
    assert cached_for(cache_control, expires, NOW) == expected
