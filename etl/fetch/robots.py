"""robots.txt by RFC 9309, for the host that serves it: the rules, and a cache that gets them."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast
from urllib.parse import urlsplit

from protego import Protego

from etl.errors import FetchFailed
from etl.fetch.client import Client
from etl.records import Outcome, Source

MAX_PARSED_BYTES = 500 * 1024
MAX_AGE_S = 24 * 3600.0
FAILURE_AGE_S = 60.0
"""How long a failed robots.txt keeps its host shut before it is asked for again."""
MAX_DELAY_S = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Whether a URL may be asked for; if not, the outcome that its attempt has, and why."""

    allowed: bool
    outcome: Outcome = "ok"
    reason: str | None = None


def robots_allow(text: str, url: str, agent: str) -> bool:
    """Whether this robots.txt lets the agent (a product token, such as `Mirrorwire`) ask for the URL."""
    return bool(Protego.parse(text).can_fetch(url, agent))


def robots_delay_s(text: str, agent: str) -> float | None:
    """The Crawl-delay for the agent in seconds, at most `MAX_DELAY_S`, `None` if none is stated."""
    return _delay_s(Protego.parse(text), agent)


def robots_text(body: bytes) -> str:
    """The first 500 KiB of a robots.txt, by whole lines; RFC 9309 asks for at least as much to be parsed."""
    if len(body) > MAX_PARSED_BYTES:
        body = body[:MAX_PARSED_BYTES].rpartition(b"\n")[0]
    return body.decode("utf-8-sig", "replace")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    until: float
    rules: Protego | None = None
    refusal: Ruling | None = None


class Robots:
    """What each origin's robots.txt says, kept for at most a day in this process; threads may share it.

    4xx allows everything; 5xx and no answer refuse the host (RFC 9309, 2.3.1).
    """

    def __init__(self, client: Client, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._clock = clock
        match = re.match(r"[A-Za-z_-]+", client.user_agent)
        self.agent = match.group() if match else "*"
        self._known: dict[str, _Known] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def check(self, url: str, source: Source, *, wait: Callable[[], None] | None = None) -> Ruling:
        """Return whether the URL may be asked for. `wait` is called before robots.txt itself has to be."""
        origin = _origin(url)
        with self._guard:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            known = self._known.get(origin)
            if known is None or known.until <= self._clock():
                if wait is not None:
                    wait()
                known = self._known[origin] = self._fetched(origin, source)
        if known.refusal is not None:
            return known.refusal
        if known.rules is None or known.rules.can_fetch(url, self.agent):
            return Ruling(allowed=True)
        return Ruling(allowed=False, outcome="disallowed", reason=f"robots.txt of {origin} disallows it")

    def crawl_delay_s(self, url: str) -> float | None:
        """The Crawl-delay of the URL's origin in seconds, as far as its robots.txt is known; asks nobody."""
        known = self._known.get(_origin(url))
        return _delay_s(known.rules, self.agent) if known and known.rules else None

    def _fetched(self, origin: str, source: Source) -> _Known:
        try:
            exchange = self._client.get(f"{origin}/robots.txt", source)
        except FetchFailed as error:
            return self._shut(cast(Outcome, error.kind), f"robots.txt: {error.reason}")
        if exchange.status >= 500:
            return self._shut("http_error", f"robots.txt: {exchange.status} {exchange.reason}")
        until = self._clock() + MAX_AGE_S
        if exchange.status != 200:
            return _Known(until=until)
        return _Known(until=until, rules=Protego.parse(robots_text(exchange.body)))

    def _shut(self, outcome: Outcome, reason: str) -> _Known:
        refusal = Ruling(allowed=False, outcome=outcome, reason=reason)
        return _Known(until=self._clock() + FAILURE_AGE_S, refusal=refusal)


def _delay_s(rules: Protego, agent: str) -> float | None:
    delay = rules.crawl_delay(agent)
    return None if delay is None else min(float(delay), MAX_DELAY_S)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
