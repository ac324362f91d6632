"""robots.txt by RFC 9309, for the host that serves it: the rules, and a cache that gets them once for all workers."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Protocol, cast
from urllib.parse import urlsplit

from protego import Protego

from mirrorwire.core.errors import FetchFailed
from mirrorwire.core.exchange import Exchange, Outcome
from mirrorwire.core.records import Source
from mirrorwire.http.client import REDIRECTS, Client
from mirrorwire.http.limits import SEED_CAPS
from mirrorwire.store.politeness import HostResting, RobotsFile

MAX_PARSED_BYTES = 500 * 1024
MAX_AGE_S = 24 * 3600.0
FAILURE_AGE_S = 60.0
"""How long a failed robots.txt keeps its host shut before it is asked for again."""
MAX_DELAY_S = 120.0

_AGENT_LINE = re.compile(r"\s*user[- ]?agent(?:\s*:|\s)\s*([^#\s][^#]*)", re.I)
_TOKEN = re.compile(r"\*(?=\s*$)|[A-Za-z_-]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """Whether a URL may be asked for; if not, the outcome that its attempt has, and why."""

    allowed: bool
    outcome: Outcome = "ok"
    reason: str | None = None


def robots_rules(text: str) -> Protego:
    """Return the rules of a robots.txt, its groups named by product tokens alone (RFC 9309, 2.2.1).

    `User-agent: Mirrorwire/1.0` and `mirrorwire*` mean every version of Mirrorwire; a list of names means each.
    """
    return Protego.parse("\n".join(_by_tokens(line) for line in text.splitlines()))


def robots_allow(text: str, url: str, agent: str) -> bool:
    """Whether this robots.txt lets the agent (a product token, such as `Mirrorwire`) ask for the URL."""
    return bool(robots_rules(text).can_fetch(url, agent))


def robots_delay_s(text: str, agent: str) -> float | None:
    """The Crawl-delay for the agent in seconds, at most `MAX_DELAY_S`, `None` if none is stated."""
    return _delay_s(robots_rules(text), agent)


def robots_text(body: bytes) -> str:
    """The first 500 KiB of a robots.txt, by whole lines; RFC 9309 asks for at least as much to be parsed."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        body = body[: 2 * MAX_PARSED_BYTES].decode("utf-16", "replace").encode()
    if len(body) > MAX_PARSED_BYTES:
        body = body[:MAX_PARSED_BYTES]
        body = body[: max(body.rfind(b"\n"), body.rfind(b"\r"), 0)]
    return body.decode("utf-8-sig", "replace").replace("\x00", "")


