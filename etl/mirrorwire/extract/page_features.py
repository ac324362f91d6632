"""What the small model of whole pages goes by: a page's facts as numbers, and how likely they make it an article.

The model decides nothing that a named rule decides: the rules ask it where they know no better. It does not see the
URL: what answers in an article's place stands at the article's.
"""

from __future__ import annotations

from collections.abc import Mapping

from mirrorwire.extract.facts import PageFacts
from mirrorwire.extract.forest import forest

MODEL = "page_model.json"
_DATED = {"page": 1, "microdata": 2, "meta": 3, "json-ld": 4}
"""How much it says for an article that its date stands there. Whatever else is named counts as shown on the page."""
_GOODS = {"cart": 1, "product": 2}
FEATURES: Mapping[str, int] = {
    "json_ld": 1,
    "og_article": 1,
    "dated": 1,
    "byline": 1,
    "stated": 1,
    "heading_words": 1,
    "titled_words": 1,
    "own_chars": 1,
    "own_share": 1,
    "prose_chars": 0,
    "listed_chars": 0,
    "listed_share": 0,
    "shown_chars": 0,
    "runs": 0,
    "longest_run": 1,
    "link_density": -1,
    "links": 0,
    "teasers": -1,
    "headlines": 0,
    "images": 0,
    "inputs": -1,
    "in_article": 0,
    "front": -1,
    "goods": -1,
    "shelf": -1,
}
"""Each with its direction: 1 where more of it may speak for an article alone, -1 against one alone, 0 either way."""


def page_row(facts: PageFacts) -> list[float]:
    """Return a page's numbers, in the order of `FEATURES`."""
    return [
        facts.json_ld,
        facts.og_article,
        0 if facts.dated is None else _DATED.get(facts.dated, 1),
        facts.byline,
        facts.stated,
        facts.heading_words,
        facts.titled_words,
        facts.own_chars,
        facts.own_chars / facts.shown_chars if facts.shown_chars else 0.0,
        facts.prose_chars,
        facts.listed_chars,
        facts.listed_chars / facts.own_chars if facts.own_chars else 0.0,
        facts.shown_chars,
        facts.runs,
        facts.longest_run,
        facts.link_density,
        facts.links,
        facts.teasers,
        facts.headlines,
        facts.images,
        facts.inputs,
        facts.in_article,
        facts.front,
        0 if facts.goods is None else _GOODS[facts.goods],
        facts.shelf,
    ]


def likelihood(facts: PageFacts) -> float:
    """Return how likely a page is an article by all its facts, from 0 to 1."""
    return forest(MODEL, tuple(FEATURES)).probability(page_row(facts))
