"""What is stored of a seed's document, decided from the hosts' answers alone: no database, no host."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from mirrorwire.core.exchange import Attempt, Exchange, Outcome
from mirrorwire.core.records import Link, Seed, SeedKind
from mirrorwire.discover.document_checks import NO_LINK
from mirrorwire.discover.document_decision import (
    MAX_SITEMAPS,
    DocumentDecision,
    DocumentRequest,
    FetchedDocument,
    KeptDocument,
    SeedFacts,
    decide,
)
from mirrorwire.fetch.answers import Answer, Fetched
from mirrorwire.seed_formats.document import ChildSitemap, SeedDocument
from mirrorwire.seed_formats.feed import read_feed
from mirrorwire.seed_formats.skipped import Skipped
from mirrorwire.store.validators import SeedCopy

PRIMARY, MIRROR = "https://news.example", "https://mirror.example"
NOW = datetime(2026, 9, 23, 12, tzinfo=UTC)
PATH = "/seed.xml"
MONTH = "/sitemap-2026-06.xml"
ONE = Link(article_key="x:1", url=f"{PRIMARY}/1", seed=PATH, day=date(2026, 6, 2))
TWO = replace(ONE, article_key="x:2", url=f"{PRIMARY}/2", day=date(2026, 6, 9))
OTHER_SHAPE = Skipped(other_shape=3, example=f"{PRIMARY}/tag/storm")


def answer(
    host: str = PRIMARY,
    path: str = PATH,
    outcome: Outcome = "ok",
    *,
    flaw: str | None = None,
    detail: str | None = None,
) -> Answer:
    """What a host answered; of hosts that are down there is no exchange."""
    attempt = Attempt(host=host, url=host + path, started_at=NOW, elapsed_s=0.1, outcome=outcome, detail=detail)
    if outcome in ("unreachable", "timeout"):
        return Answer(attempt)
    status = {"ok": 200, "not_modified": 304, "gone": 404, "not_it": 200}[outcome]
    exchange = Exchange(
        url=host + path,
        host=host,
        status=status,
        reason="",
        request_headers=(),
        headers=(),
        body=b"",
        fetched_at=NOW,
        elapsed_s=0.1,
    )
    return Answer(attempt, exchange, flaw=flaw)


def copy(path: str = PATH, **more: Any) -> SeedCopy:
    """What the primary's document was yesterday."""
    yesterday = NOW - timedelta(days=1)
    return SeedCopy(
        host_id=1,
        url=PRIMARY + path,
        read_at=yesterday,
        whole_at=yesterday,
        etag='"1"',
        last_modified=None,
        lastmod=None,
        children=(),
        whole=True,
        **more,
    )


def decided(
    *answers: Answer,
    documents: dict[str, SeedDocument] | None = None,
    kind: SeedKind = "feed",
    path: str = PATH,
    windowed: bool = False,
    has_shown: bool = True,
    **request: Any,
) -> DocumentDecision:
    """The decision where the last of the answers is the one that counts, if it is a document or unchanged."""
    last = answers[-1]
    counts = last.attempt.outcome in ("ok", "not_modified")
    fetched = Fetched(answers=answers, chosen=len(answers) - 1 if counts else None)
    return decide(
        DocumentRequest(path=path, read=read_feed, **({"known": {}} | request)),
        FetchedDocument(fetched=fetched, documents=documents or {}),
        SeedFacts(seed=Seed(kind=kind, path=PATH), zone=ZoneInfo("UTC"), windowed=windowed, has_shown=has_shown),
    )


def test_a_document_that_no_host_served_is_a_problem_and_its_answers_are_stored() -> None:
    down, gone = answer(outcome="unreachable", detail="refused"), answer(MIRROR, outcome="gone", detail="404")
    decision = decided(down, gone)
    assert decision.answer is None
    assert [(stored.answer, stored.chosen) for stored in decision.answers] == [(down, False), (gone, False)]
    assert decision.problem == f"{PRIMARY}: refused; {MIRROR}: 404"
    assert decision.kept is None


def test_a_listing_whose_next_page_is_gone_everywhere_has_come_to_its_end() -> None:
    assert decided(answer(outcome="gone"), may_end=True).problem is None
    assert decided(answer(outcome="gone"), may_end=False).problem is not None
    assert decided(answer(outcome="gone"), answer(MIRROR, outcome="unreachable"), may_end=True).problem is not None


def test_a_problem_names_the_document_where_it_is_not_the_seeds_own() -> None:
    problem = decided(answer(path=MONTH, outcome="gone", detail="404"), kind="sitemap", path=MONTH).problem
    assert problem == f"{MONTH}: {PRIMARY}: 404"


def test_a_poll_lists_and_keeps_what_it_read() -> None:
    feed = SeedDocument(links=(ONE, TWO))
    decision = decided(answer(), documents={PRIMARY + PATH: feed})
    assert decision.document is not None and decision.document.links == feed.links
    assert decision.list_whole
    assert decision.kept == KeptDocument(whole=True, polled=True, period_end=None, lastmod=None)
    assert (decision.problem, decision.elsewhere, decision.notes) == (None, None, ())
    (stored,) = decision.answers
    assert (stored.chosen, stored.article_keys) == (True, {"x:1", "x:2"})
    assert decision.shown is not None and decision.shown.days == (ONE.day, TWO.day)


