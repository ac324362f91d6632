"""Where an article stands and what it is about: its section as a path, and its tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from mirrorwire.extract.marks import marked, marks_of
from mirrorwire.extract.normalize import MAX_TAGS, distinct, is_site, key
from mirrorwire.extract.page import Page, absolute, inline, within
from mirrorwire.extract.structured import Structured, text_of

_FRAME = ("nav", "footer", "aside")
_HOME = frozenset(
    [
        "home",
        "homepage",
        "start",
        "startseite",
        "accueil",
        "inicio",
        "portada",
        "início",
        "inizio",
        "hem",
        "forside",
        "főoldal",
        "etusivu",
        "strona",
        "główna",
        "главная",
        "website",
    ]
)
_NEWS = frozenset(
    ["news", "nachrichten", "nyheter", "noticias", "notícias", "notizie", "actualités", "nieuws", "ニュース", "новости"]
)
_SECTION_CLASS = re.compile(
    r"(?:^|[-_\s])(?:sections?|categor(?:y|ies)|rubric|rubrik|channel|topline)(?:[-_\s]|$)", re.I
)
_CRUMB_CLASS = re.compile(r"bread-?crumb", re.I)
_TAGS_CLASS = re.compile(
    r"(?:^|[-_\s])(?:tags?|topics?|keywords?|themen|themes?|temas?|etiquetas|tagy|emner|taglist|tag-?cloud)(?:[-_\s]|$)",
    re.I,
)
_MACHINE_TAG = re.compile(r"^[0-9a-f]{8}-[0-9a-f-]{27}$|^https?:|^\W*\d*\W*$", re.I)
_TAG_PREFIX = re.compile(r"^[a-z]{2,20}/(?=\S)")
_COUNTED = re.compile(r"^\(\d{1,4}\)\s*")
MAX_SHOWN_SECTIONS = 3
"""More section links before the heading are a menu."""


def sections(
    page: Page, data: Structured, sites: frozenset[str], titles: tuple[str, ...]
) -> Iterator[tuple[str, str | None]]:
    """Yield what the page names as the article's section, as a path, without the front page and the article itself."""
    skipped = [key(title) for title in titles]

    def is_title(name: str) -> bool:
        """Also one that is cut off."""
        return any(title == name or (len(name) > 30 and title.startswith(name.rstrip(" .…"))) for title in skipped)

    def path(names: Iterable[str | None]) -> str | None:
        steps = [
            name for name in distinct(names, 8, 100)
            if key(name) not in _HOME and not is_title(key(name)) and not is_site(name, sites)
        ]  # fmt: skip
        return " / ".join(steps) or None

    for crumbs in data.breadcrumbs[:2]:
        yield "json-ld", path(_crumb_names(crumbs, page))
    yield "page", path(_shown_crumbs(page))
    section = data.article.get("articleSection")
    first = section[:1] if isinstance(section, list) else [section]
    yield "json-ld", path([text_of(name, 200) for name in first])
    yield "opengraph", path([data.meta("article:section", "og:section")])
    yield (
        "meta",
        path([data.meta("section", "parsely-section", "sailthru.section", "dc.subject", "cxenseparse:section")]),
    )
    yield "microdata", path(data.microdata.get("articleSection", ())[:1])


def _crumb_names(crumbs: Mapping[str, Any], page: Page) -> Iterator[str | None]:
    items = crumbs.get("itemListElement")
    for item in items[:8] if isinstance(items, list) else []:
        if not isinstance(item, Mapping):
            continue
        target = item.get("item")
        link = target.get("@id") or target.get("url") if isinstance(target, Mapping) else target
        name = text_of(item.get("name"), 200) or (text_of(target, 200) if isinstance(target, Mapping) else None)
        if name and not (isinstance(link, str) and _is_no_section(link, name, page)):
            yield name


def _is_no_section(link: str, name: str, page: Page) -> bool:
    """Whether a crumb leads to the article itself (the last often does, under a short title) or to the front page,
    whatever that is called, if not plainly "News"."""
    url = absolute(link, page)
    if url is None:
        return False
    parts, here = urlsplit(url), urlsplit(page.url).path
    if not parts.path.strip("/") and not parts.query:
        return key(name) not in _NEWS
    return here != "/" and parts.path == here


