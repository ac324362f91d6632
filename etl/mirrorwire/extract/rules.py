"""The rules by which a page is judged, in the order in which they are asked: the first that applies decides.

To add one: a function that says from `PageFacts` whether it applies, an entry in `RULES` at its place, and a page in
the tests of the rules that no other rule decides.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from mirrorwire.core.records import Verdict, VerdictKind
from mirrorwire.extract.facts import PROSE_CHARS, THIN_CHARS, PageFacts
from mirrorwire.extract.notice_titles import DOCUMENT

MANY_HEADLINES = 10
MANY_LINKS = 30


def _nothing_more(facts: PageFacts) -> dict[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason to call a page something. Its `name` stands in the evidence of what it decides.

    `kind` is what the page then is, `None` where it is what its notice says. `reason` is for people, and `details` are
    further evidence.
    """

    name: str
    applies: Callable[[PageFacts], bool]
    kind: VerdictKind | None
    reason: str | None = None
    details: Callable[[PageFacts], dict[str, Any]] = _nothing_more

    def verdict(self, facts: PageFacts) -> Verdict:
        """Return what the page is by this rule, with the evidence."""
        kind = self.kind
        if kind is None:
            if facts.notice is None:
                raise ValueError(f"the rule {self.name} decides by a notice, and there is none")
            kind = facts.notice.kind
        evidence: dict[str, Any] = {"rule": self.name}
        if self.reason is not None:
            evidence["reason"] = self.reason
        return Verdict(kind=kind, evidence={**evidence, **self.details(facts), **facts.evidence()})


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
    enough_chars = THIN_CHARS if facts.slugged else PROSE_CHARS
    return facts.password and not facts.strong and facts.own_chars < enough_chars


# Canonical links: what the page says that it is a copy of.


def _is_canonically_no_article(facts: PageFacts) -> bool:
    return facts.canonical in ("front page", "no article") and facts.stated < 3


def _is_canonically_elsewhere(facts: PageFacts) -> bool:
    return facts.canonical is not None and facts.stated > 0


# Pages that state that they are articles, and lists.


def _is_stated_listing(facts: PageFacts) -> bool:
    return _is_listing(facts) and facts.strong and facts.runs_on


def _is_listing(facts: PageFacts) -> bool:
    return facts.listing and not facts.json_ld


def _is_stated_article(facts: PageFacts) -> bool:
    return facts.strong and facts.runs_on


def _is_stated_thrice(facts: PageFacts) -> bool:
    return facts.stated >= 3


def _is_stated_without_text(facts: PageFacts) -> bool:
    return facts.strong


def _is_list_of_headlines(facts: PageFacts) -> bool:
    return facts.headlines >= MANY_HEADLINES and facts.listed_chars < PROSE_CHARS


# Pages that state little or nothing: what they show decides.


def _is_links_only(facts: PageFacts) -> bool:
    return not facts.runs_on and facts.dense


def _is_thin(facts: PageFacts) -> bool:
    return not facts.runs_on


def _is_own_document(facts: PageFacts) -> bool:
    return DOCUMENT.search(facts.heading or facts.title) is not None


def _is_running_text_with_signal(facts: PageFacts) -> bool:
    long_enough = facts.own_chars >= PROSE_CHARS and bool(facts.heading)
    return long_enough and facts.stated > 0 and not facts.dense and facts.notice is None


def _is_running_text_with_few_signals(facts: PageFacts) -> bool:
    return facts.stated > 0 and (_tells_a_story(facts) or not facts.dense)


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
    Rule(name="canonical_no_article", applies=_is_canonically_no_article, kind="index", details=_canonical_reason),
    Rule(name="canonical_elsewhere", applies=_is_canonically_elsewhere, kind="suspect", details=_canonical_reason),
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
    Rule(name="running_text_with_signal", applies=_is_running_text_with_signal, kind="article"),
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
