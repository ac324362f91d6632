"""One document from whichever of a source's hosts really serves it: a page, or a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Host, Listing, Reading, Source, Verdict, VerdictKind
from mirrorwire.core.urls import article_key, article_url, is_same_article
from mirrorwire.extract.likeness import strange
from mirrorwire.fetch.answers import Answer, Fetched, LedTo, ended
from mirrorwire.fetch.challenges import called_by_name
from mirrorwire.fetch.host_request import Conditional, HostRequest

_SECOND_BEST: tuple[VerdictKind, ...] = ("suspect", "index", "thin", "broken")
"""What counts, in this order, when no host serves the article; the others never do."""


class Verify(Protocol):
    """Tells what a page is."""

    def __call__(
        self,
        body: bytes,
        *,
        url: str,
        content_type: str | None,
        source: Source | None,
        listing: Listing | None = None,
    ) -> Verdict: ...


Read = Callable[[Exchange, Listing | None], Reading]
"""Reads a page whole: what it is, and all that it gives, by what is known of its link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTitle:
    """What a feed calls an article; `another` returns the key of another one that it lists under a page's title."""

    title: str
    another: Callable[[str], str | None]


class Mismatch(NamedTuple):
    """What a host served in place of a seed: in words, and judged where it is a page that stands in for others."""

    reason: str
    verdict: Verdict | None = None


def fetch_page(
    link_url: str,
    host_request: HostRequest,
    *,
    order: Sequence[Host],
    verify: Verify,
    read: Read | None = None,
    shut: Mapping[str, float] | None = None,
    conditional: Conditional | None = None,
    listed: ListedTitle | None = None,
) -> Fetched:
    """Ask the hosts in order until one serves the article of this URL, or says that it is as it was (304).

    With `read` a page that may be it is not only judged: its answer holds what it gave, so that it is parsed once.
    A page that bears another title than it is `listed` under is taken only if no other host has a better one, and not
    at all if that is another article's title.
    If none does, the best page that may still be worth reading is chosen (see `_SECOND_BEST`), unless a host rests, or
    is `shut`, that may serve the article later. Archives are asked by `mirrorwire.fetch.replay` alone.
    Failures are answers too; only a bug raises.
    """
    source = host_request.source
    listing = Listing(title=listed.title) if listed else None
    answers: list[Answer] = []
    retitled: dict[int, Answer] = {}
    for answer in host_request.answers(link_url, order, conditional):
        judged = _judged(answer, link_url, source, verify, read, listing)
        if judged.led_to and judged.attempt.status == 304:  # by the validators of this article, not of that one
            same_host = [host for host in order if host.url == answer.attempt.host]
            whole = next(host_request.answers(link_url, same_host), None)
            if whole is not None:
                judged = _judged(whole, link_url, source, verify, read, listing)
        verdict, outcome = judged.verdict, judged.attempt.outcome
        title = None
        if listed and outcome == "ok" and verdict is not None:
            title = _strange_title(verdict, listed)
        if listed and title is not None:
            retitled[len(answers)] = judged
            judged = _doubted(judged, title, listed)
        answers.append(judged)
        is_article = judged.attempt.outcome == "ok" and verdict is not None and verdict.kind == "article"
        if is_article or judged.attempt.outcome == "not_modified":
            answers = [*map(_outdone, answers[:-1]), judged]
            return Fetched(answers=tuple(answers), chosen=len(answers) - 1, rests=host_request.rests)
    mine = [n for n in retitled if answers[n].verdict == retitled[n].verdict]
    kinds = [answer.verdict.kind if answer.verdict and n not in retitled else None for n, answer in enumerate(answers)]
    best = mine[0] if mine else next((kinds.index(kind) for kind in _SECOND_BEST if kind in kinds), None)
    for n in mine:
        answers[n] = retitled[n]  # it is the feed's title that is old
    later = bool(host_request.rests or shut)
    return Fetched(
        answers=tuple(answers),
        chosen=None if later else best,
        second_best=best,
        rests=host_request.rests,
        shut=shut or {},
    )


