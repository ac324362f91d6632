"""In which order a source's hosts are asked: by role, those left out that their breakers shut."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from mirrorwire.core.exchange import Breaker
from mirrorwire.core.records import Host

_RANK = {"primary": 0, "mirror": 1, "archive": 2}


def order(hosts: Iterable[Host], breakers: Mapping[str, Breaker]) -> list[Host]:
    """Return the hosts to ask: primaries, mirrors, archives, each in the source's order; `breakers` by host URL."""
    usable = (host for host in hosts if not (host.url in breakers and breakers[host.url].shut))
    return sorted(usable, key=lambda host: _RANK[host.role])


def shut(hosts: Iterable[Host], breakers: Mapping[str, Breaker]) -> dict[str, float]:
    """Return, by URL, for how many seconds yet hosts are left out that may serve pages some time.

    Those that a person ruled down are none of them.
    """
    known = ((host, breakers.get(host.url)) for host in hosts if host.role != "archive")
    left_out = ((host, breaker) for host, breaker in known if breaker and breaker.shut and breaker.ruling is None)
    return {host.url: breaker.probe_in_s for host, breaker in left_out}
