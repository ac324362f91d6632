"""A page's facts, counted once, before any rule is asked."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from lxml import etree, html

from mirrorwire.core.records import Listing, Source
from mirrorwire.core.urls import article_key
from mirrorwire.extract.canonical import is_front, named_instead
from mirrorwire.extract.facts import MANY_TEASERS, THIN_CHARS, PageFacts
from mirrorwire.extract.headings import headings
from mirrorwire.extract.likeness import alike, in_slug, strange
from mirrorwire.extract.marked import ARTICLE_TYPES
from mirrorwire.extract.normalize import MAX_TITLE_CHARS
from mirrorwire.extract.notices import Notice, notice_in_name, notice_in_opening, notice_in_pictures
from mirrorwire.extract.page import Page, finder, fold
from mirrorwire.extract.page_features import likelihood
from mirrorwire.extract.published import Times
from mirrorwire.extract.script_body import prose_lines, read_script_body
from mirrorwire.extract.signs import goods, is_on_shelf, is_shelf, path_steps, titled_words, words_in_step
from mirrorwire.extract.structured import Structured
from mirrorwire.extract.survey import survey, width

NOTICE_CHARS = 2_400
"""No notice of those known runs on as long as this beside a statement that the page is an article."""
_AUTHOR_LINK: Any = etree.XPath("boolean(//@rel[.='author'])")
_BYLINE: Any = etree.XPath("boolean(//@class[contains(.,'byline')])")
_ARTICLES: Any = etree.XPath("count(//article)")
_ITEMS = finder("//*[@itemtype]/@itemtype")
_NUMBER = re.compile(r"\d{4}")
_ARTICLE_OG = re.compile(r"^(?:article|news|blog|story|post)", re.I)
_COLLECTION_TYPES = frozenset({"CollectionPage", "SearchResultsPage"})
_FRONT_TYPES = _COLLECTION_TYPES | {"ItemList"}


def facts_of(
    page: Page,
    tree: html.HtmlElement,
    data: Structured,
    times: Times,
    source: Source | None,
    listing: Listing | None = None,
) -> PageFacts:
    """Return what speaks for and against the page's being an article, and how likely that makes it one.

    Reads the tree, does not change it.
    """
    facts = counted_facts(page, tree, data, times, source, listing)
    return replace(facts, likelihood=likelihood(facts))


def counted_facts(
    page: Page,
    tree: html.HtmlElement,
    data: Structured,
    times: Times,
    source: Source | None,
    listing: Listing | None = None,
) -> PageFacts:
    """Return what `facts_of` does, without the model's word: what it is trained on."""
    facts = _surveyed(page, tree, data, times, source)
    facts = replace(facts, expected=_is_expected(facts, page, source, listing))
    if facts.stated and not facts.runs_on:
        facts = _with_scripts(facts, page, data)
    return replace(facts, notice=_notice(facts))


