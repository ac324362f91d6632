"""One document from whichever of a source's hosts really serves it: a page, or a seed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple, Protocol, cast

from etl.errors import FetchFailed
from etl.extract.likeness import strange
from etl.fetch.client import CONDITIONAL, PAGE_CAPS, SEED_CAPS, Caps, Client, retry_after_s
from etl.fetch.guard import MovedAway, check_url
from etl.fetch.robots import Robots, Ruling
from etl.load.politeness import HostResting
from etl.records import Attempt, Exchange, Host, Outcome, Source, Verdict, VerdictKind
from etl.urls import article_key, article_url, page_on

Wait = Callable[[Host], None]
"""Blocks until the host may be asked again; raises `HostResting` where that is not soon."""
Heed = Callable[[Exchange], float | None]
"""Hears of every answer; returns for how many seconds its host is to be left alone, `None` if it is not."""
Conditional = Mapping[str, Mapping[str, str]]
"""By host URL, the headers (`If-None-Match`, …) that validate what is stored from that host."""

_SECOND_BEST: tuple[VerdictKind, ...] = ("suspect", "index", "thin", "broken")
"""What counts, in this order, when no host serves the article; the others never do."""


class Verify(Protocol):
    """Tells what a page is."""

    def __call__(self, body: bytes, *, url: str, content_type: str | None, source: Source | None) -> Verdict: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """What a feed calls an article; `another` returns the key of another one that it lists under a page's title."""

    title: str
    another: Callable[[str], str | None]


class Instead(NamedTuple):
    """What a host served in place of a seed: in words, and judged where it is a page that stands in for others."""

    reason: str
    verdict: Verdict | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LedTo:
    """Another article than asked for, to which a host redirects: for good where every hop says so.

    `titles` are those that the page bears; empty where it is no article.
    """

    article_key: str
    url: str
    for_good: bool
    titles: tuple[str, ...]


