"""The rules by which a page is judged, in the order in which they are asked: the first that applies decides.

To add one: a function that says from `PageFacts` whether it applies, an entry in `RULES` at its place, and a page in
the tests of the rules that no other rule decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mirrorwire.extract.facts import MANY_LISTED, MANY_TEASERS, PROSE_CHARS, THIN_CHARS, PageFacts
from mirrorwire.extract.notice_titles import DOCUMENT
from mirrorwire.extract.rule import Rule

MANY_HEADLINES = 10
MANY_LINKS = 30
MAX_LINK_DENSITY = 0.45
MIN_CHARS_A_LINK, MIN_CHARS_A_TEASER = 10, 300
"""A page that has less of its own to tell, for each link or teaser that it shows, is a list as likely as a story."""
LONG_CHARS = 4 * PROSE_CHARS
"""Running text of this length is one's own to tell, under whatever heading."""


def deciding_rule(facts: PageFacts, rules: Sequence[Rule]) -> Rule:
    """Return the first rule that applies; raises `ValueError` where none does, which `RULES` never lets happen."""
    for rule in rules:
        if rule.applies(facts):
            return rule
    raise ValueError("no rule applies: the last one must apply to every page")


# Notices: words that stand in an article's place.


def _is_notice_under_own_heading(facts: PageFacts) -> bool:
    if facts.notice is None or not facts.slugged:
        return False
    # What stands before a gate may be an article's beginning, too: a gate wants twice the text.
    gate = facts.notice.kind in ("login", "consent")
    return facts.own_chars >= (2 * THIN_CHARS if gate else THIN_CHARS)


def _is_notice(facts: PageFacts) -> bool:
    if facts.notice is None:
        return False
    # A box of the frame may hold such words, its heading too; long text beside them leaves a doubt.
    return facts.notice.where in ("title", "picture") or facts.own_chars < PROSE_CHARS


def _is_notice_beside_some_text(facts: PageFacts) -> bool:
    return facts.notice is not None and not facts.stated and facts.own_chars < 2 * PROSE_CHARS


def _is_password_form(facts: PageFacts) -> bool:
    enough_chars = THIN_CHARS if facts.slugged or facts.titled else PROSE_CHARS
    return facts.password and not facts.strong and facts.own_chars < enough_chars


# Addresses: where the page stands, and what it says that it is a copy of.


def _is_at_front(facts: PageFacts) -> bool:
    return facts.at_front and facts.stated < 3


def _is_canonically_no_article(facts: PageFacts) -> bool:
    # Many a template names the front page on each of a site's pages: that is no more than a doubt.
    speaks_for_itself = facts.stated > 0 or facts.titled or facts.slugged
    return facts.canonical in ("front page", "no article") and not speaks_for_itself


def _is_canonically_elsewhere(facts: PageFacts) -> bool:
    return facts.canonical in ("another article", "no article") and facts.stated > 0


# Lists and shelves, whatever they state.


def _is_stated_goods(facts: PageFacts) -> bool:
    only_a_button = facts.goods == "cart"
    return facts.goods is not None and (only_a_button or facts.stated > 0 or facts.expected)


def _is_goods(facts: PageFacts) -> bool:
    return facts.goods is not None


def _is_collection(facts: PageFacts) -> bool:
    shows_cards = facts.teasers >= MANY_TEASERS or facts.headlines >= MANY_HEADLINES
    return facts.collection and shows_cards and not facts.json_ld


def _is_dated_list(facts: PageFacts) -> bool:
    return facts.dated_list and not (facts.json_ld or facts.titled or facts.slugged or facts.expected)


# Pages that state that they are articles, and lists.


def _is_stated_listing(facts: PageFacts) -> bool:
    return _is_listing(facts) and facts.strong and facts.runs_on


def _is_listing(facts: PageFacts) -> bool:
    return facts.listing and not facts.json_ld and not _is_brief_above_teasers(facts)


def _is_brief_above_teasers(facts: PageFacts) -> bool:
    signal = facts.dated is not None or facts.headlined or _has_signal(facts)
    return facts.titled and facts.runs_on and signal


