"""Articles: pages that state it, and those that state little and show it."""

from __future__ import annotations

from typing import Any

from mirrorwire.extract.facts import PROSE_CHARS, PageFacts
from mirrorwire.extract.page_features import FEATURES, page_row

MAX_LINK_DENSITY = 0.45
MIN_CHARS_A_LINK, MIN_CHARS_A_TEASER = 10, 300
"""A page that has less of its own to tell, for each link or teaser that it shows, is a list as likely as a story."""
LONG_CHARS = 4 * PROSE_CHARS
"""Running text of this length is one's own to tell, under whatever heading."""


def is_stated_article(facts: PageFacts) -> bool:
    """Return whether a page says that it is an article, and runs on."""
    only_says_so = facts.linked_list and facts.dated is None
    return facts.strong and facts.runs_on and not only_says_so


def is_stated_thrice(facts: PageFacts) -> bool:
    """Return whether a page says in three ways that it is an article, or in two and is named as one."""
    return facts.stated >= 3 or (facts.strong and (facts.titled or facts.slugged or facts.likely))


def is_stated_without_text(facts: PageFacts) -> bool:
    """Return whether a page says that it is an article."""
    return facts.strong


def is_thin(facts: PageFacts) -> bool:
    """Return whether a page shows next to no running text."""
    return not facts.runs_on


def is_expected(facts: PageFacts) -> bool:
    """Return whether an article is known to stand here, and the page is not mere links."""
    few_links = facts.own_chars >= PROSE_CHARS or not facts.dense
    return facts.expected and facts.named and few_links and facts.notice is None


def is_stated_label(facts: PageFacts) -> bool:
    """Return whether a page says that it is an article, and has a section's name."""
    return facts.strong and facts.runs_on and facts.labelled and facts.unlikely


def weighs_against(facts: PageFacts) -> bool:
    """Return whether a page has some text, and its name or all its facts together speak against an article."""
    has_text = is_running_text_with_few_signals(facts) or tells_a_story(facts)
    return has_text and facts.unlikely


def weighs_for(facts: PageFacts) -> bool:
    """Return whether all of a page's facts together speak for an article."""
    return facts.likely


def is_titled_with_signal(facts: PageFacts) -> bool:
    """Return whether the heading repeats the title, and something speaks for an article."""
    few_links = facts.own_chars >= PROSE_CHARS or facts.slugged or not facts.dense
    return facts.titled and has_signal(facts) and few_links and tells_more_than_it_lists(facts)


def is_titled_story(facts: PageFacts) -> bool:
    """Return whether running text of its own stands under a heading that the title or the URL repeats."""
    long_enough = facts.own_chars >= PROSE_CHARS and facts.mostly_own
    few_links = facts.slugged or facts.byline or facts.link_density < MAX_LINK_DENSITY
    return (facts.titled or facts.slugged) and long_enough and few_links and tells_more_than_it_lists(facts)


def is_long_story(facts: PageFacts) -> bool:
    """Return whether the text is so long that it is a story under whatever heading."""
    long_enough = facts.own_chars >= LONG_CHARS and facts.mostly_own
    return long_enough and facts.named and not facts.dense and tells_more_than_it_lists(facts)


def is_running_text_with_few_signals(facts: PageFacts) -> bool:
    """Return whether a page with some text says, or shows by its heading, that it may be an article."""
    return (facts.stated > 0 or facts.titled) and (tells_a_story(facts) or not facts.dense)


def is_brief_among_links(facts: PageFacts) -> bool:
    """Return whether a short text that links surround has a heading that the title repeats, a date and a byline."""
    return facts.titled and facts.dated is not None and facts.byline and facts.notice is None


def tells_a_story(facts: PageFacts) -> bool:
    """Return whether a page tells a story, whatever it states."""
    headed_prose = facts.own_chars >= PROSE_CHARS and (bool(facts.heading) or facts.byline)
    return facts.slugged or headed_prose or facts.own_chars >= 2 * PROSE_CHARS


def has_signal(facts: PageFacts) -> bool:
    """Return whether something speaks for an article that no list of articles has."""
    dated = facts.dated is not None and not (facts.listing and facts.dated == "page")
    if dated or facts.json_ld or facts.expected:
        return True
    return facts.mostly_own and (facts.stated > 0 or facts.in_article)


def tells_more_than_it_lists(facts: PageFacts) -> bool:
    """Return whether a page that states little is no shelf and no list, nor what stands in an article's place."""
    if facts.notice is not None or (facts.shelf and facts.stated == 0):
        return False
    dated = facts.titled and facts.dated is not None and facts.own_chars >= PROSE_CHARS
    if facts.slugged or facts.byline or facts.expected or dated:
        return True
    listed_chars = max(MIN_CHARS_A_LINK * facts.links, MIN_CHARS_A_TEASER * facts.teasers)
    return facts.own_chars >= listed_chars


def weighed(facts: PageFacts) -> dict[str, Any]:
    """Return how likely the facts make an article, and those that count."""
    numbers = zip(FEATURES, page_row(facts), strict=True)
    return {
        "likelihood": round(facts.likelihood, 2),
        "facts": {name: round(float(number), 2) for name, number in numbers if number},
    }
