"""The model of whole pages: where no named rule knows better, all facts together decide, and the evidence has them."""

from __future__ import annotations

import pytest

from mirrorwire.extract.facts import LIKELY, PageFacts
from mirrorwire.extract.forest import forest
from mirrorwire.extract.page_features import FEATURES, MODEL, page_row
from tests.extract.test_rules import (
    CART,
    CASES,
    ELSEWHERE,
    HEADING,
    OTHER_HEADING,
    SENTENCE,
    STORY,
    TITLE,
    Case,
    facts_of_case,
)
from tests.extract.test_verify import DATED, OG_ARTICLE, PROSE, look, page

NEWS = "<h1>The news of this evening at a glance</h1>"
TO_COMMENT = {
    "english": "You must log in or register to reply here.",
    "german": "Bitte melden Sie sich an, um diesen Artikel zu kommentieren.",
    "french": "Connectez-vous pour commenter. Veuillez vous identifier pour laisser un commentaire.",
}


def facts_of(body: str, *, title: str = TITLE, head: str = "", url: str = ELSEWHERE) -> PageFacts:
    return facts_of_case(Case("article", body, title=title, head=head, url=url))


def test_a_row_has_a_number_for_each_feature_of_the_shipped_model() -> None:
    assert len(page_row(facts_of(HEADING + PROSE))) == len(FEATURES)
    assert forest(MODEL, tuple(FEATURES)).features == tuple(FEATURES)


def test_the_url_says_nothing_to_the_model() -> None:
    here, there = facts_of(PROSE, url=STORY), facts_of(PROSE, url=ELSEWHERE)
    assert here.likelihood == there.likelihood


@pytest.mark.parametrize("name", [name for name, direction in FEATURES.items() if direction])
def test_more_of_a_fact_speaks_in_its_direction_alone(name: str) -> None:
    model, place = forest(MODEL, tuple(FEATURES)), list(FEATURES).index(name)
    for case in CASES.values():
        row = page_row(facts_of_case(case))
        more = [*row[:place], 10 * row[place] + 1, *row[place + 1 :]]
        assert FEATURES[name] * (model.probability(more) - model.probability(row)) >= 0


def test_the_evidence_has_the_likelihood_and_the_facts() -> None:
    case = CASES["facts_against"]
    evidence = look(page(case.body, title=case.title, head=case.head), url=case.url).evidence
    assert evidence["likelihood"] < 0.4
    assert evidence["facts"]["links"] == 40
    assert "teasers" not in evidence["facts"]


def test_an_article_in_a_shop_is_one_whose_basket_stands_in_its_frame() -> None:
    verdict = look(page(HEADING + PROSE * 3 + CART, title=TITLE, head=OG_ARTICLE + DATED), url=ELSEWHERE)
    assert verdict.kind == "article"


def test_a_few_lines_above_hundreds_of_teasers_are_no_brief() -> None:
    teasers = "".join(f'<h3><a href="/{n}">The prize of house number {n}</a></h3><p>A house.</p>' for n in range(300))
    body = page(HEADING + SENTENCE * 3 + teasers, title=TITLE, head=OG_ARTICLE + DATED)
    assert look(body, url=ELSEWHERE).kind == "suspect"


def test_a_section_that_says_that_it_is_an_article_is_known_by_its_name() -> None:
    head = OG_ARTICLE + DATED
    assert (
        look(page("<h1>Storms</h1>" + SENTENCE * 3, head=head), url="https://other.example/storms/").kind == "suspect"
    )
    assert look(page(OTHER_HEADING + SENTENCE * 3, head=head), url="https://other.example/storms/").kind == "article"


@pytest.mark.parametrize("words", TO_COMMENT.values(), ids=TO_COMMENT)
def test_a_login_by_which_to_comment_is_no_wall(words: str) -> None:
    body = page(f"{HEADING}{SENTENCE * 3}<div>{words}</div>", title=TITLE, head=DATED)
    assert look(body, url=ELSEWHERE).kind == "article"


def test_a_wall_is_one_beside_a_login_by_which_to_comment() -> None:
    words = "<div>You must log in to comment.</div><div>Please sign in.</div>"
    assert look(page(f"<h1>A storm</h1>{SENTENCE}{words}"), url=ELSEWHERE).kind == "login"


def test_askings_for_a_login_without_end_cost_no_more_than_a_few() -> None:
    words = "You must log in to comment. " * 40
    assert look(page(f"{NEWS}{SENTENCE * 3}<div>{words}</div>"), url=ELSEWHERE).kind != "login"


def test_a_page_that_is_named_as_nothing_is_none_whatever_its_facts() -> None:
    facts = facts_of(PROSE, title="")
    assert facts.likelihood >= LIKELY
    assert not facts.likely
