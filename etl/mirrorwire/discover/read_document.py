"""One document of a seed: fetched from whichever host serves it, decided on, stored, its links on the frontier."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from mirrorwire.core import bugs
from mirrorwire.core.bugs import Bug
from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Seed, Source
from mirrorwire.discover.document_checks import NO_LINK, askable, block_page, flaw
from mirrorwire.discover.document_decision import (
    DocumentDecision,
    DocumentRequest,
    FetchedDocument,
    SeedFacts,
    decide,
    named,
    served_by,
)
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.seed_progress import SeedReading, list_links
from mirrorwire.fetch.answers import Answer
from mirrorwire.fetch.page import Mismatch
from mirrorwire.fetch.rechecks import conditional, is_lie
from mirrorwire.seed_formats.document import ChildSitemap, SeedDocument
from mirrorwire.seed_formats.poll_wish import cached_for, stated_wait
from mirrorwire.seed_formats.reach import SitemapDays
from mirrorwire.store.validators import SeedCopy

READER = 2
"""To be raised when readers find more in the documents that they have read: all are then read anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResult:
    """What came of asking for a document: what it holds, or, unchanged, what it held. Neither: no host served it.

    Both, where one host's is flawed and another's unchanged. `before` is what it was when last read, if ever.
    """

    answer: Answer | None = None
    document: SeedDocument | None = None
    copy: SeedCopy | None = None
    shown: SitemapDays | None = None
    before: SeedCopy | None = None

    @property
    def children(self) -> tuple[ChildSitemap, ...]:
        """The sitemaps that it names."""
        by_url: dict[str, ChildSitemap] = {}
        for holder in (self.copy, self.document):
            for child in holder.children if holder else ():
                by_url[child.url] = child
        return tuple(by_url.values())


def copies_of(context: SeedContext, seed: Seed, path: str) -> dict[str, SeedCopy]:
    """Return by host what a document was when it was last read; nothing for a run that is to read everything.

    A poll goes by what polls have read. A window takes a sitemap's links from the frontier, whoever put them there.
    """
    if context.run.revisit or (context.run.window is not None and seed.kind != "sitemap"):
        return {}
    known = context.stored.known_documents(path, rules_of(context.source, seed))
    return {host: copy for host, copy in known.items() if copy.polled or context.run.window is not None}


def rules_of(source: Source, seed: Seed) -> str:
    """Return a digest of all that decides which links a document gives: what others read is read again."""
    rules = (READER, seed.kind, source.article_url, [host.url for host in source.hosts])
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:32]


def fetch_document(
    context: SeedContext, reading: SeedReading, request: DocumentRequest, now: datetime
) -> DocumentResult:
    """Fetch one document, if it has changed since it was as the request knows it, and store every answer."""
    result = _fetch(context, reading.seed, request, now)
    decision = decide(request, result, _facts(context, reading.seed, result))
    _store(context, reading, request, result, decision, now)
    return DocumentResult(
        answer=decision.answer,
        document=decision.document,
        copy=decision.copy,
        shown=decision.shown,
        before=decision.before,
    )


def _fetch(context: SeedContext, seed: Seed, request: DocumentRequest, now: datetime) -> FetchedDocument:
    """Ask the hosts in turn. What one serves is read at once: where it is something else, the next is asked."""
    documents: dict[str, SeedDocument] = {}
    met: list[Bug] = []

    def instead_of(exchange: Exchange) -> Mismatch | None:
        try:
            document = request.read(
                exchange.body,
                url=exchange.url,
                source=context.source,
                seed=seed.name,
                content_type=exchange.header("Content-Type"),
            )
        except SeedUnreadable as error:
            verdict = block_page(exchange, context.fetcher.verify, context.source)
            return Mismatch(f"{verdict.kind}, {error.reason}" if verdict else error.reason, verdict)
        except Exception as error:  # a wall: the next host may have it in a shape that we can read
            bug = bugs.taken(error, exchange.url, pure=True)
            met.append(bug)
            return Mismatch(str(bug))
        met.extend(document.bugs)
        documents[exchange.url] = replace(document, children=tuple(askable(document.children)))
        if seed.kind != "section" or document.links:
            return None
        verdict = block_page(exchange, context.fetcher.verify, context.source)
        return Mismatch(verdict.kind, verdict) if verdict else None

    def flaw_of(exchange: Exchange) -> str | None:
        return flaw(documents[exchange.url], seed.kind, may_end=request.may_end)

    # Runs of one backfill come by the dozen; a poll, or the nightly sweep, reads whole what all of them go by.
    whole_now = request.whole_now and (context.run.window is None or context.run.sweep)
    validators = conditional(request.known, now, whole=whole_now)
    fetched = context.fetcher.fetch_seed(request.path, instead_of, flaw_of, validators)
    return FetchedDocument(fetched=fetched, documents=documents, bugs=tuple(met))


def _facts(context: SeedContext, seed: Seed, result: FetchedDocument) -> SeedFacts:
    answer = result.fetched.answer
    asks = answer is not None and answer.flaw == NO_LINK  # nothing else is decided by it: a query saved
    return SeedFacts(
        seed=seed,
        zone=context.source.zone,
        windowed=context.run.window is not None,
        has_shown=asks and context.stored.has_shown(seed.name),
    )


def _store(
    context: SeedContext,
    reading: SeedReading,
    request: DocumentRequest,
    result: FetchedDocument,
    decision: DocumentDecision,
    now: datetime,
) -> None:
    """Store what was decided, in one transaction, and count it in the reading.

    What is kept spares the next run a body: it may stand only once its links do.
    """
    with context.conn.transaction():
        context.recorder.note_bugs(result.bugs, item=request.path)
        for stored in decision.answers:
            context.recorder.store(stored.answer, link_id=None, chosen=stored.chosen, shown=stored.article_keys)
        answer, document = decision.answer, decision.document
        if answer is None:
            _tell(reading, decision)
            return
        fresh_before = reading.fresh
        if document is not None:
            list_links(context, reading, document.links, now, whole=decision.list_whole, named=decision.named)
        changed = reading.fresh > fresh_before
        lies = decision.copy is None and is_lie(decision.before, answer, changed=changed)
        if decision.kept is not None:
            rules = rules_of(context.source, reading.seed)
            context.recorder.keep_document(answer, document, decision.kept, read_by=rules, lies=lies)
        _count(reading, decision, answer)
        _tell(reading, decision)
        if lies and decision.before is not None and not decision.before.lies:
            note = "its host says that it is unchanged when it has changed: read whole"
            reading.notes += (named(reading.seed, request.path, note),)


def _count(reading: SeedReading, decision: DocumentDecision, answer: Answer) -> None:
    reading.documents += 1
    reading.unchanged += answer.attempt.outcome == "not_modified"
    reading.host = served_by(answer)
    reading.wish = _wish(answer) or reading.wish
    for held in (decision.copy, decision.document):
        if held is not None:
            reading.note_held(held)


def _wish(answer: Answer) -> timedelta | None:
    """How long the document, or the headers that came with it, ask to wait; the longer of the two."""
    exchange = answer.exchange
    if exchange is None:
        return None
    stated = stated_wait(exchange.body)
    cached = cached_for(exchange.header("Cache-Control"), exchange.header("Expires"), exchange.fetched_at)
    return max((wait for wait in (stated, cached) if wait), default=None)


def _tell(reading: SeedReading, decision: DocumentDecision) -> None:
    if decision.problem is not None:
        reading.problems += (decision.problem,)
    if decision.elsewhere is not None:
        reading.elsewhere += (decision.elsewhere,)
    reading.notes += decision.notes
