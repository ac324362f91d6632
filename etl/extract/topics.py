"""Where an article stands and what it is about: its section as a path, and its tags."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from etl.extract.normalize import MAX_TAGS, distinct, is_site, key
from etl.extract.page import Page, absolute, finder, inline
from etl.extract.structured import Structured, text_of

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
    ]
)
_SECTION_CLASS = re.compile(
    r"(?:^|[-_\s])(?:sections?|categor(?:y|ies)|rubric|rubrik|channel|topline)(?:[-_\s]|$)", re.I
)
_BREADCRUMB = finder(
    "//*[contains(@class,'readcrumb') or contains(@class,'readCrumb') or contains(@id,'readcrumb')"
    " or contains(@aria-label,'readcrumb')]"
)


def sections(
    page: Page, data: Structured, sites: frozenset[str], titles: tuple[str, ...]
) -> Iterator[tuple[str, str | None]]:
    skipped = {key(title) for title in titles}

    def path(names: Iterable[str | None]) -> str | None:
        steps = [
            name for name in distinct(names, 8, 100)
            if key(name) not in _HOME and key(name) not in skipped and not is_site(name, sites)
        ]  # fmt: skip
        return " / ".join(steps) or None

    for crumbs in data.breadcrumbs[:2]:
        yield "json-ld", path(_crumb_names(crumbs, page))
    yield "page", path(_shown_crumbs(page))
    section = data.article.get("articleSection")
    yield (
        "json-ld",
        path(
            [text_of(section, 200)] if not isinstance(section, list) else [text_of(section[0], 200)] if section else []
        ),
    )
    yield "opengraph", path([data.meta("article:section", "og:section")])
    yield (
        "meta",
        path([data.meta("section", "parsely-section", "sailthru.section", "dc.subject", "cxenseparse:section")]),
    )
    yield "microdata", path(data.microdata.get("articleSection", ())[:1])


def _crumb_names(crumbs: Mapping[str, Any], page: Page) -> Iterator[str | None]:
    items = crumbs.get("itemListElement")
    here = urlsplit(page.url).path
    for item in items[:8] if isinstance(items, list) else []:
        if not isinstance(item, Mapping):
            continue
        target = item.get("item")
        link = (
            target
            if isinstance(target, str)
            else (target.get("@id") or target.get("url"))
            if isinstance(target, Mapping)
            else None
        )
        # The last crumb is often the article itself, under a short title.
        if isinstance(link, str) and here != "/" and urlsplit(absolute(link, page) or "").path == here:
            continue
        yield text_of(item.get("name"), 200) or (text_of(target, 200) if isinstance(target, Mapping) else None)


def _shown_crumbs(page: Page) -> list[str]:
    if page.tree is None:
        return []
    for element in _BREADCRUMB(page.tree)[:4]:
        names = [name for link in element.iter("a") if 1 < len(name := inline(link)) < 60]
        if 0 < len(names) < 8:
            return names
    h1 = next(page.tree.iter("h1"), None)
    for element in (
        h1.xpath("preceding::*[self::div or self::p or self::span or self::ul][position() < 30]")
        if h1 is not None
        else []
    ):
        if _SECTION_CLASS.search(element.get("class") or "") and not _in_frame(element):
            names = [name for link in element.iter("a") if 1 < len(name := inline(link)) < 40]
            if 0 < len(names) < 5:
                return names
    return []


def _in_frame(element: etree._Element) -> bool:
    return any(up.tag in ("nav", "footer", "aside") for up in element.iterancestors())


def tags(page: Page, data: Structured) -> Iterator[tuple[str, tuple[str, ...]]]:
    keywords = data.article.get("keywords")
    listed = keywords if isinstance(keywords, list) else [keywords]
    yield (
        "json-ld",
        _split_tags([text for each in listed[:MAX_TAGS] if (text := text_of(each, 2000)) and ":" not in text[:12]]),
    )
    yield "opengraph", _split_tags(data.metas.get("article:tag", ()))
    yield "meta", _split_tags(data.metas.get("news_keywords", ()))
    if page.tree is not None:
        yield "page", distinct((inline(link) for link in page.tree.xpath("//a[@rel='tag']")[:MAX_TAGS]), MAX_TAGS)
    yield "meta", _split_tags((*data.metas.get("parsely-tags", ()), *data.metas.get("keywords", ()))[:20])


def _split_tags(values: Iterable[str]) -> tuple[str, ...]:
    return distinct((part for value in values for part in re.split(r"[,;|،、]", value[:5000])), MAX_TAGS)
