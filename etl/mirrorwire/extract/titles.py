"""An article's title, out of the statements that a page makes of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from lxml import etree

from mirrorwire.extract.lead import head_titles, main_heading
from mirrorwire.extract.normalize import MAX_TITLE_CHARS, distinct, is_site, key, letters, plain, without_site
from mirrorwire.extract.page import Page, fold, inline, within
from mirrorwire.extract.structured import Structured, text_of

VOTES = {"opengraph": 2, "json-ld": 1, "page": 1, "meta": 1}
"""What a statement counts. In doubt the earlier stands.

Counted over real pages: where the statements differ, og:title, which is written by hand to name the article outside
its site, is the headline about as often as the others together, most of all if a heading of the page repeats it; an h1
and a JSON-LD headline alone are often written for search engines, and a <title> is made of them by a template. So
og:title counts twice and each other once: it gives way where three others agree against it.
"""
MIN_HEADLINE_CHARS = 25
"""A heading of this length is a headline without its kicker."""
MIN_CUT_CHARS = 15
"""A title that is cut off is not known again by a shorter beginning."""
_MAX_HEADINGS = 40
_FRAME = ("nav", "footer", "aside", "dialog", "form")
_KICKER = re.compile(
    r"(?:kicker|over-?line|over-?title|top-?line|roof-?line|dach-?zeile|spitz-?marke|eyebrow|pre-?title|sur-?titre|"
    r"ante-?titulo|antetitulo|cintillo|occhiello|flash-?label|super-?title|supra-?title|rubrik|vignette)",
    re.I,
)
_HIDDEN = re.compile(r"(?:^|[-_\s])(?:off-?screen|visually-?hidden|sr-only|screen-reader(?:-text)?)(?:$|[-_\s])", re.I)
_SECTION_TAIL = re.compile(r"^(.{15,}?)\s*(?:\s[|–—-]|[|ㅣ｜]|-(?=[^\x00-\x7f]))\s*([^\W\d_][\w &]{1,24})$")
_SECTION_META = re.compile(r"section|categor|channel|rubri")
_MAX_LINKS = 400
_ELLIPSIS = re.compile(r"\s?(?:…|\.\.\.)$")
_PARTING = (":", "-", "–", "—", "|")
_WORD = re.compile(r"[^\W_]{4,}|\d+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """`text` is the title and `origin` where it stands; `spellings` are all that the page says in its place."""

    text: str | None = None
    origin: str = ""
    spellings: tuple[str, ...] = ()


def headings(page: Page) -> list[str]:
    """Return the page's h1 texts, those in the page's frame last."""
    if page.tree is None:
        return []
    shown = [(within(h1, *_FRAME), inline(h1)) for h1 in page.tree.iter("h1")]
    return [text for _, text in sorted(shown, key=lambda place: place[0]) if text]


def read_title(page: Page, data: Structured, sites: frozenset[str]) -> Title:
    """Return the title that most of the page's statements agree on, without the site's name."""
    named = [(origin, plain(value)) for origin, value in _stated(page, data) if value]
    named = [(origin, text) for origin, text in named if text]
    alone = [text for origin, text in named if origin in ("json-ld", "page", "microdata")]
    cleaned = [
        (origin, without_site(text, sites, [other for other in alone if other != text])) for origin, text in named
    ]
    cleaned = [(origin, text) for origin, text in cleaned if text and not is_site(text, sites)]
    if not cleaned:
        return Title()
    sections = _Sections(page, data)
    cleaned = [(origin, _without_section(text, sections)) for origin, text in cleaned]
    texts = [text for _, text in cleaned]
    kickers = _under_kickers(page)
    mended = [(origin, _without_kicker(_whole(text, texts), kickers)) for origin, text in cleaned]
    best = _agreed(mended)
    text, origin = mended[best][1], mended[best][0]
    full = [heading for heading in headings(page) if not is_site(heading, sites)][:3]
    return Title(text=text, origin=origin, spellings=distinct([text, *texts, *full], 12, MAX_TITLE_CHARS))


def _stated(page: Page, data: Structured) -> Iterator[tuple[str, str | None]]:
    """What the page says of its title, the most trusted first."""
    og_title = data.meta("og:title")
    headline = text_of(data.article.get("headline")) or text_of(data.article.get("name"))
    yield "opengraph", og_title
    yield "json-ld", headline
    for heading in _shown(page, [key(plain(value)) for value in (og_title, headline) if value]):
        yield "page", heading
    yield "meta", data.meta("twitter:title", "dc.title", "dcterms.title", "parsely-title", "sailthru.title")
    yield "microdata", next(iter(data.microdata.get("headline", ())), None)
    yield "title", next(iter(data.metas.get("title", ())), None)


def _agreed(stated: Sequence[tuple[str, str]]) -> int:
    """The place of the statement whose spelling has most votes."""
    spelled = [key(text) for _, text in stated]
    votes = [VOTES.get(origin, 0) for origin, _ in stated]
    words = [_words(spelling) for spelling in spelled]
    if len(set(spelled[1:])) < len(spelled[1:]) and not words[0] & frozenset().union(*words[1:]):
        votes[0] = 0  # the first says nothing that any other says, and others agree: it names something else

    def standing(at: int) -> int:
        return sum(vote for vote, spelling in zip(votes, spelled, strict=True) if spelling == spelled[at])

    return max(range(len(stated)), key=standing)


def _words(spelling: str) -> frozenset[str]:
    return frozenset(_WORD.findall(spelling)) | frozenset(_UNSPACED.findall(spelling))


def _whole(text: str, texts: Sequence[str]) -> str:
    """The statement that a cut off one (`A storm in the …`) is the beginning of."""
    start = _ELLIPSIS.sub("", key(text))
    if start == key(text) or len(start) < MIN_CUT_CHARS:
        return text
    return next((whole for whole in texts if key(whole).startswith(start) and not _ELLIPSIS.search(whole)), text)


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
    """A title without the section behind it (`A storm | Sport`), which the head names, or a link of the page."""
    tail = _SECTION_TAIL.match(text)
    if tail is None or key(tail[2]) not in sections.names:
        return text
    return tail[1].rstrip()


def _under_kickers(page: Page) -> list[tuple[str, str]]:
    """The page's headings that have a kicker before them, each without it, and the kicker."""
    if page.tree is None:
        return []
    spellings = [(heading_text(h1), inline(h1)) for h1 in page.tree.iter("h1") if len(h1)]
    return [(text, whole[: -len(text)]) for text, whole in spellings if text != whole and whole.endswith(text)]


