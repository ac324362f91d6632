"""One host asked for one document: by its robots.txt, in its turn, every redirect looked at before it is followed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import cast

from mirrorwire.core import bugs
from mirrorwire.core.errors import FetchFailed
from mirrorwire.core.exchange import Attempt, Exchange, Outcome
from mirrorwire.core.records import Host, Source
from mirrorwire.core.urls import page_on
from mirrorwire.fetch.answers import Answer
from mirrorwire.fetch.robots import Robots, Ruling
from mirrorwire.http.client import CONDITIONAL, Client, retry_after_s
from mirrorwire.http.guard import MovedAway, check_url
from mirrorwire.http.limits import Caps
from mirrorwire.store.politeness import HostResting

Wait = Callable[[Host], None]
"""Blocks until the host may be asked again; raises `HostResting` where that is not soon."""
NoteResponse = Callable[[Exchange], float | None]
"""Hears of every answer; returns for how many seconds its host is to be left alone, `None` if it is not."""
Conditional = Mapping[str, Mapping[str, str]]
"""By host URL, the headers (`If-None-Match`, …) that validate what is stored from that host."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostRequest:
    """How hosts are asked for one document, and which of them turn out to rest."""

    source: Source
    client: Client
    robots: Robots
    wait: Wait
    caps: Caps
    note_response: NoteResponse | None = None
    rests: dict[str, float] = field(default_factory=dict)

    def answers(self, url: str, order: Sequence[Host], conditional: Conditional | None = None) -> Iterator[Answer]:
        """Ask one host after the other, for as long as the caller goes on; those that rest are passed over."""
        served: set[str] = set()
        for host in order:
            target = page_on(url, host, self.source)
            # Asked already, where another host redirects to it; or of no known URL there.
            if host.role == "archive" or target is None or target in served:
                continue
            answer = self._answer_or_rest(host, target, (conditional or {}).get(host.url, {}))
            if answer is None:
                continue
            if answer.exchange is not None:
                served.add(answer.exchange.url)
            yield answer

    def archive(self, host: Host, url: str) -> Answer | None:
        """Ask an archive for a URL of its own; `None` where it rests."""
        return self._answer_or_rest(host, url, {})

    def _answer_or_rest(self, host: Host, url: str, headers: Mapping[str, str]) -> Answer | None:
        """Return one host's answer, `None` where it rests. A wall: a bug that its response meets is its own."""
        started_at, began = datetime.now(UTC), time.monotonic()
        try:
            return self._answer(host, url, headers)
        except HostResting as rest:
            self.rests[rest.host] = rest.rest_s
            return None
        except Exception as error:
            bug = bugs.taken(error, url)
        attempt = Attempt(
            host=host.url,
            url=url,
            started_at=started_at,
            elapsed_s=time.monotonic() - began,
            outcome="http_error",
            detail=str(bug),
        )
        return Answer(attempt, bug=bug)

    def _answer(self, host: Host, url: str, headers: Mapping[str, str]) -> Answer:
        attempt = Attempt(host=host.url, url=url, started_at=datetime.now(UTC), elapsed_s=0.0, outcome="ok")
        began = time.monotonic()
        ruling = self._ruling(url, host)
        if not ruling.allowed:
            elapsed_s = time.monotonic() - began
            return Answer(replace(attempt, elapsed_s=elapsed_s, outcome=ruling.outcome, detail=ruling.reason))
        self.wait(host)
        attempt, began = replace(attempt, started_at=datetime.now(UTC)), time.monotonic()
        try:
            exchange = self.client.get(
                url, self.source, headers=headers, caps=self.caps, on_redirect=partial(self._before_redirect, host)
            )
        except FetchFailed as error:
            reason = error.reason if error.url == url else f"{error.url}: {error.reason}"
            elapsed_s, outcome = time.monotonic() - began, cast(Outcome, error.kind)
            moved_to = error.origin if isinstance(error, MovedAway) else None
            attempt = replace(attempt, elapsed_s=elapsed_s, outcome=outcome, detail=reason)
            return Answer(attempt, moved_to=moved_to, others=error.exchanges)
        except HostResting as rest:  # the host did its part, the one that it redirects to is left alone
            self.rests[rest.host] = rest.rest_s
            elapsed_s = time.monotonic() - began
            return Answer(replace(attempt, elapsed_s=elapsed_s, outcome="not_it", detail=f"redirects to {rest}"))
        outcome, detail = _status_outcome(exchange)
        rest_s = self.note_response(exchange) if self.note_response else None
        if rest_s:
            self.rests[exchange.host] = rest_s
            detail = "; ".join(filter(None, (detail, f"it is left alone for {rest_s:.0f} s")))
        if exchange.host != host.url:
            detail = "; ".join(filter(None, (f"served by {exchange.host}", detail)))
        attempt = replace(
            attempt,
            elapsed_s=exchange.elapsed_s,
            outcome=outcome,
            status=exchange.status,
            body_bytes=len(exchange.body),
            detail=detail,
        )
        return Answer(attempt, exchange)

    def _ruling(self, url: str, host: Host) -> Ruling:
        if host.role == "archive":  # its index and its copies are there to be asked for, once a source file names it
            return Ruling(allowed=True)
        return self.robots.check(url, self.source, wait=lambda: self.wait(host), on_redirect=self._before_robots)

    def _before_redirect(self, origin_host: Host, target: str) -> None:
        host = check_url(target, self.source)
        if host != origin_host and "archive" in (host.role, origin_host.role):
            raise FetchFailed(
                target, "refused", f"redirected from {origin_host.url}: an archive answers for itself alone"
            )
        ruling = self._ruling(target, host)
        if not ruling.allowed:
            raise FetchFailed(target, ruling.outcome, ruling.reason or "refused")
        self.wait(host)

    def _before_robots(self, target: str) -> None:
        self.wait(check_url(target, self.source))


def _status_outcome(exchange: Exchange) -> tuple[Outcome, str | None]:
    if exchange.status == 200:
        return "ok", None
    # The headers that this very host was sent: a redirect to another one goes without them.
    if exchange.status == 304 and any(name.lower() in CONDITIONAL for name, _ in exchange.request_headers):
        return "not_modified", None
    if exchange.status in (404, 410):
        return "gone", None
    if exchange.status == 304:
        return "http_error", "304 Not Modified, though nothing was asked by that it could be the same as"
    pause = retry_after_s(exchange)
    status = f"{exchange.status} {exchange.reason}".strip()
    return "http_error", status if pause is None else f"{status}, retry after {pause:g} s"
