"""One document from whichever of a source's hosts really serves it: a page, or a seed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import NamedTuple, Protocol, cast

from etl.errors import FetchFailed
from etl.fetch.client import PAGE_CAPS, SEED_CAPS, Caps, Client, retry_after_s
from etl.fetch.guard import check_url
from etl.fetch.robots import Robots
from etl.records import Attempt, Exchange, Host, Outcome, Source, Verdict, VerdictKind
from etl.urls import article_key, on_host

Wait = Callable[[Host], None]
"""Blocks until the host may be asked again."""

_SECOND_BEST: tuple[VerdictKind, ...] = ("suspect", "index", "thin", "broken")
"""What counts, in this order, when no host serves the article; the others never do."""


class Verify(Protocol):
    """Tells what a page is."""

    def __call__(self, body: bytes, *, url: str, content_type: str | None, source: Source | None) -> Verdict: ...


class Answer(NamedTuple):
    """What came of asking one host: no exchange where none answered, a verdict on pages with status 200."""

    attempt: Attempt
    exchange: Exchange | None = None
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The answers of every host asked, in order, and the index of the one that counts, if any does."""

    answers: tuple[Answer, ...]
    chosen: int | None = None

    @property
    def answer(self) -> Answer | None:
        """The answer that counts."""
        return None if self.chosen is None else self.answers[self.chosen]

    @property
    def gone(self) -> bool:
        """Whether every host said that the document is gone (404 or 410)."""
        return bool(self.answers) and all(answer.attempt.outcome == "gone" for answer in self.answers)

    @property
    def retry_after_s(self) -> float | None:
        """The shortest time, in seconds, that a host asked to be left alone for, `None` if none did."""
        asked = [retry_after_s(answer.exchange) for answer in self.answers if answer.exchange is not None]
        return min((seconds for seconds in asked if seconds is not None), default=None)


def fetch_page(
    link_url: str,
    source: Source,
    *,
    client: Client,
    robots: Robots,
    order: Sequence[Host],
    wait: Wait,
    verify: Verify,
) -> Fetched:
    """Ask the hosts in order until one serves the article of this URL.

    If none does, the best page that may still be worth reading is chosen (see `_SECOND_BEST`). Hosts of role
    archive are not asked. Failures are answers too; only a bug raises.
    """
    asking = _Asking(source=source, client=client, robots=robots, wait=wait, caps=PAGE_CAPS)
    answers: list[Answer] = []
    for answer in asking.answers(link_url, order):
        answers.append(_judged(answer, link_url, source, verify))
        verdict = answers[-1].verdict
        if verdict is not None and verdict.kind == "article" and answers[-1].attempt.outcome == "ok":
            return Fetched(answers=tuple(answers), chosen=len(answers) - 1)
    kinds = [answer.verdict.kind if answer.verdict else None for answer in answers]
    best = next((kinds.index(kind) for kind in _SECOND_BEST if kind in kinds), None)
    return Fetched(answers=tuple(answers), chosen=best)


