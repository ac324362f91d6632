"""The rules by which a page is judged, in the order in which they are asked: the first that applies decides.

To add one: a function that says from `PageFacts` whether it applies, an entry in `RULES` at its place, and a page in
the tests of the rules that no other rule decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from mirrorwire.extract.answer_rules import (
    canonical_reason,
    is_at_front,
    is_canonically_elsewhere,
    is_canonically_no_article,
    is_notice,
    is_notice_beside_some_text,
    is_notice_under_own_heading,
    is_own_document,
    is_password_form,
    phrase_of_document,
    words_of_notice,
)
from mirrorwire.extract.article_rules import (
    is_brief_among_links,
    is_expected,
    is_long_story,
    is_running_text_with_few_signals,
    is_stated_article,
    is_stated_label,
    is_stated_thrice,
    is_stated_without_text,
    is_thin,
    is_titled_story,
    is_titled_with_signal,
    tells_a_story,
    weighed,
    weighs_against,
    weighs_for,
)
from mirrorwire.extract.facts import PageFacts
from mirrorwire.extract.list_rules import (
    headline_count,
    is_collection,
    is_dated_list,
    is_goods,
    is_hardly_an_article,
    is_links_only,
    is_list_of_headlines,
    is_listing,
    is_many_links,
    is_stated_goods,
    is_stated_listing,
)
from mirrorwire.extract.rule import Rule


def deciding_rule(facts: PageFacts, rules: Sequence[Rule]) -> Rule:
    """Return the first rule that applies; raises `ValueError` where none does, which `RULES` never lets happen."""
    for rule in rules:
        if rule.applies(facts):
            return rule
    raise ValueError("no rule applies: the last one must apply to every page")


def _is_any(facts: PageFacts) -> bool:
    return True


RULES: tuple[Rule, ...] = (
    Rule(
        name="notice_under_own_heading",
        applies=is_notice_under_own_heading,
        kind="suspect",
        reason="the words of a notice, under the heading that its URL names",
        details=words_of_notice,
    ),
    Rule(name="notice", applies=is_notice, kind=None, details=words_of_notice),
    Rule(name="notice_beside_some_text", applies=is_notice_beside_some_text, kind=None, details=words_of_notice),
    Rule(name="password_form", applies=is_password_form, kind="login", reason="a password field and no article"),
    Rule(name="front_page", applies=is_at_front, kind="index", reason="stands at the front page's address"),
    Rule(name="canonical_no_article", applies=is_canonically_no_article, kind="index", details=canonical_reason),
    Rule(name="canonical_elsewhere", applies=is_canonically_elsewhere, kind="suspect", details=canonical_reason),
    Rule(
        name="stated_goods",
        applies=is_stated_goods,
        kind="suspect",
        reason="offers goods, and may report on them",
    ),
    Rule(name="goods", applies=is_goods, kind="thin", reason="offers goods, and reports nothing"),
    Rule(name="collection", applies=is_collection, kind="index", reason="calls itself a collection of pages"),
    Rule(name="dated_list", applies=is_dated_list, kind="index", reason="teasers with their dates before all"),
    Rule(
        name="stated_listing",
        applies=is_stated_listing,
        kind="suspect",
        reason="says that it is an article, and shows teasers before all",
    ),
    Rule(
        name="listing",
        applies=is_listing,
        kind="index",
        reason="headings that are links, and little text beside them",
    ),
    Rule(
        name="stated_label",
        applies=is_stated_label,
        kind="suspect",
        reason="says that it is an article, and is named as sections are",
    ),
    Rule(name="stated_article", applies=is_stated_article, kind="article"),
    Rule(
        name="stated_thrice",
        applies=is_stated_thrice,
        kind="suspect",
        reason="says that it is an article, and shows little text",
    ),
    Rule(
        name="stated_without_text",
        applies=is_stated_without_text,
        kind="thin",
        reason="says that it is an article, and shows next to no text",
    ),
    Rule(
        name="list_of_headlines",
        applies=is_list_of_headlines,
        kind="index",
        reason="headlines that are links, and little text beside them",
        details=headline_count,
    ),
    Rule(name="links_only", applies=is_links_only, kind="index", reason="links only"),
    Rule(name="next_to_no_text", applies=is_thin, kind="thin", reason="next to no text"),
    Rule(
        name="own_document",
        applies=is_own_document,
        kind="thin",
        reason="a publisher's own document",
        details=phrase_of_document,
    ),
    Rule(name="expected", applies=is_expected, kind="article"),
    Rule(
        name="facts_of_a_list",
        applies=is_hardly_an_article,
        kind="index",
        reason="all that is known of the page speaks for a list or a shelf",
        details=weighed,
    ),
    Rule(
        name="facts_against",
        applies=weighs_against,
        kind="suspect",
        reason="running text, and its name or all else that is known speaks against an article",
        details=weighed,
    ),
    Rule(name="titled_with_signal", applies=is_titled_with_signal, kind="article"),
    Rule(name="titled_story", applies=is_titled_story, kind="article"),
    Rule(name="long_story", applies=is_long_story, kind="article"),
    Rule(name="facts_for", applies=weighs_for, kind="article", details=weighed),
    Rule(
        name="few_signals",
        applies=is_running_text_with_few_signals,
        kind="suspect",
        reason="running text, and few article signals",
        details=words_of_notice,
    ),
    Rule(
        name="no_signal",
        applies=tells_a_story,
        kind="suspect",
        reason="running text, and no article signal",
        details=words_of_notice,
    ),
    Rule(
        name="brief_among_links",
        applies=is_brief_among_links,
        kind="suspect",
        reason="a heading, a date and a byline, and many links around a short text",
    ),
    Rule(name="many_links", applies=is_many_links, kind="index", reason="no article signal, many links"),
    Rule(name="nothing_speaks_for_it", applies=_is_any, kind="thin", reason="no article signal"),
)
"""In order. A rule may count on all that stand before it not applying."""
