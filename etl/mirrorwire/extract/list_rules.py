"""Lists and shelves: pages that show other pages, or goods, before all."""

from __future__ import annotations

from typing import Any

from mirrorwire.extract.article_rules import has_signal
from mirrorwire.extract.facts import HARDLY, MANY_LISTED, MANY_TEASERS, PROSE_CHARS, PageFacts

MANY_HEADLINES = 10
MANY_LINKS = 30
MIN_BRIEF_SHARE = 0.05


def is_stated_goods(facts: PageFacts) -> bool:
    """Return whether a page offers goods, and may report on them."""
    only_a_button = facts.goods == "cart"
    return is_goods(facts) and (only_a_button or facts.stated > 0 or facts.expected)


def is_goods(facts: PageFacts) -> bool:
    """Return whether a page offers goods."""
    # A shop's articles have its basket in their frame, too.
    article_in_a_shop = facts.goods == "cart" and facts.likely
    return facts.goods is not None and not article_in_a_shop


def is_collection(facts: PageFacts) -> bool:
    """Return whether a page calls itself a collection, and shows cards."""
    shows_cards = facts.teasers >= MANY_TEASERS or facts.headlines >= MANY_HEADLINES
    return facts.collection and shows_cards and not facts.json_ld


def is_dated_list(facts: PageFacts) -> bool:
    """Return whether a page without a name of its own is a list of teasers with their dates."""
    return facts.dated_list and not (facts.json_ld or facts.titled or facts.slugged or facts.expected)


def is_stated_listing(facts: PageFacts) -> bool:
    """Return whether a page says that it is an article, and its teasers are what runs on in it."""
    named_as_article = facts.likely and (facts.headlined or facts.slugged)
    return is_listing(facts) and (named_as_article or (facts.strong and facts.runs_on))


def is_listing(facts: PageFacts) -> bool:
    """Return whether the teasers are what runs on in a page, and no brief of its own stands above them."""
    return facts.listing and not facts.json_ld and not is_brief_above_teasers(facts)


def is_list_of_headlines(facts: PageFacts) -> bool:
    """Return whether a page is headlines, and tells little beside them."""
    if facts.headlines < MANY_HEADLINES or facts.listed_chars >= PROSE_CHARS or facts.likely:
        return False
    tells_more = facts.own_chars >= PROSE_CHARS and facts.headlines < MANY_LISTED
    return not (is_brief_above_teasers(facts) or (facts.titled and tells_more))


def is_hardly_an_article(facts: PageFacts) -> bool:
    """Return whether all facts of a page that states nothing speak for a list or a shelf."""
    return facts.unlikely and facts.likelihood < HARDLY and facts.stated == 0


def is_links_only(facts: PageFacts) -> bool:
    """Return whether a page shows links, and next to no text."""
    return not facts.runs_on and facts.dense


def is_many_links(facts: PageFacts) -> bool:
    """Return whether a page has many links, or calls itself a list."""
    return facts.dense or facts.front or facts.links >= MANY_LINKS


def is_brief_above_teasers(facts: PageFacts) -> bool:
    """Return whether a short text stands above other articles' teasers, under a heading that the title repeats."""
    # Hundreds of teasers and a few lines are no article with a list beside it.
    if facts.teasers >= MANY_LISTED and facts.own_chars < MIN_BRIEF_SHARE * facts.shown_chars:
        return False
    signal = facts.dated is not None or facts.headlined or has_signal(facts)
    return facts.titled and facts.runs_on and signal


def headline_count(facts: PageFacts) -> dict[str, Any]:
    """Return how many headlines there are."""
    return {"headlines": facts.headlines}
