"""Which of a source's hosts a run asks, and what their answers make of them, in step with all other workers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from mirrorwire.core.records import Breaker, Host, Source
from mirrorwire.fetch import breaker, host_order
from mirrorwire.fetch.answers import Fetched
from mirrorwire.fetch.breaker import Sign
from mirrorwire.fetch.probe import Probe
from mirrorwire.store import breakers
from mirrorwire.store.db import Connection

HEALTH_AGE_S = 10.0
"""How old the shared state may be; this process's own failures count at once."""


class Health:
    """A source's hosts by their breakers; `probe` asks one whether it is alive."""

    def __init__(
        self, conn: Connection, run_id: int | None, source: Source, ids: dict[str, int], probe: Callable[[Host], Probe]
    ) -> None:
        self._conn, self._run_id, self._source, self._ids, self._probe = conn, run_id, source, ids, probe
        self._known: dict[str, Breaker] = {}
        self._until = 0.0
        self._looked_at: set[str] = set()

    def usable(self) -> list[Host]:
        """Return the hosts to ask, in order. Those whose probe is due are probed before."""
        if time.monotonic() >= self._until:
            self._known = self._read()
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
            if sign.reason is None and self._is_clean(sign.host):
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
        found = self._probe(host)
        self._change(host.url, lambda known: breaker.probed(known, found.problem))
        return found

    def _look_at(self, url: str) -> None:
        """A host that shows a notice for one page may show it for all: its front page tells at once."""
        self._looked_at.add(url)
        found = self._probe(next(host for host in self._source.hosts if host.url == url))
        if found.notice:
            self._change(url, lambda known: breaker.opened(known, str(found.problem)))

    def _tried(self, host: Host, *, urgent: bool) -> bool:
        if not self._claimed(host, urgent=urgent):
            return False
        self.probe(host)
        return True

    def _read(self) -> dict[str, Breaker]:
        return breakers.known_breakers(self._conn, self._source)

    def _is_clean(self, url: str) -> bool:
        return breakers.is_clean(self._conn, self._ids[url])

    def _claimed(self, host: Host, *, urgent: bool) -> bool:
        return breakers.claim_probe(self._conn, self._ids[host.url], urgent=urgent)

    def _shut(self) -> list[Host]:
        return [host for host in self._source.hosts if host.url in self.shut()]

    def _change(self, url: str, becomes: Callable[[Breaker], Breaker]) -> Breaker:
        found = breakers.change(self._conn, self._run_id, self._ids[url], url, becomes)
        self._known[url] = found
        return found