def _shown_crumbs(page: Page) -> list[str]:
    """The breadcrumb that the page shows, or else the links right before its heading that are marked as sections."""
    if page.tree is None:
        return []
    sections = marked(page, _CRUMB_CLASS, _SECTION_CLASS)
    crumbs = [section for section in sections if _CRUMB_CLASS.search(marks_of(section))]
    for element in crumbs[:4]:
        names = _link_names(element, page, 60)
        if 0 < len(names) < 8:
            return names
    before = _before_heading(page.tree, {*sections[:200]} - {*crumbs})
    for element in reversed(before):
        if _SECTION_CLASS.search(element.get("class") or "") and not within(element, *_FRAME):
            names = _link_names(element, page, 40)
            if 0 < len(names) <= MAX_SHOWN_SECTIONS:
                return names
    return []


def _link_names(element: etree._Element, page: Page, limit: int) -> list[str]:
    links = [link for _, link in zip(range(12), element.iter("a"), strict=False)]
    named = [(link.get("href") or "", inline(link)) for link in links]
    return [name for href, name in named if 1 < len(name) < limit and not (href and _is_no_section(href, name, page))]


def _before_heading(tree: etree._Element, elements: set[etree._Element]) -> list[etree._Element]:
    """Those of the elements that stand among the last before the first h1, in document order."""
    heading = next(tree.iter("h1"), None)
    if heading is None or not elements:
        return []
    seen: list[etree._Element] = []
    for element in tree.iter("div", "p", "span", "ul", "h1"):
        if element is heading:
            break
        seen.append(element)
    around = {*heading.iterancestors()}
    return [element for element in seen[-30:] if element in elements and element not in around]


def tags(page: Page, data: Structured, section: str | None) -> tuple[str, tuple[str, ...]]:
    """Return where the tags stand, and the tags: of the first statement, or of a later one that adds to it more than
    the names of sections."""
    steps = {key(step) for step in (section or "").split(" / ")}
    taken: tuple[str, tuple[str, ...]] = ("", ())
    for origin, names in _stated_tags(page, data):
        known, named = {*map(key, taken[1])}, {*map(key, names)}
        if (names and not known) or (known < named and steps.isdisjoint(named - known)):
            taken = origin, names
    if not taken[1] and page.tree is not None:
        taken = "page", _shown_tags(page, page.tree)
    return taken


def _stated_tags(page: Page, data: Structured) -> Iterator[tuple[str, tuple[str, ...]]]:
    keywords = data.article.get("keywords")
    listed = keywords if isinstance(keywords, list) else [keywords]
    texts = [text_of(keyword, 2000) or "" for keyword in listed[:MAX_TAGS]]
    texts = [text for text in texts if text and ":" not in text[:12]]
    yield "json-ld", _split_tags(texts)
    yield "opengraph", _split_tags(data.metas.get("article:tag", ()))
    yield "meta", _split_tags(data.metas.get("news_keywords", ()))
    yield "meta", _split_tags((*data.metas.get("parsely-tags", ()), *data.metas.get("keywords", ()))[:20])
    yield "microdata", _split_tags(data.microdata.get("keywords", ()))


def _shown_tags(page: Page, tree: etree._Element) -> tuple[str, ...]:
    related = [inline(link) for link in tree.iter("a") if "tag" in (link.get("rel") or "").split()]
    if related:
        return distinct(related, MAX_TAGS)
    for element in marked(page, _TAGS_CLASS)[:200]:
        if not within(element, *_FRAME):
            links = list(islice(element.iter("a"), 41))
            names = [inline(link) for link in links]
            names = [name for name in names if 1 < len(name) < 50]
            if names and len(links) <= 40 and len(names) == len(links):
                return distinct(names, MAX_TAGS)
    return ()


def _split_tags(values: Iterable[str]) -> tuple[str, ...]:
    parts = [part.strip() for value in values for part in re.split(r"[,;|،、]", value[:5000])][: 4 * MAX_TAGS]
    if parts and all(_TAG_PREFIX.match(part) for part in parts):
        parts = [_TAG_PREFIX.sub("", part) for part in parts]
    return distinct((_COUNTED.sub("", part) for part in parts if not _MACHINE_TAG.match(part)), MAX_TAGS)
