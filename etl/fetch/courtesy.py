"""How hosts are spared by all workers together: the delay between requests, refusals, and robots.txt, in Postgres."""

from __future__ import annotations

from contextlib import AbstractContextManager

from etl.fetch.client import retry_after_s
from etl.fetch.guard import check_url
from etl.load import politeness
from etl.load.db import Connection
from etl.load.politeness import RobotsFile
from etl.records import Exchange, Host, Source


class Courtesy:
    """Waits for a host's turn, and heeds what it answers. `patience_s`: how long the queue for a host may be."""

    def __init__(self, conn: Connection, source: Source, ids: dict[str, int], patience_s: float) -> None:
        self.patience_s = patience_s
        self._conn, self._source, self._ids = conn, source, ids
        self._refused: set[int] = set()  # hosts whose last answer was a refusal, as far as we know

    def wait(self, host: Host) -> None:
        """Block until a host may be asked again; raises `HostResting` where that is not soon."""
        host_id = self._ids[host.url]
        refusals = politeness.wait_for_host(
            self._conn, host_id, host.url, self._source.delay_s, patience_s=self.patience_s
        )
        if refusals:
            self._refused.add(host_id)

    def heed(self, exchange: Exchange) -> float | None:
        """Return for how many seconds a host that answered so is to be left alone, `None` if it is not."""
        host_id = self._ids[exchange.host]
        if exchange.status in (429, 503):
            self._refused.add(host_id)
            return politeness.note_refusal(self._conn, host_id, exchange.status, retry_after_s(exchange))
        if host_id in self._refused:
            self._refused.discard(host_id)
            politeness.forget_refusals(self._conn, host_id)
        return None


class RobotsShelf:
    """What workers tell each other of robots.txt files, through Postgres."""

    def __init__(self, conn: Connection, source: Source, ids: dict[str, int]) -> None:
        self._conn, self._source, self._ids = conn, source, ids

    def known(self, origin: str) -> RobotsFile | None:
        return politeness.known_robots(self._conn, self._host_id(origin), origin)

    def alone(self, origin: str) -> AbstractContextManager[None]:
        return politeness.asking_for_robots(self._conn, self._host_id(origin), origin)

    def keep(self, origin: str, found: RobotsFile) -> None:
        politeness.keep_robots(self._conn, self._host_id(origin), origin, found)

    def forget_failure(self, origin: str) -> None:
        politeness.forget_failed_robots(self._conn, self._host_id(origin), origin)

    def _host_id(self, origin: str) -> int:
        return self._ids[check_url(f"{origin}/", self._source).url]