class Answer(NamedTuple):
    """What came of asking one host: no exchange where none answered, a verdict on pages with status 200.

    `moved_to` is the origin that it redirects to for good, and that nobody follows: it is no host of the source.
    `redirects` are the responses that led to no exchange.
    `flaw` says what is wrong with a seed that is one: cut off, say, or without an item.
    """

    attempt: Attempt
    exchange: Exchange | None = None
    verdict: Verdict | None = None
    moved_to: str | None = None
    redirects: tuple[Exchange, ...] = ()
    flaw: str | None = None
    led_to: LedTo | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The answers of every host asked, in order, and the index of the one that counts, if any does.

    `second_best` is the one that counts if no other host will ever serve the page. `rests` are the hosts, by URL, that
    want to be left alone, asked or not, and for how many seconds yet; `shut` those that were not asked, since their
    breakers are open, and the seconds until they are probed. `spent` are archives that have no
    usable copy.
    """

    answers: tuple[Answer, ...]
    chosen: int | None = None
    second_best: int | None = None
    rests: Mapping[str, float] = field(default_factory=dict)
    shut: Mapping[str, float] = field(default_factory=dict)
    spent: frozenset[str] = frozenset()

    @property
    def answer(self) -> Answer | None:
        """The answer that counts."""
        return None if self.chosen is None else self.answers[self.chosen]

    @property
    def gone(self) -> bool:
        """Whether every host that is up said that the document is gone (404 or 410)."""
        said = [each.outcome for each, *_ in self.answers if each.host not in self.spent]
        return bool(said) and set(said) == {"gone"} and not self.rests

    @property
    def settled(self) -> Fetched:
        """The same, were the hosts that are shut never to come back."""
        chosen = self.second_best if self.chosen is None and not self.rests else self.chosen
        return replace(self, chosen=chosen, shut={})

    @property
    def problem(self) -> str:
        """What each host said or did, for people."""
        said = [f"{each.host}: {each.detail or each.outcome}" for each, *_ in self.answers]
        asked = {answer.attempt.host for answer in self.answers}
        said += [
            f"{host}: is left alone for {rest_s:.0f} s" for host, rest_s in self.rests.items() if host not in asked
        ]
        said += [f"{host}: is down, probed in {probe_s:.0f} s" for host, probe_s in self.shut.items()]
        return "; ".join(said) or "no host to ask"

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
    shut: Mapping[str, float] | None = None,
    heed: Heed | None = None,
    conditional: Conditional | None = None,
    listed: Listed | None = None,
) -> Fetched:
    """Ask the hosts in order until one serves the article of this URL, or says that it is as it was (304).

    A page that bears another title than it is `listed` under is taken only if no other host has a better one, and not
    at all if that is another article's title.
    If none does, the best page that may still be worth reading is chosen (see `_SECOND_BEST`), unless a host rests, or
    is `shut`, that may serve the article later. Archives are asked by `etl.fetch.replay` alone.
    Failures are answers too; only a bug raises.
    """
    asking = Asking(source=source, client=client, robots=robots, wait=wait, caps=PAGE_CAPS, heed=heed)
    answers: list[Answer] = []
    retitled: dict[int, Answer] = {}
    for answer in asking.answers(link_url, order, conditional):
        judged = _judged(answer, link_url, source, verify)
        if judged.led_to and judged.attempt.status == 304:  # by the validators of this article, not of that one
            again = asking.answers(link_url, [host for host in order if host.url == answer.attempt.host])
            judged = next((_judged(each, link_url, source, verify) for each in again), judged)
        verdict, outcome = judged.verdict, judged.attempt.outcome
        if listed and outcome == "ok" and verdict is not None and (title := _strange_title(verdict, listed)):
            retitled[len(answers)] = judged
            judged = _doubted(judged, title, listed)
        answers.append(judged)
        if judged.attempt.outcome == "not_modified" or (
            judged.attempt.outcome == "ok" and verdict is not None and verdict.kind == "article"
        ):
            answers = [*map(_outdone, answers[:-1]), judged]
            return Fetched(answers=tuple(answers), chosen=len(answers) - 1, rests=asking.rests)
    mine = [n for n in retitled if answers[n].verdict == retitled[n].verdict]
    kinds = [answer.verdict.kind if answer.verdict and n not in retitled else None for n, answer in enumerate(answers)]
    best = mine[0] if mine else next((kinds.index(kind) for kind in _SECOND_BEST if kind in kinds), None)
    for n in mine:
        answers[n] = retitled[n]  # it is the feed's title that is old
    later = bool(asking.rests or shut)
    return Fetched(
        answers=tuple(answers), chosen=None if later else best, second_best=best, rests=asking.rests, shut=shut or {}
    )


def fetch_seed(
    path: str,
    source: Source,
    *,
    is_it: Callable[[Exchange], Instead | None],
    flaw_of: Callable[[Exchange], str | None],
    client: Client,
    robots: Robots,
    order: Sequence[Host],
    wait: Wait,
    shut: Mapping[str, float] | None = None,
    heed: Heed | None = None,
    conditional: Conditional | None = None,
) -> Fetched:
    """Ask the hosts in order until one serves a document at this path, or URL, that `is_it` accepts.

    `is_it` returns `None`, or what the document was instead. One of which `flaw_of` says something is taken only if no
    other host has a whole one. A 304 to a `conditional` request is chosen.
    """
    asking = Asking(source=source, client=client, robots=robots, wait=wait, caps=SEED_CAPS, heed=heed)
    answers: list[Answer] = []
    flawed: dict[int, Answer] = {}
    for answer in asking.answers(path, order, conditional):
        accepted = _accepted(answer, is_it)
        flaw = flaw_of(accepted.exchange) if accepted.exchange and accepted.attempt.outcome == "ok" else None
        if flaw:
            flawed[len(answers)] = accepted._replace(flaw=flaw)
            accepted = ended(flawed[len(answers)], "not_it", flaw)
        answers.append(accepted)
        if accepted.attempt.outcome in ("ok", "not_modified"):
            return Fetched(answers=tuple(answers), chosen=len(answers) - 1, rests=asking.rests)
    for n, answer in flawed.items():
        answers[n] = answer
    return Fetched(answers=tuple(answers), chosen=min(flawed, default=None), rests=asking.rests, shut=shut or {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How hosts are asked for one document, and which of them turn out to rest."""

    source: Source
    client: Client
    robots: Robots
    wait: Wait
    caps: Caps
    heed: Heed | None = None
    rests: dict[str, float] = field(default_factory=dict)

    def answers(self, url: str, order: Sequence[Host], conditional: Conditional | None = None) -> Iterator[Answer]:
        """Ask one host after the other, for as long as the caller goes on; those that rest are passed over."""
        served: set[str] = set()
        for host in order:
            target = page_on(url, host, self.source)
            # Asked already, where another host redirects to it; or of no known URL there.
            if host.role == "archive" or target is None or target in served:
                continue
            try:
                answer = self._answer(host, target, (conditional or {}).get(host.url, {}))
            except HostResting as rest:
                self.rests[rest.host] = rest.rest_s
                continue
            if answer.exchange is not None:
                served.add(answer.exchange.url)
            yield answer

    def archive(self, host: Host, url: str) -> Answer | None:
        """Ask an archive for a URL of its own; `None` where it rests."""
        try:
            return self._answer(host, url, {})
        except HostResting as rest:
            self.rests[rest.host] = rest.rest_s
            return None

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
            detail = error.reason if error.url == url else f"{error.url}: {error.reason}"
            elapsed_s, outcome = time.monotonic() - began, cast(Outcome, error.kind)
            moved_to = error.origin if isinstance(error, MovedAway) else None
            attempt = replace(attempt, elapsed_s=elapsed_s, outcome=outcome, detail=detail)
            return Answer(attempt, moved_to=moved_to, redirects=error.redirects)
        except HostResting as rest:  # the host did its part, the one that it redirects to is left alone
            self.rests[rest.host] = rest.rest_s
            elapsed_s = time.monotonic() - began
            return Answer(replace(attempt, elapsed_s=elapsed_s, outcome="not_it", detail=f"redirects to {rest}"))
        outcome, said = _status_outcome(exchange)
        rest_s = self.heed(exchange) if self.heed else None
        if rest_s:
            self.rests[exchange.host] = rest_s
            said = "; ".join(filter(None, (said, f"it is left alone for {rest_s:.0f} s")))
        attempt = replace(
            attempt,
            elapsed_s=exchange.elapsed_s,
            outcome=outcome,
            status=exchange.status,
            body_bytes=len(exchange.body),
            detail=said if exchange.host == host.url else "; ".join(filter(None, (f"served by {exchange.host}", said))),
        )
        return Answer(attempt, exchange)

    def _ruling(self, url: str, host: Host) -> Ruling:
        if host.role == "archive":  # its index and its copies are there to be asked for, once a source file names it
            return Ruling(allowed=True)
        return self.robots.check(url, self.source, wait=lambda: self.wait(host), on_redirect=self._before_robots)

    def _before_redirect(self, asked: Host, target: str) -> None:
        host = check_url(target, self.source)
        if host != asked and "archive" in (host.role, asked.role):
            raise FetchFailed(target, "refused", f"redirected from {asked.url}: an archive answers for itself alone")
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
    pause = retry_after_s(exchange)
    said = f"{exchange.status} {exchange.reason}".strip()
    return "http_error", said if pause is None else f"{said}, retry after {pause:g} s"