def _has_signal(facts: PageFacts) -> bool:
    """Whether something speaks for an article that no list of articles has."""
    dated = facts.dated is not None and not (facts.listing and facts.dated == "page")
    if dated or facts.json_ld or facts.expected:
        return True
    return facts.mostly_own and (facts.stated > 0 or facts.in_article)


def _is_stated_article(facts: PageFacts) -> bool:
    only_says_so = facts.linked_list and facts.dated is None
    return facts.strong and facts.runs_on and not only_says_so


def _is_stated_thrice(facts: PageFacts) -> bool:
    return facts.stated >= 3


def _is_stated_without_text(facts: PageFacts) -> bool:
    return facts.strong


def _is_list_of_headlines(facts: PageFacts) -> bool:
    if facts.headlines < MANY_HEADLINES or facts.listed_chars >= PROSE_CHARS:
        return False
    tells_more = facts.own_chars >= PROSE_CHARS and facts.headlines < MANY_LISTED
    return not (_is_brief_above_teasers(facts) or (facts.titled and tells_more))


# Pages that state little or nothing: what they show, and what is known beforehand, decides.


def _is_links_only(facts: PageFacts) -> bool:
    return not facts.runs_on and facts.dense


def _is_thin(facts: PageFacts) -> bool:
    return not facts.runs_on


def _is_own_document(facts: PageFacts) -> bool:
    return DOCUMENT.search(facts.heading or facts.title) is not None


def _is_expected(facts: PageFacts) -> bool:
    few_links = facts.own_chars >= PROSE_CHARS or not facts.dense
    return facts.expected and facts.named and few_links and facts.notice is None


def _is_titled_with_signal(facts: PageFacts) -> bool:
    few_links = facts.own_chars >= PROSE_CHARS or facts.slugged or not facts.dense
    return facts.titled and _has_signal(facts) and few_links and _tells_more_than_it_lists(facts)


def _is_running_text_with_signal(facts: PageFacts) -> bool:
    named = bool(facts.heading) or facts.own_chars >= 2 * PROSE_CHARS
    long_enough = facts.own_chars >= PROSE_CHARS and named
    return long_enough and facts.stated > 0 and not facts.dense and _tells_more_than_it_lists(facts)


def _is_titled_story(facts: PageFacts) -> bool:
    long_enough = facts.own_chars >= PROSE_CHARS and facts.mostly_own
    few_links = facts.slugged or facts.byline or facts.link_density < MAX_LINK_DENSITY
    return (facts.titled or facts.slugged) and long_enough and few_links and _tells_more_than_it_lists(facts)


def _is_long_story(facts: PageFacts) -> bool:
    long_enough = facts.own_chars >= LONG_CHARS and facts.mostly_own
    return long_enough and facts.named and not facts.dense and _tells_more_than_it_lists(facts)


def _tells_more_than_it_lists(facts: PageFacts) -> bool:
    """Whether a page that states little is no shelf and no list, nor what stands in an article's place."""
    if facts.notice is not None or (facts.shelf and facts.stated == 0):
        return False
    dated = facts.titled and facts.dated is not None and facts.own_chars >= PROSE_CHARS
    if facts.slugged or facts.byline or facts.expected or dated:
        return True
    listed_chars = max(MIN_CHARS_A_LINK * facts.links, MIN_CHARS_A_TEASER * facts.teasers)
    return facts.own_chars >= listed_chars


def _is_running_text_with_few_signals(facts: PageFacts) -> bool:
    return (facts.stated > 0 or facts.titled) and (_tells_a_story(facts) or not facts.dense)


def _tells_a_story(facts: PageFacts) -> bool:
    """Whether a page tells a story, whatever it states."""
    headed_prose = facts.own_chars >= PROSE_CHARS and bool(facts.heading)
    return facts.slugged or headed_prose or facts.own_chars >= 2 * PROSE_CHARS


def _is_many_links(facts: PageFacts) -> bool:
    return facts.dense or facts.front or facts.links >= MANY_LINKS


def _is_any(facts: PageFacts) -> bool:
    return True


# Further evidence.


def _words_of_notice(facts: PageFacts) -> dict[str, Any]:
    return facts.notice.evidence() if facts.notice else {}


