"""Every rule by which a page is judged decides a page of its own, and no rule goes without such a page."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from mirrorwire.core.records import VerdictKind
from mirrorwire.extract.facts import PageFacts
from mirrorwire.extract.facts_of_page import facts_of
from mirrorwire.extract.page import parse_page
from mirrorwire.extract.published import read_times
from mirrorwire.extract.rules import RULES, deciding_rule
from mirrorwire.extract.structured import read_structured
from tests.extract.test_verify import DATED, JSON_LD, OG_ARTICLE, PROSE, SOURCE, URL, look, page

STORY = "https://news.example/Detail/2026/09/23/300401/a-storm-breaks-the-harbour"
ELSEWHERE = "https://other.example/x/y"
"""A URL that tells nothing."""
TITLE = "A storm breaks the harbour - The Example"
HEADING = "<h1>A storm breaks the harbour</h1>"
OTHER_HEADING = "<h1>What the sea took away this night</h1>"
"""Long enough for an article's, and not the title's."""
SENTENCE = "<p>The harbour has been closed to all ships since this morning, the master said.</p>"
SHORT = SENTENCE * 3
"""Text enough for a short article, and not for prose that speaks for itself."""
SEIZED = "<p>This domain has been seized by order of a court.</p>"
OTHER_ARTICLE = '<link rel="canonical" href="https://news.example/Detail/2026/09/20/299/Other">'
FRONT_PAGE = '<link rel="canonical" href="https://news.example/">'
TEASERS = "".join(f'<h3><a href="/Detail/{n}">Story {n} of the day</a></h3>{SENTENCE}' for n in range(8))
DATED_TEASERS = "".join(
    f'<h3><a href="/a/{n}">Story {n} of the day</a></h3><time datetime="2026-09-23">today</time>{SENTENCE}'
    for n in range(12)
)
CART = '<button class="btn btn--add-to-cart">Buy</button>'
COLLECTION = '<script type="application/ld+json">{"@type": "CollectionPage", "name": "News"}</script>'
HEADLINES = "".join(f'<p><a href="/{n}">A headline that says what happened, number {n}</a></p>' for n in range(12))
LINKS = "".join(f'<p><a href="/{n}">Story {n}</a></p>' for n in range(20))
MANY_LINKS = "".join(f'<a href="/{n}">{n}</a> ' for n in range(32))
PARAGRAPHS = PROSE * 2
GOODS_WITH_PICTURES = "".join(
    f'<p><a href="/{n}"><img src="/{n}.jpg">Lamp {n}</a> <input name="n{n}"> It stands on a table, and gives light.</p>'
    for n in range(40)
)
FEW_TEASERS = "".join(f'<h3><a href="/Detail/{n}">Story {n} of the day</a></h3>{SENTENCE}' for n in range(4))
LABELS = "<p>A place</p>" * 300
BYLINE = '<meta name="author" content="Ann Lee">'


class Case(NamedTuple):
    """A page that one rule decides: what it becomes, its body, its title, its head and its URL."""

    kind: VerdictKind
    body: str
    title: str = "A storm in the harbour"
    head: str = ""
    url: str = URL


CASES = {
    "notice_under_own_heading": Case("suspect", HEADING + SEIZED + SHORT, url=STORY),
    "notice": Case("seizure", "<h1>A storm</h1>" + SEIZED + SHORT, head=DATED),
    "notice_beside_some_text": Case("seizure", "<h1>A storm</h1>" + SEIZED + PROSE),
    "password_form": Case("login", f'<form><input type="password"></form>{SHORT}', head=DATED),
    "front_page": Case("index", "<h1>A storm</h1>" + PROSE, head=OG_ARTICLE + DATED, url="https://news.example/"),
    "canonical_no_article": Case("index", PROSE, title="The Example", head=FRONT_PAGE),
    "canonical_elsewhere": Case("suspect", "<h1>A storm</h1>" + PROSE, head=OG_ARTICLE + DATED + OTHER_ARTICLE),
    "stated_goods": Case("suspect", "<h1>A lamp</h1>" + PROSE + CART, head=DATED, url=ELSEWHERE),
    "goods": Case("thin", "<h1>A lamp</h1>" + PROSE, head='<meta property="og:type" content="product">', url=ELSEWHERE),
    "collection": Case("index", "<h1>News</h1>" + PROSE + HEADLINES, head=COLLECTION + OG_ARTICLE + DATED),
    "dated_list": Case("index", "<h1>News</h1>" + PROSE + DATED_TEASERS, head=OG_ARTICLE + DATED, url=ELSEWHERE),
    "stated_listing": Case("suspect", "<h1>News</h1>" + SHORT + TEASERS, head=OG_ARTICLE + DATED),
    "listing": Case("index", "<h1>News</h1>" + TEASERS),
    "stated_label": Case("suspect", "<h1>Storms</h1>" + SHORT, head=OG_ARTICLE + DATED, url=ELSEWHERE),
    "stated_article": Case("article", "<h1>A storm</h1>" + SHORT, head=OG_ARTICLE + DATED),
    "stated_thrice": Case("suspect", "<h1>A storm</h1>" + SENTENCE, head=JSON_LD + OG_ARTICLE),
    "stated_without_text": Case("thin", "<h1>A storm</h1>" + SENTENCE, head=OG_ARTICLE + DATED, url=ELSEWHERE),
    "list_of_headlines": Case("index", "<h1>News</h1>" + HEADLINES),
    "links_only": Case("index", "<h1>News</h1>" + LINKS),
    "next_to_no_text": Case("thin", "<h1>A storm</h1>" + SENTENCE),
    "own_document": Case("thin", "<h1>Privacy policy</h1>" + PROSE),
    "expected": Case("article", "<h1>A storm</h1>" + SHORT),
    "facts_of_a_list": Case("index", SHORT + GOODS_WITH_PICTURES, url=ELSEWHERE),
    "facts_against": Case("suspect", HEADING + SHORT + GOODS_WITH_PICTURES, title=TITLE, head=DATED, url=ELSEWHERE),
    "titled_with_signal": Case("article", HEADING + SENTENCE * 2, title=TITLE, head=DATED, url=ELSEWHERE),
    "titled_story": Case("article", HEADING + PROSE + LABELS, title=TITLE, url=ELSEWHERE),
    "long_story": Case("article", OTHER_HEADING + PARAGRAPHS * 2, url=ELSEWHERE),
    "facts_for": Case("article", HEADING + PROSE + FEW_TEASERS, title=TITLE, url=ELSEWHERE),
    "few_signals": Case("suspect", OTHER_HEADING + SENTENCE * 2, head=DATED, url=ELSEWHERE),
    "no_signal": Case("suspect", OTHER_HEADING + PARAGRAPHS, url=ELSEWHERE),
    "brief_among_links": Case(
        "suspect", HEADING + SENTENCE * 2 + LINKS * 5, title=TITLE, head=DATED + BYLINE, url=ELSEWHERE
    ),
    "many_links": Case("index", "<h1>News</h1>" + SHORT + MANY_LINKS, url=ELSEWHERE),
    "nothing_speaks_for_it": Case("thin", "<h1>A storm</h1>" + SHORT, url=ELSEWHERE),
}


def facts_of_case(case: Case) -> PageFacts:
    parsed = parse_page(page(case.body, title=case.title, head=case.head), url=case.url, content_type="text/html")
    assert parsed.tree is not None
    data = read_structured(parsed)
    return facts_of(parsed, parsed.tree, data, read_times(parsed, data, SOURCE, None), SOURCE)


def test_every_rule_has_its_page() -> None:
    assert list(CASES) == [rule.name for rule in RULES]


@pytest.mark.parametrize("name", CASES)
def test_a_page_is_decided_by_its_rule_whose_name_is_evidence(name: str) -> None:
    case = CASES[name]
    verdict = look(page(case.body, title=case.title, head=case.head), url=case.url)
    assert (verdict.evidence["rule"], verdict.kind) == (name, case.kind), dict(verdict.evidence)


@pytest.mark.parametrize("name", [rule.name for rule in RULES[:-1]])
def test_without_its_rule_the_page_is_called_otherwise(name: str) -> None:
    facts = facts_of_case(CASES[name])
    others = tuple(rule for rule in RULES if rule.name != name)
    verdict = deciding_rule(facts, RULES).verdict(facts)
    otherwise = deciding_rule(facts, others).verdict(facts)
    assert (verdict.kind, verdict.evidence.get("reason")) != (otherwise.kind, otherwise.evidence.get("reason"))


def test_the_last_rule_applies_to_every_page() -> None:
    for case in CASES.values():
        assert RULES[-1].applies(facts_of_case(case))
