"""In which order a source's hosts are asked: by role and recent health."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from etl.records import Host, HostHealth

MAX_FAILURES = 3
REST = timedelta(minutes=5)
"""How long after its last failure a failing host stays behind the others."""

_RANK = {"primary": 0, "mirror": 1, "archive": 2}


def order(hosts: Iterable[Host], health: Mapping[str, HostHealth], *, now: datetime | None = None) -> list[Host]:
    """Return every host: primaries, mirrors, archives, each in the source's order; `health` is by host URL.

    A host with `MAX_FAILURES` in a row goes behind the others, but before archives. At `now`, one whose last
    failure is `REST` ago has its place back, so that one that recovers is used again; without `now`, failures
    do not age.
    """

    def rank(host: Host) -> tuple[bool, bool, int]:
        return host.role == "archive", _is_failing(health.get(host.url), now), _RANK[host.role]

    return sorted(hosts, key=rank)


def _is_failing(health: HostHealth | None, now: datetime | None) -> bool:
    if health is None or health.failures < MAX_FAILURES:
        return False
    return now is None or health.last_failed_at is None or now - health.last_failed_at < REST