def fetch_seed(
    path: str,
    host_request: HostRequest,
    *,
    is_it: Callable[[Exchange], Mismatch | None],
    flaw_of: Callable[[Exchange], str | None],
    order: Sequence[Host],
    verify: Verify,
    shut: Mapping[str, float] | None = None,
    conditional: Conditional | None = None,
) -> Fetched:
    """Ask the hosts in order until one serves a document at this path, or URL, that `is_it` accepts.

    `is_it` returns `None`, or what the document was instead. One of which `flaw_of` says something is taken only if no
    other host has a whole one. A 304 to a `conditional` request is chosen.
    """
    answers: list[Answer] = []
    flawed: dict[int, Answer] = {}
    for answer in host_request.answers(path, order, conditional):
        accepted = _accepted(called_by_name(answer, verify, host_request.source), is_it)
        flaw = flaw_of(accepted.exchange) if accepted.exchange and accepted.attempt.outcome == "ok" else None
        if flaw:
            flawed[len(answers)] = accepted._replace(flaw=flaw)
            accepted = ended(flawed[len(answers)], "not_it", flaw)
        answers.append(accepted)
        if accepted.attempt.outcome in ("ok", "not_modified"):
            return Fetched(answers=tuple(answers), chosen=len(answers) - 1, rests=host_request.rests)
    for n, answer in flawed.items():
        answers[n] = answer
    return Fetched(answers=tuple(answers), chosen=min(flawed, default=None), rests=host_request.rests, shut=shut or {})


def _judged(
    answer: Answer, link_url: str, source: Source, verify: Verify, read: Read | None, listing: Listing | None
) -> Answer:
    answer = called_by_name(answer, verify, source)
    exchange = answer.exchange
    if exchange is None or answer.attempt.outcome not in ("ok", "not_modified"):
        return answer
    landed_key, wanted_key = article_key(exchange.url, source), article_key(link_url, source)
    if landed_key is not None and (wanted_key is None or not is_same_article(landed_key, wanted_key)):
        elsewhere = ended(answer, "not_it", f"redirected to another article, {exchange.url}")
        return elsewhere._replace(led_to=_led_to(exchange, landed_key, source, verify))
    if answer.attempt.outcome == "not_modified":
        return answer
    if read is None:
        content_type = exchange.header("Content-Type")
        verdict = verify(exchange.body, url=exchange.url, content_type=content_type, source=source, listing=listing)
    else:
        reading = read(exchange, listing)
        verdict = reading.extraction.verdict
        answer = answer._replace(reading=reading)
    answer = answer._replace(verdict=verdict)
    return answer if verdict.is_article else ended(answer, "not_it", verdict.kind)


def _outdone(answer: Answer) -> Answer:
    """A suspect is not it where another host has the article; the reason for the doubt is stated."""
    if answer.attempt.outcome != "ok" or answer.verdict is None:
        return answer
    detail = f"{answer.verdict.kind}, {answer.verdict.evidence.get('reason') or 'doubtful'}"
    return ended(answer, "not_it", detail)._replace(reading=None)


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


def _strange_title(verdict: Verdict, listed: ListedTitle) -> str | None:
    """The page's title, if none of those that it bears is what the article is listed under."""
    titles = [str(verdict.evidence.get(name) or "") for name in ("heading", "title")]
    titles = [title for title in titles if title]
    if titles and all(strange(title, listed.title) for title in titles):
        return titles[0]
    return None


def _doubted(answer: Answer, title: str, listed: ListedTitle) -> Answer:
    detail = f"titled {title[:100]!r}, listed as {listed.title[:100]!r}"
    key = listed.another(title)
    if key is not None and answer.verdict is not None:
        detail += f": it is {key}"
        verdict = Verdict(kind="suspect", evidence={"reason": "another article's text", **answer.verdict.evidence})
        answer = answer._replace(verdict=verdict)
    return ended(answer, "not_it", detail)


def _accepted(answer: Answer, is_it: Callable[[Exchange], Mismatch | None]) -> Answer:
    if answer.exchange is None or answer.attempt.outcome != "ok":
        return answer
    instead = is_it(answer.exchange)
    return answer if instead is None else ended(answer._replace(verdict=instead.verdict), "not_it", instead.reason)