def fetch_seed(
    path: str,
    source: Source,
    *,
    is_it: Callable[[Exchange], str | None],
    client: Client,
    robots: Robots,
    order: Sequence[Host],
    wait: Wait,
    conditional: Mapping[str, Mapping[str, str]] | None = None,
) -> Fetched:
    """Ask the hosts in order until one serves a document at this path, or URL, that `is_it` accepts.

    `is_it` returns `None`, or what the document was instead. `conditional` holds, by host URL, the headers
    (`If-None-Match`, …) that validate what is stored from that host; its 304 is then chosen, `not_modified`.
    """
    asking = _Asking(source=source, client=client, robots=robots, wait=wait, caps=SEED_CAPS)
    answers: list[Answer] = []
    for answer in asking.answers(path, order, conditional):
        answers.append(_accepted(answer, is_it))
        if answers[-1].attempt.outcome in ("ok", "not_modified"):
            return Fetched(answers=tuple(answers), chosen=len(answers) - 1)
    return Fetched(answers=tuple(answers))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asking:
    """How hosts are asked for one document."""

    source: Source
    client: Client
    robots: Robots
    wait: Wait
    caps: Caps

    def answers(
        self, url: str, order: Sequence[Host], conditional: Mapping[str, Mapping[str, str]] | None = None
    ) -> Iterator[Answer]:
        """Ask one host after the other, for as long as the caller goes on."""
        served: set[str] = set()
        for host in order:
            target = on_host(url, host)
            if host.role == "archive" or target in served:  # asked already, where another host redirects to it
                continue
            answer = self._answer(host, target, (conditional or {}).get(host.url, {}))
            if answer.exchange is not None:
                served.add(answer.exchange.url)
            yield answer

    def _answer(self, host: Host, url: str, headers: Mapping[str, str]) -> Answer:
        attempt = Attempt(host=host.url, url=url, started_at=datetime.now(UTC), elapsed_s=0.0, outcome="ok")
        began = time.monotonic()
        ruling = self.robots.check(url, self.source, wait=lambda: self.wait(host))
        if not ruling.allowed:
            elapsed_s = time.monotonic() - began
            return Answer(replace(attempt, elapsed_s=elapsed_s, outcome=ruling.outcome, detail=ruling.reason))
        self.wait(host)
        attempt, began = replace(attempt, started_at=datetime.now(UTC)), time.monotonic()
        try:
            exchange = self.client.get(
                url, self.source, headers=headers, caps=self.caps, on_redirect=self._before_redirect
            )
        except FetchFailed as error:
            detail = error.reason if error.url == url else f"{error.url}: {error.reason}"
            elapsed_s, outcome = time.monotonic() - began, cast(Outcome, error.kind)
            return Answer(replace(attempt, elapsed_s=elapsed_s, outcome=outcome, detail=detail))
        outcome, said = _status_outcome(exchange, conditional=bool(headers))
        attempt = replace(
            attempt,
            elapsed_s=exchange.elapsed_s,
            outcome=outcome,
            status=exchange.status,
            body_bytes=len(exchange.body),
            detail=said if exchange.host == host.url else "; ".join(filter(None, (f"served by {exchange.host}", said))),
        )
        return Answer(attempt, exchange)

    def _before_redirect(self, target: str) -> None:
        host = check_url(target, self.source)
        ruling = self.robots.check(target, self.source, wait=lambda: self.wait(host))
        if not ruling.allowed:
            raise FetchFailed(target, ruling.outcome, ruling.reason or "refused")
        self.wait(host)


def _status_outcome(exchange: Exchange, *, conditional: bool) -> tuple[Outcome, str | None]:
    if exchange.status == 200:
        return "ok", None
    if exchange.status == 304 and conditional:
        return "not_modified", None
    if exchange.status in (404, 410):
        return "gone", None
    pause = retry_after_s(exchange)
    said = f"{exchange.status} {exchange.reason}".strip()
    return "http_error", said if pause is None else f"{said}, retry after {pause:g} s"


def _judged(answer: Answer, link_url: str, source: Source, verify: Verify) -> Answer:
    exchange = answer.exchange
    if exchange is None or exchange.status != 200:
        return answer
    landed = article_key(exchange.url, source)
    if landed is not None and landed != article_key(link_url, source):
        return _ended(answer, "not_it", f"redirected to another article, {exchange.url}")
    content_type = exchange.header("Content-Type")
    verdict = verify(exchange.body, url=exchange.url, content_type=content_type, source=source)
    answer = answer._replace(verdict=verdict)
    return answer if verdict.is_article else _ended(answer, "not_it", verdict.kind)


def _accepted(answer: Answer, is_it: Callable[[Exchange], str | None]) -> Answer:
    if answer.exchange is None or answer.attempt.outcome != "ok":
        return answer
    wrong = is_it(answer.exchange)
    return answer if wrong is None else _ended(answer, "not_it", wrong)


def _ended(answer: Answer, outcome: Outcome, detail: str) -> Answer:
    said = f"{answer.attempt.detail}; {detail}" if answer.attempt.detail else detail
    return answer._replace(attempt=replace(answer.attempt, outcome=outcome, detail=said))
