"""One document from whichever of a source's hosts really serves it: a page, or a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from etl.extract.likeness import strange
from etl.fetch.answers import Answer, Fetched, LedTo, ended
from etl.fetch.asking import Asking, Conditional, Heed, Wait
from etl.fetch.challenges import called_by_name
from etl.fetch.client import Client
from etl.fetch.limits import PAGE_CAPS, SEED_CAPS
from etl.fetch.robots import Robots
from etl.records import Exchange, Host, Source, Verdict, VerdictKind
from etl.urls import article_key, article_url, is_same_article

_SECOND_BEST: tuple[VerdictKind, ...] = ("suspect", "index", "thin", "broken")
"""What counts, in this order, when no host serves the article; the others never do."""


class Verify(Protocol):
    """Tells what a page is."""

    def __call__(self, body: bytes, *, url: str, content_type: str | None, source: Source | None) -> Verdict: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedTitle:
    """What a feed calls an article; `another` returns the key of another one that it lists under a page's title."""

    title: str
    another: Callable[[str], str | None]


class Instead(NamedTuple):
    """What a host served in place of a seed: in words, and judged where it is a page that stands in for others."""

    reason: str
    verdict: Verdict | None = None


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
    listed: ListedTitle | None = None,
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
    verify: Verify,
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
        accepted = _accepted(called_by_name(answer, verify, source), is_it)
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


def _judged(answer: Answer, link_url: str, source: Source, verify: Verify) -> Answer:
    answer = called_by_name(answer, verify, source)
    exchange = answer.exchange
    if exchange is None or answer.attempt.outcome not in ("ok", "not_modified"):
        return answer
    landed, asked = article_key(exchange.url, source), article_key(link_url, source)
    if landed is not None and (asked is None or not is_same_article(landed, asked)):
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


def _strange_title(verdict: Verdict, listed: ListedTitle) -> str | None:
    """The page's title, if none of those that it bears is what the article is listed under."""
    titles = [title for name in ("heading", "title") if (title := str(verdict.evidence.get(name) or ""))]
    return titles[0] if titles and all(strange(title, listed.title) for title in titles) else None


def _doubted(answer: Answer, title: str, listed: ListedTitle) -> Answer:
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