def _without_kicker(text: str, headings: Sequence[tuple[str, str]]) -> str:
    """A statement without what it has before a heading of the page's that has another kicker there."""
    for heading, kicker in headings:
        before = text.removesuffix(heading)
        if len(heading) >= MIN_HEADLINE_CHARS and before != text and before.rstrip()[-1:] in _PARTING:
            return text if letters(before) == letters(kicker) else heading
    return text


def _shown(page: Page, elsewhere: Sequence[str]) -> Iterator[str]:
    """The h1 outside the page's frame, and the heading of any level that repeats what the head says: under an h1 for
    search engines often stands the headline for readers."""
    if page.tree is None:
        return
    first, framed = None, None
    shown = islice(page.tree.iter("h1", "h2"), _MAX_HEADINGS)
    chosen = main_heading(page.tree, head_titles(page))
    for heading in sorted(shown, key=lambda heading: heading is not chosen):
        text = heading_text(heading)
        if not text:
            continue
        if heading.tag == "h1" and within(heading, *_FRAME):
            framed = framed or text
        elif heading.tag == "h1" and first is None:
            first = text
            yield text
        elif (key(text) in elsewhere or (heading is chosen and not elsewhere)) and (
            not first or key(text) != key(first)
        ):
            yield text
            break
    # An h1 in the frame (a breadcrumb, a logo) is the last resort, not a vote.
    if first is None and framed and not elsewhere:
        yield framed


def heading_text(heading: etree._Element) -> str:
    """Return a heading's text without the kicker that is marked as one, and without what is for screen readers."""
    if not len(heading):
        return inline(heading)
    parts: list[str] = []
    _gather(heading, parts)
    return fold("".join(parts)).strip(" -–—|:·") or inline(heading)


def _gather(element: etree._Element, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        marked = child.get("class") or ""
        if not (marked and (_KICKER.search(marked) or _HIDDEN.search(marked))) and child.get("aria-hidden") != "true":
            _gather(child, parts)
        else:
            parts.append(" ")
        parts.append(child.tail or "")