class RobotsCache(Protocol):
    """Where workers keep what an origin's robots.txt came to for each other."""

    def known(self, origin: str) -> RobotsFile | None:
        """What is kept, while it is good."""
        ...

    def alone(self, origin: str) -> AbstractContextManager[None]:
        """While it is held, no other worker asks the origin."""
        ...

    def keep(self, origin: str, file: RobotsFile) -> None:
        """Keep it for the others."""
        ...

    def forget_failure(self, origin: str) -> None:
        """Forget what is kept, if that is that nobody answered."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    until: float
    rules: Protego | None = None
    refusal: Ruling | None = None


class Robots:
    """What each origin's robots.txt says, kept for at most a day, here and in the `robots_cache`; threads may share it.

    4xx allows everything; 5xx and no answer refuse the host (RFC 9309, 2.3.1). One that lies behind redirects to
    nowhere, or to a host that is not the source's and is not asked, is unavailable, and allows everything too.
    `note_response` hears of the answers: it archives them, and returns for how many seconds the host asked to be left
    alone.
    """

    def __init__(
        self,
        client: Client,
        *,
        clock: Callable[[], float] = time.monotonic,
        robots_cache: RobotsCache | None = None,
        note_response: Callable[[Exchange], float | None] | None = None,
    ) -> None:
        self._client = client
        self._clock = clock
        self._robots_cache = robots_cache
        self._note_response = note_response
        match = re.match(r"[A-Za-z_-]+", client.user_agent)
        self.agent = match.group() if match else "*"
        self._known: dict[str, _Known] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()

    def check(
        self,
        url: str,
        source: Source,
        *,
        wait: Callable[[], None] | None = None,
        on_redirect: Callable[[str], None] | None = None,
    ) -> Ruling:
        """Return whether the URL may be asked for.

        `wait` is called before robots.txt itself has to be, `on_redirect` with each target that it redirects to; both
        may raise `HostResting`, as this does for a host that asks for a rest instead of answering.
        """
        origin = _origin(url)
        with self._guard:
            lock = self._locks.setdefault(origin, threading.Lock())
        with lock:
            known = self._known.get(origin)
            if known is None or known.until <= self._clock():
                robots = self._robots(origin, source, wait or (lambda: None), on_redirect)
                known = self._known[origin] = self._parsed(robots)
        if known.refusal is not None:
            return known.refusal
        if known.rules is None or known.rules.can_fetch(url, self.agent):
            return Ruling(allowed=True)
        return Ruling(allowed=False, outcome="disallowed", reason=f"robots.txt of {origin} disallows it")

    def forget_failure(self, url: str) -> None:
        """Forget that the URL's origin gave no robots.txt, if it did not: the next check asks again."""
        origin = _origin(url)
        known = self._known.get(origin)
        if known is None or known.refusal is not None:
            self._known.pop(origin, None)
            if self._robots_cache:
                self._robots_cache.forget_failure(origin)

    def crawl_delay_s(self, url: str) -> float | None:
        """The Crawl-delay of the URL's origin in seconds, as far as its robots.txt is known; asks nobody."""
        known = self._known.get(_origin(url))
        return _delay_s(known.rules, self.agent) if known and known.rules else None

    def _robots(
        self, origin: str, source: Source, wait: Callable[[], None], on_redirect: Callable[[str], None] | None
    ) -> RobotsFile:
        kept = self._robots_cache.known(origin) if self._robots_cache else None
        if kept is not None:
            return kept
        with self._robots_cache.alone(origin) if self._robots_cache else nullcontext():
            # Another worker may have asked meanwhile.
            kept = self._robots_cache.known(origin) if self._robots_cache else None
            if kept is not None:
                return kept
            wait()
            return self._asked(origin, source, on_redirect)

    def _asked(self, origin: str, source: Source, on_redirect: Callable[[str], None] | None) -> RobotsFile:
        rest_s = None
        try:
            exchange = self._client.get(f"{origin}/robots.txt", source, caps=SEED_CAPS, on_redirect=on_redirect)
        except FetchFailed as error:
            robots = self._failed(error)
        else:
            rest_s = self._note_response(exchange) if self._note_response else None
            robots = self._read(exchange, rest_s or 0.0)
        # A host that rests has not shown its robots.txt.
        if self._robots_cache and not (rest_s and robots.outcome):
            self._robots_cache.keep(origin, robots)
        if rest_s:
            raise HostResting(exchange.host, rest_s)
        return robots

    def _failed(self, error: FetchFailed) -> RobotsFile:
        """What a robots.txt comes to of which no whole response came."""
        last = error.exchanges[-1] if error.exchanges else None
        if last is not None and last.status in REDIRECTS and error.kind in ("refused", "http_error"):
            return RobotsFile(good_for_s=MAX_AGE_S)  # RFC 9309, 2.3.1.2: not reached, so unavailable
        ended = last is not None and last.status == 200 and last.truncated in (None, "length") and last.body
        if last is not None and ended and error.kind in ("http_error", "too_large"):
            return self._read(last, 0.0)  # not coded as it says, or larger than anybody reads
        return RobotsFile(good_for_s=FAILURE_AGE_S, outcome=error.kind, reason=f"robots.txt: {error.reason}")

    def _read(self, exchange: Exchange, rest_s: float) -> RobotsFile:
        if exchange.status >= 500:
            reason = f"robots.txt: {exchange.status} {exchange.reason}"
            return RobotsFile(good_for_s=FAILURE_AGE_S, outcome="http_error", reason=reason)
        if exchange.status == 429:  # a 4xx, but it will not stay one
            return RobotsFile(good_for_s=rest_s + FAILURE_AGE_S)
        if exchange.status != 200:
            return RobotsFile(good_for_s=MAX_AGE_S)
        rules = robots_text(exchange.body)
        return RobotsFile(good_for_s=MAX_AGE_S, rules=rules, crawl_delay_s=robots_delay_s(rules, self.agent))

    def _parsed(self, robots: RobotsFile) -> _Known:
        until = self._clock() + robots.good_for_s
        if robots.outcome is not None:
            refusal = Ruling(allowed=False, outcome=cast(Outcome, robots.outcome), reason=robots.reason)
            return _Known(until=until, refusal=refusal)
        return _Known(until=until, rules=robots_rules(robots.rules) if robots.rules is not None else None)


def _by_tokens(line: str) -> str:
    agents = _AGENT_LINE.match(line)
    tokens = [_TOKEN.match(name.strip()) for name in agents[1].split(",")] if agents else []
    return "\n".join(f"User-agent: {token[0]}" for token in tokens if token) or line


def _delay_s(rules: Protego, agent: str) -> float | None:
    delay = rules.crawl_delay(agent)
    return min(float(delay), MAX_DELAY_S) if delay is not None and delay >= 0 else None  # "nan" is a number to float()


def _origin(url: str) -> str:
    """Scheme, name and port in one spelling: a redirect may spell them in many, each a robots.txt of its own."""
    parts = urlsplit(url)
    name = (parts.hostname or "").rstrip(".")
    name = f"[{name}]" if ":" in name else name
    return f"{parts.scheme}://{name}" + (
        f":{parts.port}" if parts.port not in (None, _DEFAULT_PORTS.get(parts.scheme)) else ""
    )
