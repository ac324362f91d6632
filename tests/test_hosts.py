"""In which order hosts are asked."""

from __future__ import annotations

from datetime import UTC, datetime

from etl.fetch.hosts import REST, order
from etl.records import Host, HostHealth


def test_order_is_by_role_then_health_and_archives_stay_last() -> None:
    now = datetime(2024, 3, 1, tzinfo=UTC)
    archive, second, first, other = (
        Host(url="https://archive.example", role="archive"),
        Host(url="https://b.example", role="mirror"),
        Host(url="https://a.example"),
        Host(url="https://c.example", role="mirror"),
    )
    hosts = (archive, second, first, other)
    assert order(hosts, {}) == [first, second, other, archive]
    failing = {first.url: HostHealth(failures=3, last_failed_at=now)}
    assert order(hosts, failing, now=now) == [second, other, first, archive]
    assert order(hosts, failing) == [second, other, first, archive]
    assert order(hosts, failing, now=now + REST) == [first, second, other, archive]
    assert order(hosts, {first.url: HostHealth(failures=2)}) == [first, second, other, archive]
    assert order(hosts, {host.url: HostHealth(failures=9) for host in hosts}) == [
        first,
        second,
        other,
        archive,
    ]