def _surveyed(page: Page, tree: html.HtmlElement, data: Structured, times: Times, source: Source | None) -> PageFacts:
    titles = _titles(data)
    shown = survey(tree, titles)
    json_ld = bool(data.article.get("headline") or data.article.get("datePublished"))
    og_article = bool(_ARTICLE_OG.match(data.meta("og:type") or ""))
    shown_headings = headings(page)
    dated = times.origins.get("published_at") if times.published_at is not None else None
    steps = path_steps(page.url)
    return PageFacts(
        json_ld=json_ld,
        microdata=data.microdata_article and _article_items(tree) <= 2,
        og_article=og_article,
        dated=None if dated == "url" else dated,
        # The search through all classes takes long, and tells nothing new of a page that states itself.
        byline=bool(data.meta("author", "article:author")) or (not json_ld and _has_byline(page, tree)),
        heading=shown_headings[0] if shown_headings else None,
        title=next(iter(data.metas.get("title", ())), "") or data.meta("og:title") or "",
        prose_chars=shown.prose,
        own_chars=shown.own if shown.teasers >= MANY_TEASERS else shown.prose,
        listed_chars=shown.own_of_headlines,
        shown_chars=shown.shown,
        link_chars=shown.link_text,
        links=shown.links,
        teasers=shown.teasers,
        headlines=shown.headlines,
        pictures="\n".join(shown.pictures),
        password=shown.password,
        at_front=is_front(page.url),
        canonical=named_instead(page, tree, data, source),
        opening=tuple(shown.opening),
        slugged=bool(shown_headings) and in_slug(shown_headings[0], page.url),
        # A page that states in JSON-LD that it is an article needs no such sign, and most pages do.
        titled_words=0 if json_ld else titled_words(page, data, titles),
        in_article=int(_ARTICLES(tree)) == 1,
        front=bool(_FRONT_TYPES & data.types),
        collection=bool(_COLLECTION_TYPES & data.types),
        dates=shown.dates,
        runs=shown.runs,
        longest_run=shown.longest_run,
        images=shown.images,
        inputs=shown.inputs,
        # A page that says of itself that it reports is no shelf, whatever it sells.
        goods=None if json_ld else goods(page, data),
        shelf=is_on_shelf(page.url) or (not (json_ld or og_article) and is_shelf(page)),
        expected=False,
        url_words=len(words_in_step(steps[-1])) if steps else 0,
        url_digits=any(_NUMBER.search(step) for step in steps),
    )


def _has_byline(page: Page, tree: html.HtmlElement) -> bool:
    """Whether an element is called a byline, or a link the author's."""
    return bool(_AUTHOR_LINK(tree)) or (b"byline" in page.source and bool(_BYLINE(tree)))


def _titles(data: Structured) -> list[str]:
    """What the page's head calls it."""
    titles = [fold(title)[:MAX_TITLE_CHARS] for name in ("title", "og:title") for title in data.metas.get(name, ())[:1]]
    return [title for title in titles if title]


def _is_expected(facts: PageFacts, page: Page, source: Source | None, listing: Listing | None) -> bool:
    """Whether the seeds or the URL say that an article stands here, and the page is not another one's."""
    names = [name for name in (facts.heading, facts.title) if name]
    if listing is not None:
        if any(alike(name, listing.title) for name in names):
            return True
        return not names or not all(strange(name, listing.title) for name in names)
    return source is not None and bool(source.article_url) and article_key(page.url, source) is not None


def _with_scripts(facts: PageFacts, page: Page, data: Structured) -> PageFacts:
    """Count the running text that a page that says it is an article holds in its scripts alone, if it does."""
    titles = [facts.title, facts.heading, data.meta("og:title"), data.article.get("headline")]
    lines = read_script_body(page, [title for title in titles if isinstance(title, str)]) or []
    article_body = data.article.get("articleBody")
    if not lines and isinstance(article_body, str):
        lines = prose_lines(article_body)
    chars = sum(width(line) for line in lines)
    if not chars:
        return facts
    # What an application draws from its data has no heading on the page either: its title stands for it.
    heading = facts.heading or facts.title or None
    return replace(facts, own_chars=chars, prose_chars=chars, heading=heading)


def _notice(facts: PageFacts) -> Notice | None:
    """The notice that title, heading, pictures or the opening text match."""
    # An article about a seizure has the same words, in its title at that; but it says what it is, and runs on.
    enough_chars = THIN_CHARS if facts.strong else NOTICE_CHARS
    if (facts.stated or facts.titled) and facts.own_chars >= enough_chars:
        return None
    named = notice_in_name(facts.title, "title") or notice_in_name(facts.heading or "", "heading")
    if named is not None or facts.strong:
        return named
    pictured = None if facts.runs_on else notice_in_pictures(facts.pictures)
    return pictured or notice_in_opening(facts.opening)


def _article_items(tree: html.HtmlElement) -> int:
    """How many items of an article type the page marks up: several are a list's, not the page."""
    count = 0
    for itemtype in _ITEMS(tree):
        types = set(re.split(r"[/#\s]", itemtype))
        count += bool(types & ARTICLE_TYPES)
    return count