def _canonical_reason(facts: PageFacts) -> dict[str, Any]:
    return {"reason": f"canonical link names {facts.canonical}"}


def _headline_count(facts: PageFacts) -> dict[str, Any]:
    return {"headlines": facts.headlines}


def _phrase_of_document(facts: PageFacts) -> dict[str, Any]:
    match = DOCUMENT.search(facts.heading or facts.title)
    return {"phrase": match.group(0), "where": "heading"} if match else {}


RULES: tuple[Rule, ...] = (
    Rule(
        name="notice_under_own_heading",
        applies=_is_notice_under_own_heading,
        kind="suspect",
        reason="the words of a notice, under the heading that its URL names",
        details=_words_of_notice,
    ),
    Rule(name="notice", applies=_is_notice, kind=None, details=_words_of_notice),
    Rule(name="notice_beside_some_text", applies=_is_notice_beside_some_text, kind=None, details=_words_of_notice),
    Rule(name="password_form", applies=_is_password_form, kind="login", reason="a password field and no article"),
    Rule(name="front_page", applies=_is_at_front, kind="index", reason="stands at the front page's address"),
    Rule(name="canonical_no_article", applies=_is_canonically_no_article, kind="index", details=_canonical_reason),
    Rule(name="canonical_elsewhere", applies=_is_canonically_elsewhere, kind="suspect", details=_canonical_reason),
    Rule(
        name="stated_goods",
        applies=_is_stated_goods,
        kind="suspect",
        reason="offers goods, and may report on them",
    ),
    Rule(name="goods", applies=_is_goods, kind="thin", reason="offers goods, and reports nothing"),
    Rule(name="collection", applies=_is_collection, kind="index", reason="calls itself a collection of pages"),
    Rule(name="dated_list", applies=_is_dated_list, kind="index", reason="teasers with their dates before all"),
    Rule(
        name="stated_listing",
        applies=_is_stated_listing,
        kind="suspect",
        reason="says that it is an article, and shows teasers before all",
    ),
    Rule(
        name="listing",
        applies=_is_listing,
        kind="index",
        reason="headings that are links, and little text beside them",
    ),
    Rule(name="stated_article", applies=_is_stated_article, kind="article"),
    Rule(
        name="stated_thrice",
        applies=_is_stated_thrice,
        kind="suspect",
        reason="says that it is an article, and shows little text",
    ),
    Rule(
        name="stated_without_text",
        applies=_is_stated_without_text,
        kind="thin",
        reason="says that it is an article, and shows next to no text",
    ),
    Rule(
        name="list_of_headlines",
        applies=_is_list_of_headlines,
        kind="index",
        reason="headlines that are links, and little text beside them",
        details=_headline_count,
    ),
    Rule(name="links_only", applies=_is_links_only, kind="index", reason="links only"),
    Rule(name="next_to_no_text", applies=_is_thin, kind="thin", reason="next to no text"),
    Rule(
        name="own_document",
        applies=_is_own_document,
        kind="thin",
        reason="a publisher's own document",
        details=_phrase_of_document,
    ),
    Rule(name="expected", applies=_is_expected, kind="article"),
    Rule(name="titled_with_signal", applies=_is_titled_with_signal, kind="article"),
    Rule(name="running_text_with_signal", applies=_is_running_text_with_signal, kind="article"),
    Rule(name="titled_story", applies=_is_titled_story, kind="article"),
    Rule(name="long_story", applies=_is_long_story, kind="article"),
    Rule(
        name="few_signals",
        applies=_is_running_text_with_few_signals,
        kind="suspect",
        reason="running text, and few article signals",
        details=_words_of_notice,
    ),
    Rule(
        name="no_signal",
        applies=_tells_a_story,
        kind="suspect",
        reason="running text, and no article signal",
        details=_words_of_notice,
    ),
    Rule(name="many_links", applies=_is_many_links, kind="index", reason="no article signal, many links"),
    Rule(name="nothing_speaks_for_it", applies=_is_any, kind="thin", reason="no article signal"),
)
"""In order. A rule may count on all that stand before it not applying."""
