"""Which of a source's hosts a run asks, and what their answers make of them, in step with all other workers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Protocol

from mirrorwire.core.exchange import Breaker
from mirrorwire.core.records import Host, Source
from mirrorwire.fetch import breaker, host_order
from mirrorwire.fetch.answers import Fetched
from mirrorwire.fetch.breaker import Sign
from mirrorwire.fetch.probe import Probe
from mirrorwire.store import breakers
from mirrorwire.store.db import Connection

HEALTH_AGE_S = 10.0
"""How old the shared state may be; this process's own failures count at once."""


class Breakers(Protocol):
    """Where the breakers of a source's hosts are kept, by the hosts' URLs."""

    def known(self) -> dict[str, Breaker]:
        """Return all breakers as they are now."""
        ...

    def is_clean(self, url: str) -> bool:
        """Whether a success of this host changes nothing."""
        ...

    def claim_probe(self, url: str, *, urgent: bool) -> bool:
        """Take it on to probe a host, if nobody else has and, unless it is `urgent`, if that is due."""
        ...

    def change(self, url: str, becomes: Callable[[Breaker], Breaker]) -> Breaker:
        """Change a host's breaker; return what it is now."""
        ...


class SharedBreakers:
    """Breakers that all workers go by: in Postgres."""

    def __init__(self, conn: Connection, run_id: int | None, source: Source, ids: Mapping[str, int]) -> None:
        """`ids` are those of the source's hosts, by URL; `run_id` is the run that changes are noted for, if any."""
        self._conn, self._run_id, self._source, self._ids = conn, run_id, source, ids

    def known(self) -> dict[str, Breaker]:
        """Return all breakers as they are now."""
        return breakers.known_breakers(self._conn, self._source)

    def is_clean(self, url: str) -> bool:
        """Whether a success of this host changes nothing."""
        return breakers.is_clean(self._conn, self._ids[url])

    def claim_probe(self, url: str, *, urgent: bool) -> bool:
        """Take it on to probe a host, if no other worker has and, unless it is `urgent`, if that is due."""
        return breakers.claim_probe(self._conn, self._ids[url], urgent=urgent)

    def change(self, url: str, becomes: Callable[[Breaker], Breaker]) -> Breaker:
        """Change a host's breaker for all workers; return what it is now."""
        return breakers.change(self._conn, self._run_id, self._ids[url], url, becomes)


class Health:
    """A source's hosts by their breakers; `probe` asks one whether it is alive."""

    def __init__(self, source: Source, kept: Breakers, probe: Callable[[Host], Probe]) -> None:
        self._source, self._kept, self._probe = source, kept, probe
        self._known: dict[str, Breaker] = {}
        self._until = 0.0
        self._looked_at: set[str] = set()

    def usable(self) -> list[Host]:
        """Return the hosts to ask, in order. Those whose probe is due are probed before."""
        if time.monotonic() >= self._until:
            self._known = self._kept.known()
            tried = {host.url for host in self._shut() if self._tried(host, urgent=False)}
            if not any(host.role != "archive" for host in host_order.order(self._source.hosts, self._known)):
                for host in self._shut():
                    if host.url not in tried:
                        self._tried(host, urgent=True)
            self._until = time.monotonic() + HEALTH_AGE_S
        return host_order.order(self._source.hosts, self._known)

    def shut(self) -> dict[str, float]:
        """Return the hosts that are left out, by URL, and for how many seconds yet."""
        return host_order.shut(self._source.hosts, self._known)

    def note(self, fetched: Fetched) -> None:
        """Have the answers to one question count. Not within a transaction."""
        for sign in breaker.signs(fetched):
            if sign.reason is None and self._kept.is_clean(sign.host):
                continue
            if self._is_excused(sign):
                continue
            now = self._change(sign.host, lambda known, sign=sign: breaker.after(known, sign))  # type: ignore[misc]
            if sign.notice and not now.shut and sign.host not in self._looked_at:
                self._look_at(sign.host)

    def _is_excused(self, sign: Sign) -> bool:
        """Whether a host stays open although its pages failed in a row: they may be what is odd, not the host.

        So it is where no other host can be asked in its place, and its front page is served. A host that does not
        answer at all is not asked once more.
        """
        known = self._known.get(sign.host, Breaker())
        would_shut = known.state != "open" and breaker.after(known, sign).state == "open"
        if not would_shut or sign.url is None:
            return False
        usable = [host for host in host_order.order(self._source.hosts, self._known) if host.role != "archive"]
        if [host.url for host in usable] != [sign.host] or self._probe(usable[0]).problem is not None:
            return False
        self._change(sign.host, lambda known: replace(known, failures=0, stand_in=None, failed_url=None))
        return True

    def probe(self, host: Host) -> Probe:
        """Probe a host, whatever its breaker says, and have the answer count."""
        result = self._probe(host)
        self._change(host.url, lambda known: breaker.probed(known, result.problem))
        return result

    def _look_at(self, url: str) -> None:
        """A host that shows a notice for one page may show it for all: its front page tells at once."""
        self._looked_at.add(url)
        result = self._probe(next(host for host in self._source.hosts if host.url == url))
        if result.notice:
            self._change(url, lambda known: breaker.opened(known, str(result.problem)))

    def _tried(self, host: Host, *, urgent: bool) -> bool:
        if not self._kept.claim_probe(host.url, urgent=urgent):
            return False
        self.probe(host)
        return True

    def _shut(self) -> list[Host]:
        return [host for host in self._source.hosts if host.url in self.shut()]

    def _change(self, url: str, becomes: Callable[[Breaker], Breaker]) -> Breaker:
        changed = self._kept.change(url, becomes)
        self._known[url] = changed
        return changed