def _judged(answer: Answer, link_url: str, source: Source, verify: Verify) -> Answer:
    exchange = answer.exchange
    if exchange is None or answer.attempt.outcome not in ("ok", "not_modified"):
        return answer
    landed = article_key(exchange.url, source)
    if landed is not None and landed != article_key(link_url, source):
        elsewhere = ended(answer, "not_it", f"redirected to another article, {exchange.url}")
        return elsewhere._replace(led_to=_led_to(exchange, landed, source, verify))
    if answer.attempt.outcome == "not_modified":
        return answer
    content_type = exchange.header("Content-Type")
    verdict = verify(exchange.body, url=exchange.url, content_type=content_type, source=source)
    answer = answer._replace(verdict=verdict)
    return answer if verdict.is_article else ended(answer, "not_it", verdict.kind)


def _outdone(answer: Answer) -> Answer:
    """A suspect is not it where another host has the article; what made it one is said."""
    if answer.attempt.outcome != "ok" or answer.verdict is None:
        return answer
    return ended(answer, "not_it", f"{answer.verdict.kind}, {answer.verdict.evidence.get('reason') or 'doubtful'}")


def _led_to(exchange: Exchange, key: str, source: Source, verify: Verify) -> LedTo:
    titles: tuple[str, ...] = ()
    if exchange.status == 200:
        content_type = exchange.header("Content-Type")
        verdict = verify(exchange.body, url=exchange.url, content_type=content_type, source=source)
        if verdict.kind == "article":
            titles = tuple(str(verdict.evidence.get(name) or "") for name in ("heading", "title"))
    return LedTo(
        article_key=key,
        url=article_url(exchange.url, source) or exchange.url,
        for_good=all(hop.status in (301, 308) for hop in exchange.redirects) and bool(exchange.redirects),
        titles=titles,
    )


def _strange_title(verdict: Verdict, listed: Listed) -> str | None:
    """The page's title, if none of those that it bears is what the article is listed under."""
    titles = [title for name in ("heading", "title") if (title := str(verdict.evidence.get(name) or ""))]
    return titles[0] if titles and all(strange(title, listed.title) for title in titles) else None


def _doubted(answer: Answer, title: str, listed: Listed) -> Answer:
    said = f"titled {title[:100]!r}, listed as {listed.title[:100]!r}"
    if (key := listed.another(title)) is not None and answer.verdict is not None:
        said += f": it is {key}"
        verdict = Verdict(kind="suspect", evidence={"reason": "another article's text", **answer.verdict.evidence})
        answer = answer._replace(verdict=verdict)
    return ended(answer, "not_it", said)


def _accepted(answer: Answer, is_it: Callable[[Exchange], Instead | None]) -> Answer:
    if answer.exchange is None or answer.attempt.outcome != "ok":
        return answer
    instead = is_it(answer.exchange)
    return answer if instead is None else ended(answer._replace(verdict=instead.verdict), "not_it", instead.reason)


def ended(answer: Answer, outcome: Outcome, detail: str) -> Answer:
    """Return an answer that came to another end than its status says."""
    said = f"{answer.attempt.detail}; {detail}" if answer.attempt.detail else detail
    return answer._replace(attempt=replace(answer.attempt, outcome=outcome, detail=said))
