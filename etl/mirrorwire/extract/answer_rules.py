"""What stands in an article's place: notices, log-in forms, and pages that say that they are copies of others."""

from __future__ import annotations

from typing import Any

from mirrorwire.extract.facts import PROSE_CHARS, THIN_CHARS, PageFacts
from mirrorwire.extract.notice_titles import DOCUMENT


def is_notice_under_own_heading(facts: PageFacts) -> bool:
    """Return whether the words of a notice stand under the heading that the URL names, and text beside them."""
    if facts.notice is None or not facts.slugged:
        return False
    # What stands before a gate may be an article's beginning, too: a gate wants twice the text.
    gate = facts.notice.kind in ("login", "consent")
    return facts.own_chars >= (2 * THIN_CHARS if gate else THIN_CHARS)


def is_notice(facts: PageFacts) -> bool:
    """Return whether a notice is what the page says before all."""
    if facts.notice is None:
        return False
    # A box of the frame may hold such words, its heading too; long text beside them leaves a doubt.
    return facts.notice.where in ("title", "picture") or facts.own_chars < PROSE_CHARS


def is_notice_beside_some_text(facts: PageFacts) -> bool:
    """Return whether a page that states nothing has a notice, and no more than some text beside it."""
    return facts.notice is not None and not facts.stated and facts.own_chars < 2 * PROSE_CHARS


def is_password_form(facts: PageFacts) -> bool:
    """Return whether the page asks for a password, and shows no article."""
    enough_chars = THIN_CHARS if facts.slugged or facts.titled else PROSE_CHARS
    return facts.password and not facts.strong and facts.own_chars < enough_chars


def is_at_front(facts: PageFacts) -> bool:
    """Return whether the page stands at a front page's address, and does not say thrice that it is an article."""
    return facts.at_front and facts.stated < 3


def is_canonically_no_article(facts: PageFacts) -> bool:
    """Return whether a page that says nothing for itself names what is no article as itself."""
    # Many a template names the front page on each of a site's pages: that is no more than a doubt.
    speaks_for_itself = facts.stated > 0 or facts.titled or facts.slugged
    return facts.canonical in ("front page", "no article") and not speaks_for_itself


def is_canonically_elsewhere(facts: PageFacts) -> bool:
    """Return whether a page that says that it is an article names another page as itself."""
    return facts.canonical in ("another article", "no article") and facts.stated > 0


def is_own_document(facts: PageFacts) -> bool:
    """Return whether the heading is that of a publisher's own document."""
    return DOCUMENT.search(facts.heading or facts.title) is not None


def words_of_notice(facts: PageFacts) -> dict[str, Any]:
    """Return the notice's words."""
    return facts.notice.evidence() if facts.notice else {}


def canonical_reason(facts: PageFacts) -> dict[str, Any]:
    """Return what the canonical link names."""
    return {"reason": f"canonical link names {facts.canonical}"}


def phrase_of_document(facts: PageFacts) -> dict[str, Any]:
    """Return the words by which the heading is known."""
    match = DOCUMENT.search(facts.heading or facts.title)
    return {"phrase": match.group(0), "where": "heading"} if match else {}
