"""Is this the article's page, or what answered in its place? Verdicts with their evidence."""

from __future__ import annotations

from dataclasses import replace

from mirrorwire.core.records import Listing, Source, Verdict, VerdictKind
from mirrorwire.extract.facts_of_page import facts_of
from mirrorwire.extract.page import Page
from mirrorwire.extract.published import Times
from mirrorwire.extract.rules import RULES, deciding_rule
from mirrorwire.extract.structured import Structured

FRONT_PAGE_DOUBT = "the canonical link names the front page"


def judge(page: Page, data: Structured, times: Times, source: Source | None, listing: Listing | None = None) -> Verdict:
    """Return what a page is, by the first rule that applies; its name stands in the evidence as `rule`.

    `listing` is what a feed or a news sitemap says of it. Reads the tree, does not change it. What is no page at all is
    `broken`, but for a feed, which is an `index`.
    """
    if page.tree is None:
        kind: VerdictKind = "index" if page.problem.get("reason") == "feed" else "broken"
        return Verdict(kind=kind, evidence=dict(page.problem))
    facts = facts_of(page, page.tree, data, times, source, listing)
    verdict = deciding_rule(facts, RULES).verdict(facts)
    if verdict.is_article and facts.canonical == "front page":
        return replace(verdict, evidence={**verdict.evidence, "doubts": [FRONT_PAGE_DOUBT]})
    return verdict