def test_what_has_not_changed_is_what_it_was_before() -> None:
    before = copy(first_day=ONE.day, last_day=TWO.day)
    decision = decided(answer(outcome="not_modified"), known={PRIMARY: before}, kind="sitemap", windowed=True)
    assert (decision.copy, decision.document, decision.before) == (before, None, before)
    assert decision.kept is not None
    assert decision.shown is not None and (decision.shown.days, decision.shown.listed) == ((ONE.day, TWO.day), True)


def test_the_first_page_of_a_listing_is_kept_as_one_whose_others_are_not_read() -> None:
    decision = decided(answer(), documents={PRIMARY + PATH: SeedDocument(links=(ONE,))}, kind="section")
    assert decision.kept is not None and not decision.kept.whole


def test_a_document_that_the_request_is_not_to_keep_is_not_kept() -> None:
    documents = {PRIMARY + PATH: SeedDocument(links=(ONE,))}
    assert decided(answer(), documents=documents, kind="section", keep=False).kept is None


def test_of_a_feed_a_window_keeps_nothing() -> None:
    documents = {PRIMARY + PATH: SeedDocument(links=(ONE,))}
    decision = decided(answer(), documents=documents, windowed=True)
    assert (decision.list_whole, decision.kept) == (False, None)


def test_a_sitemap_of_a_month_that_is_over_is_listed_whole_by_a_window_and_kept_for_polls_too() -> None:
    documents = {PRIMARY + MONTH: SeedDocument(links=(ONE, TWO))}
    decision = decided(answer(path=MONTH), documents=documents, kind="sitemap", path=MONTH, windowed=True)
    assert decision.list_whole
    assert decision.named == (date(2026, 6, 1), date(2026, 6, 30))
    assert decision.kept == KeptDocument(whole=True, polled=False, period_end=date(2026, 6, 30), lastmod=None)


def test_a_sitemap_that_may_still_change_is_cut_by_a_window_and_not_kept() -> None:
    documents = {PRIMARY + PATH: SeedDocument(links=(ONE,))}
    decision = decided(answer(), documents=documents, kind="sitemap", windowed=True)
    assert (decision.list_whole, decision.kept) == (False, None)
    assert decision.shown is not None and not decision.shown.listed
    settled = decided(answer(), documents=documents, kind="sitemap", windowed=True, lastmod="2026-06-30")
    assert settled.list_whole
    assert settled.kept is not None and settled.kept.lastmod == "2026-06-30"


def test_an_index_of_too_many_sitemaps_is_not_kept() -> None:
    children = tuple(ChildSitemap(url=f"{PRIMARY}/{n}.xml") for n in range(MAX_SITEMAPS + 1))
    for index, is_kept in ((children, False), (children[1:], True)):
        documents = {PRIMARY + PATH: SeedDocument(links=(), children=index)}
        assert (decided(answer(), documents=documents, kind="sitemap").kept is not None) is is_kept


def test_a_host_that_had_something_else_is_told_and_one_that_is_down_is_not() -> None:
    documents = {MIRROR + PATH: SeedDocument(links=(ONE,))}
    notice = answer(outcome="not_it", detail="seizure")
    assert decided(notice, answer(MIRROR), documents=documents).elsewhere == f"{PRIMARY}: seizure; {MIRROR} has it"
    assert decided(answer(outcome="timeout"), answer(MIRROR), documents=documents).elsewhere is None


def test_a_flawed_document_is_a_problem_is_not_chosen_and_not_kept() -> None:
    documents = {PRIMARY + PATH: SeedDocument(links=(ONE,), damage="cut off after 1 items")}
    decision = decided(answer(flaw="cut off after 1 items"), documents=documents)
    assert decision.problem == "cut off after 1 items"
    assert decision.kept is None
    assert [stored.chosen for stored in decision.answers] == [False]
    assert decision.shown is not None and not decision.shown.whole


def test_several_flaws_are_told_by_host_and_what_the_documents_give_is_joined() -> None:
    documents = {PRIMARY + PATH: SeedDocument(links=(ONE,)), MIRROR + PATH: SeedDocument(links=(TWO,))}
    decision = decided(answer(flaw="cut off"), answer(MIRROR, flaw="no end"), documents=documents)
    assert decision.problem == f"{PRIMARY}: cut off; {MIRROR}: no end"
    assert decision.document is not None
    assert {link.article_key for link in decision.document.links} == {"x:1", "x:2"}


def test_one_hosts_flawed_document_counts_beside_anothers_that_is_unchanged() -> None:
    documents = {PRIMARY + PATH: SeedDocument(links=(ONE,))}
    known = {MIRROR: copy()}
    decision = decided(answer(flaw="cut off"), answer(MIRROR, outcome="not_modified"), documents=documents, known=known)
    assert decision.copy is known[MIRROR]
    assert decision.document is not None and decision.document.links == (ONE,)


def test_a_feed_without_a_link_is_a_problem_only_once_it_has_shown_one() -> None:
    documents = {PRIMARY + PATH: SeedDocument(links=())}
    assert decided(answer(flaw=NO_LINK), documents=documents, has_shown=True).problem == NO_LINK
    assert decided(answer(flaw=NO_LINK), documents=documents, has_shown=False).problem is None


def test_a_sitemap_that_has_lost_its_links_to_articles_is_told() -> None:
    documents = {PRIMARY + PATH: SeedDocument(links=(), skipped_by=OTHER_SHAPE)}
    known = {PRIMARY: copy(links=40)}
    (note,) = decided(answer(), documents=documents, kind="sitemap", known=known).notes
    assert note.endswith("; it held 40 before")
    assert decided(answer(), documents=documents, kind="sitemap").notes == ()
    assert decided(answer(), documents=documents, kind="feed", known=known).notes == ()
