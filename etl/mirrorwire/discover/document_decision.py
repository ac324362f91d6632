"""What is to be stored of a seed's document once its hosts have answered: decided without a database or a host."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from mirrorwire.core.bugs import Bug
from mirrorwire.core.records import Seed
from mirrorwire.discover.document_checks import NO_LINK, joined
from mirrorwire.fetch.answers import Answer, Fetched
from mirrorwire.seed_formats.document import SeedDocument
from mirrorwire.seed_formats.reach import SitemapDays, Span, days_of, is_finished, is_settled, period_end
from mirrorwire.seed_formats.skipped import why_none
from mirrorwire.seed_formats.window import named_days
from mirrorwire.store.validators import SeedCopy

MAX_SITEMAPS = 2000
_OF_THE_HOST = frozenset({"unreachable", "timeout", "refused", "disallowed"})
"""Outcomes that say something of the host rather than of its document: its breaker tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentRequest:
    """A document of a seed that a run asks for, and what is known of it.

    `read` makes a `SeedDocument` of a body. `known` is by host URL what the document was when it was last read,
    `lastmod` what the index above says of it; `keep` has later polls ask for it by what it is now. `may_end` says that
    a 404 on every host is the end of what is paged, and no problem. With `whole_now` false a host is believed however
    long it has only answered that the document is unchanged.
    """

    path: str
    read: Callable[..., SeedDocument]
    known: Mapping[str, SeedCopy]
    lastmod: str | None = None
    keep: bool = True
    may_end: bool = False
    whole_now: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedDocument:
    """What the hosts answered, what was read of it by the URL that served it, and the bugs that reading met."""

    fetched: Fetched
    documents: Mapping[str, SeedDocument]
    bugs: tuple[Bug, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedFacts:
    """What a decision needs to know of the seed and of the run that reads it.

    `has_shown`: the seed has shown a link before. `windowed`: the run is for a window, and no poll.
    """

    seed: Seed
    zone: ZoneInfo
    windowed: bool
    has_shown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """An answer to be archived and recorded, and the keys of the articles that its document shows."""

    answer: Answer
    chosen: bool
    article_keys: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptDocument:
    """What the next run is to ask by: see `SeedCopy`."""

    whole: bool
    polled: bool
    period_end: date | None
    lastmod: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentDecision:
    """What is to be stored of a document, and what is to be reported of it.

    `answer` is the one that counts, `None` where no host served the document. `document` is what was read of it, `copy`
    what it held where it has not changed, `before` what it was when last read. Its links go on the frontier, all of
    them with `list_whole`, else the window's. `kept` is `None` where the next run shall read it anew.
    """

    answers: tuple[StoredAnswer, ...]
    answer: Answer | None = None
    document: SeedDocument | None = None
    copy: SeedCopy | None = None
    before: SeedCopy | None = None
    list_whole: bool = False
    named: Span | None = None
    kept: KeptDocument | None = None
    shown: SitemapDays | None = None
    problem: str | None = None
    elsewhere: str | None = None
    notes: tuple[str, ...] = ()


def decide(request: DocumentRequest, result: FetchedDocument, facts: SeedFacts) -> DocumentDecision:
    """Return what is to be stored of a document, from what the hosts answered and what was known of it."""
    answer = result.fetched.answer
    others = tuple(_stored(other, result, chosen=False) for other in result.fetched.answers if other is not answer)
    if answer is None:
        ended = request.may_end and result.fetched.gone
        problem = None if ended else named(facts.seed, request.path, result.fetched.problem)
        return DocumentDecision(answers=others, problem=problem)
    before = request.known.get(answer.attempt.host)
    copy = before if answer.attempt.outcome == "not_modified" else None
    flawed = [other for other in result.fetched.answers if other is answer or other.flaw]
    document = joined(result.documents, flawed)
    end = None
    if facts.seed.kind == "sitemap" and copy is None and document is not None and answer.flaw is None:
        end = period_end(document, request.path, facts.zone)
    # A window puts all links of a document that is past on the frontier, so that no later one has to read it.
    whole = not facts.windowed or (copy is None and _is_past(answer, end, request.lastmod, facts.zone))
    shown = None
    if copy is not None:
        shown = shown_before(request.path, copy)
    elif document is not None:
        shown = SitemapDays(
            named=named_days(request.path), days=days_of(document), whole=answer.flaw is None, listed=whole
        )
    return DocumentDecision(
        answers=(*others, _stored(answer, result, chosen=answer.flaw is None)),
        answer=answer,
        document=document,
        copy=copy,
        before=before,
        list_whole=whole,
        named=named_days(request.path) if end else None,
        kept=_kept(request, facts, answer, document, copy, end, whole=whole),
        shown=shown,
        problem=_flaw(request, result.fetched, answer, facts),
        elsewhere=_elsewhere(request, result.fetched, answer, facts.seed),
        notes=_loss(request, facts.seed, before, document),
    )


def named(seed: Seed, path: str, problem: str) -> str:
    """Return a problem with the document's path where it is not the seed's own, which the report names itself."""
    return problem if path == seed.path else f"{path}: {problem}"


def shown_before(path: str, copy: SeedCopy) -> SitemapDays:
    """Return the days of a document that was read before: all its links are on the frontier."""
    return SitemapDays(named=named_days(path), days=copy.days)


def _stored(answer: Answer, result: FetchedDocument, *, chosen: bool) -> StoredAnswer:
    document = result.documents.get(answer.exchange.url) if answer.exchange else None
    links = document.links if document else ()
    return StoredAnswer(answer=answer, chosen=chosen, article_keys=frozenset(link.article_key for link in links))


def _is_past(answer: Answer, end: date | None, lastmod: str | None, zone: ZoneInfo) -> bool:
    if answer.flaw is not None or answer.exchange is None:
        return False
    read_at = answer.exchange.fetched_at
    return is_finished(end, read_at, zone) or is_settled(lastmod, read_at, zone)


def _kept(
    request: DocumentRequest,
    facts: SeedFacts,
    answer: Answer,
    document: SeedDocument | None,
    copy: SeedCopy | None,
    end: date | None,
    *,
    whole: bool,
) -> KeptDocument | None:
    """What is kept spares the next run a body: never of a document that was damaged, or that a window cut."""
    links = document.links if document else ()
    children = document.children if document else ()
    if not request.keep or answer.flaw is not None or len(children) > MAX_SITEMAPS:
        return None
    cut = copy is None and not whole and bool(links)
    if cut or (facts.windowed and facts.seed.kind != "sitemap"):
        return None
    return KeptDocument(
        whole=facts.seed.kind != "section",
        polled=not (facts.windowed and links),
        period_end=end,
        lastmod=request.lastmod,
    )


def _flaw(request: DocumentRequest, fetched: Fetched, answer: Answer, facts: SeedFacts) -> str | None:
    """What is wrong with the best that was had; a seed that never had a link is no worse for having none."""
    if answer.flaw is None:
        return None
    flaws = {other.attempt.host: other.flaw for other in fetched.answers if other.flaw}
    kinds = set(flaws.values())
    if kinds == {NO_LINK} and not facts.has_shown:
        return None
    problem = answer.flaw if len(kinds) == 1 else _by_host(flaws)
    return named(facts.seed, request.path, problem)


def _elsewhere(request: DocumentRequest, fetched: Fetched, answer: Answer, seed: Seed) -> str | None:
    """Why hosts that were asked before had it not, where that says something of the document and not of the host."""
    if answer.flaw is not None:
        return None
    reasons: dict[str, str] = {}
    for other in fetched.answers[: fetched.chosen]:
        attempt = other.attempt
        if attempt.outcome not in _OF_THE_HOST:
            reasons[attempt.host] = attempt.detail or attempt.outcome
    if not reasons:
        return None
    return named(seed, request.path, f"{_by_host(reasons)}; {served_by(answer)} has it")


def served_by(answer: Answer) -> str:
    """Return the URL of the host that served an answer: the one that it was redirected to, if it was."""
    return answer.exchange.host if answer.exchange else answer.attempt.host


def _by_host(reasons: Mapping[str, str]) -> str:
    return "; ".join(f"{host}: {reason}" for host, reason in reasons.items())


def _loss(
    request: DocumentRequest, seed: Seed, before: SeedCopy | None, document: SeedDocument | None
) -> tuple[str, ...]:
    """The note on a sitemap that held links to articles and holds others now; of feeds that is their flaw."""
    if document is None or document.links or document.children or seed.kind != "sitemap":
        return ()
    if before is None or not before.links or not document.skipped_by.total:
        return ()
    return (named(seed, request.path, f"{why_none(document.skipped_by)}; it held {before.links} before"),)
