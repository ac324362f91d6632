"""An article's title: the heading that readers see, or what the page states in its place."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from typing import Any

from mirrorwire.extract.headings import (
    heading_text,
    headings,
    is_marked_beside,
    is_most_of,
    main_heading,
    stands_beside,
)
from mirrorwire.extract.likeness import in_slug
from mirrorwire.extract.normalize import MAX_TITLE_CHARS, distinct, is_site, key, letters, plain, without_site
from mirrorwire.extract.page import Page, inline
from mirrorwire.extract.structured import Structured, text_of

VOTES = {"opengraph": 2, "json-ld": 1, "meta": 1}
"""What a statement counts where no heading names the article; in doubt the earlier stands.

og:title is written to name the article outside its site, a <title> is made by a template.
"""
MIN_CUT_CHARS = 15
"""A title that is cut off is not known again by a shorter beginning."""
MAX_HEADLINE_CHARS = 250
"""A longer heading is a paragraph."""
MAX_SITE_LETTERS = 40
"""A name of the site that is longer, and a title of the page as well, is the title."""
MIN_SITE_LETTERS = 5
"""A shorter name of the site may stand in a longer word by chance."""
_ATTRIBUTE_QUOTES = ('"', "'")
_TITLE_TAIL = re.compile(r"^(.{8,})\s[|–—»·•-]\s([^|–—»]{2,60})$")
_ELLIPSIS = re.compile(r"\s?(?:…|\.\.\.)$")
_SECTION_TAIL = re.compile(r"^(.{15,}?)\s*(?:\s[|–—-]|[|ㅣ｜]|-(?=[^\x00-\x7f]))\s*([^\W\d_][\w &]{1,24})$")
_SECTION_HEAD = re.compile(r"^([^\W\d_][\w &]{1,24}?)\s*[|ㅣ｜]\s*(.{15,})$")
_SECTION_META = re.compile(r"section|categor|channel|rubri")
_MAX_LINKS = 400
_WORD = re.compile(r"[^\W_]{4,}|\d+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """`text` is the title and `origin` where it stands; `spellings` are all that the page says in its place."""

    text: str | None = None
    origin: str = ""
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statement:
    """What one place of the page calls the article."""

    origin: str
    text: str


def read_title(page: Page, data: Structured, sites: frozenset[str]) -> Title:
    """Return the title that readers see: the article's heading, without its kicker and the names of site and section.

    What the head says in its place is often written for search engines, and may be cut off. It counts where no heading
    names the article, or where og:title and JSON-LD agree against it. All of it stays in `spellings`.
    """
    stated = [Statement(origin, plain(value)) for origin, value in _stated(page, data) if value]
    stated = [statement for statement in stated if statement.text]
    sites = _without_headlines(sites, stated)
    sections = _Sections(page, data)
    heading = _article_heading(page, stated, sites)
    if heading is None:
        cleaned = _cleaned(stated, (), sites, sections)
        title = _agreed(cleaned)
    else:
        shown = Statement("page", plain(heading_text(heading)))
        cleaned = _cleaned(stated, (shown.text,), sites, sections)
        shown = _without_names(shown, sites, [statement.text for statement in stated], sections)
        title = _headline(heading, shown, cleaned)
    if title is None:
        return Title()
    full = [text for text in headings(page) if not is_site(text, sites)][:3]
    spellings = [title.text, *(statement.text for statement in cleaned), *full]
    return Title(text=title.text, origin=title.origin, spellings=distinct(spellings, 12, MAX_TITLE_CHARS))


def _stated(page: Page, data: Structured) -> Iterator[tuple[str, str | None]]:
    """What the page's head and its microdata call it, the most trusted first."""
    yield "opengraph", data.meta("og:title")
    yield "json-ld", text_of(data.article.get("headline")) or text_of(data.article.get("name"))
    yield "meta", data.meta("twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
    yield "microdata", next(iter(data.microdata.get("headline", ())), None)
    yield "title", data.meta("title")


def _without_headlines(sites: frozenset[str], stated: Sequence[Statement]) -> frozenset[str]:
    """The site's names without the article's title, which some templates put into og:site_name."""
    titles = {letters(statement.text) for statement in stated}
    return frozenset(site for site in sites if len(site) <= MAX_SITE_LETTERS or site not in titles)


def _article_heading(page: Page, stated: Sequence[Statement], sites: frozenset[str]) -> Any:
    """The heading that names the article; `None` where the likeliest one names the site, a section or a pop-up."""
    if page.tree is None:
        return None
    named = [replace(statement, text=without_site(statement.text, sites)) for statement in stated]
    named = [statement for statement in named if not is_site(statement.text, sites)]
    heading = main_heading(page.tree, [statement.text for statement in named])
    text = "" if heading is None else heading_text(heading)
    if not text or len(text) > MAX_HEADLINE_CHARS or is_site(text, sites):
        return None
    if is_marked_beside(heading) and letters(text) not in {letters(statement.text) for statement in named}:
        return None
    return heading if _names_the_article(text, named, page) else None


def _names_the_article(heading: str, stated: Sequence[Statement], page: Page) -> bool:
    """Whether a heading shares a word with what the page states, or most of them with its URL.

    A <title> names the site, too, as its logo does: it counts only where it speaks of something else than the others.
    """
    by_title = _words(statement.text for statement in stated if statement.origin == "title")
    words = _words(statement.text for statement in stated if statement.origin != "title")
    if not words and _has_one_h1(page):
        return True
    if words.isdisjoint(by_title):
        words |= by_title
    return not words.isdisjoint(_words([heading])) or not words or in_slug(heading, page.url)


def _has_one_h1(page: Page) -> bool:
    tree: Any = page.tree
    return sum(1 for h1 in tree.iter("h1") if inline(h1) and not stands_beside(h1)) == 1


def _words(texts: Iterable[str]) -> frozenset[str]:
    spelling = key(" ".join(texts))
    return frozenset(_WORD.findall(spelling)) | frozenset(_UNSPACED.findall(spelling))


def _cleaned(
    stated: Sequence[Statement], shown: Sequence[str], sites: frozenset[str], sections: _Sections
) -> list[Statement]:
    """The statements without the names of site and section, those that were cut off made whole."""
    wholes = [*shown, *(statement.text for statement in stated if statement.origin in ("json-ld", "microdata"))]
    cleaned = [_without_names(_without_long_name(statement, sites), sites, wholes, sections) for statement in stated]
    cleaned = [statement for statement in cleaned if statement.text and not is_site(statement.text, sites)]
    texts = [statement.text for statement in cleaned] + wholes
    return [replace(statement, text=_whole(statement.text, texts)) for statement in cleaned]


def _without_long_name(statement: Statement, sites: frozenset[str]) -> Statement:
    """A <title> without its last part if that holds a name of the site: there it often has a longer one."""
    tail = _TITLE_TAIL.match(statement.text) if statement.origin == "title" else None
    if tail is None:
        return statement
    name = letters(tail[2])
    is_named = any(len(site) >= MIN_SITE_LETTERS and site in name for site in sites)
    return replace(statement, text=tail[1]) if is_named else statement


def _without_names(
    statement: Statement, sites: frozenset[str], others: Sequence[str], sections: _Sections
) -> Statement:
    text = without_site(statement.text, sites, [other for other in others if other != statement.text])
    return replace(statement, text=_without_section(text, sections))


def _whole(text: str, texts: Sequence[str]) -> str:
    """The statement of which another is the beginning, cut off: `A storm in the …`, or at a quote in an attribute."""
    start = _ELLIPSIS.sub("", key(text))
    if len(start) < MIN_CUT_CHARS:
        return text
    is_marked = start != key(text)
    for whole in texts:
        if not key(whole).startswith(start) or _ELLIPSIS.search(whole):
            continue
        # `key` makes one sign of all quotes, but only these two end an attribute.
        if is_marked or whole[len(text) :].lstrip().startswith(_ATTRIBUTE_QUOTES):
            return whole
    return text


class _Sections:
    """The names of sections that a page's head states or its links bear, read when a title first asks for them."""

    def __init__(self, page: Page, data: Structured) -> None:
        self._page = page
        self._data = data

    @cached_property
    def names(self) -> frozenset[str]:
        """The names as keys; none where the page could not be parsed."""
        if self._page.tree is None:
            return frozenset()
        links = [inline(link) for link in islice(self._page.tree.iter("a"), _MAX_LINKS)]
        metas = [value for name, values in self._data.metas.items() if _SECTION_META.search(name) for value in values]
        stated = text_of(self._data.article.get("articleSection")) or ""
        return frozenset(key(name) for name in (*links, *metas, stated))


def _without_section(text: str, sections: _Sections) -> str:
    """A title without the section at its end or beginning (`A storm | Sport`), which the head names, or a link."""
    tail = _SECTION_TAIL.match(text)
    if tail is not None and key(tail[2]) in sections.names:
        text = tail[1].rstrip()
    head = _SECTION_HEAD.match(text)
    if head is not None and key(head[1]) in sections.names:
        text = head[2]
    return text


def _headline(heading: Any, shown: Statement, stated: Sequence[Statement]) -> Statement:
    """The heading as it is best spelled, or og:title where JSON-LD says the same against it."""
    text = _best_spelling(heading, shown.text, [statement.text for statement in stated])
    by_origin = {statement.origin: statement for statement in reversed(stated)}
    spelled = {origin: key(statement.text) for origin, statement in by_origin.items()}
    og_title = spelled.get("opengraph")
    # A head that says one thing everywhere was filled by one plugin, from one field for search engines.
    by_plugin = og_title == spelled.get("meta") == spelled.get("title")
    if og_title is not None and og_title == spelled.get("json-ld") and not by_plugin and og_title != key(text):
        return by_origin["opengraph"]
    return replace(shown, text=text)


def _best_spelling(heading: Any, text: str, stated: Sequence[str]) -> str:
    """A heading's text without what stands before or behind a title in it, and not in capitals if another is not."""
    own = letters(text)
    same = [title for title in stated if letters(title) == own]
    has_parts = len(heading) > 0
    if same and not has_parts:
        return same[0] if text.isupper() else text
    for title in stated:
        spelling = letters(title)
        if spelling == own:
            # Parts of a heading on lines of their own are one line here; a longer spelling has a sign between them.
            return max(text, title, key=len)
        if is_most_of(own, spelling) and (own.endswith(spelling) or (has_parts and own.startswith(spelling))):
            return title
    return text


def _agreed(stated: Sequence[Statement]) -> Statement | None:
    """The statement whose spelling has most votes; `None` without any."""
    votes: Counter[str] = Counter()
    for statement in stated:
        votes[key(statement.text)] += VOTES.get(statement.origin, 0)
    return max(stated, key=lambda statement: votes[key(statement.text)], default=None)
