"""A page's statements -> the fields of an article, each with where it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from mirrorwire.core.records import Image, Source
from mirrorwire.core.urls import canonical_url
from mirrorwire.extract.author_statements import article_authors
from mirrorwire.extract.authors import names_in
from mirrorwire.extract.headings import site_heading
from mirrorwire.extract.images import images
from mirrorwire.extract.normalize import language_tag, site_names
from mirrorwire.extract.page import Page, absolute
from mirrorwire.extract.paywall import read_paywalled
from mirrorwire.extract.structured import Structured, text_of
from mirrorwire.extract.titles import read_title
from mirrorwire.extract.topics import sections, tags

_ADDRESS = re.compile(r"https?://|www\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """What structured data and the page's head say, without text and dates. `origins` names where each came from."""

    title: str | None = None
    titles: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    section: str | None = None
    section_steps: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    language: str | None = None
    image: Image | None = None
    canonical_url: str | None = None
    paywalled: bool | None = None
    descriptions: tuple[tuple[str, str], ...] = ()
    sites: frozenset[str] = frozenset()
    origins: Mapping[str, str] = field(default_factory=dict)


def read_fields(page: Page, data: Structured, source: Source | None) -> Fields:
    """Return the fields that stand in structured data, meta tags and around the text."""
    origins: dict[str, str] = {}

    def first(name: str, candidates: Iterable[tuple[str, Any]]) -> Any:
        for origin, value in candidates:
            if value:
                origins[name] = origin
                return value
        return None

    sites = site_names([*_site_names(data, source), site_heading(page)], page.url)
    title = read_title(page, data, sites)
    if title.text:
        origins["title"] = title.origin
    paywalled, origin = read_paywalled(data)
    if paywalled is not None:
        origins["paywalled"] = origin
    authors, origin = article_authors(page, data, sites)
    if authors:
        origins["authors"] = origin
    section = first("section", sections(page, data, sites, title.spellings))
    return Fields(
        title=title.text,
        titles=title.spellings,
        authors=authors,
        section=section,
        section_steps=(*section.split(" / "), section) if section else (),
        tags=first("tags", [tags(page, data, section)]) or (),
        language=first("language", _languages(page, data, source)),
        image=first("image", images(page, data)),
        canonical_url=first("canonical_url", _canonicals(page, data)),
        paywalled=paywalled,
        descriptions=tuple(_descriptions(data)),
        sites=sites,
        origins=origins,
    )


def _site_names(data: Structured, source: Source | None) -> Iterator[str | None]:
    yield data.meta("og:site_name")
    yield data.meta("application-name", "apple-mobile-web-app-title")
    yield data.meta("al:ios:app_name", "al:android:app_name")
    publisher = data.resolved(data.article.get("publisher"))
    yield text_of(publisher, 200)
    # An author with a web address is the site, by whichever of its names.
    for value in data.metas.get("author", ()):
        if address := _ADDRESS.search(value):
            yield from names_in(value[: address.start()])
    yield source.name if source else None


def _languages(page: Page, data: Structured, source: Source | None) -> Iterator[tuple[str, str | None]]:
    if page.tree is not None:
        yield "page", language_tag(page.tree.get("lang") or page.tree.get("{http://www.w3.org/XML/1998/namespace}lang"))
    yield "json-ld", language_tag(text_of(data.article.get("inLanguage"), 40))
    yield "opengraph", language_tag(data.meta("og:locale"))
    yield "meta", language_tag(data.meta("content-language", "language", "dc.language", "dcterms.language"))
    yield "source", source.language if source else None


def _canonicals(page: Page, data: Structured) -> Iterator[tuple[str, str | None]]:
    here = urlsplit(page.url).path.strip("/")

    def usable(link: Any) -> str | None:
        url = absolute(link, page) if isinstance(link, str) else None
        # A canonical link to the front page names another page than this one.
        return canonical_url(url) if url and (urlsplit(url).path.strip("/") or not here) else None

    links = (
        [link.get("href") for link in page.tree.iter("link") if link.get("rel") == "canonical"]
        if page.tree is not None
        else []
    )
    yield "page", usable(links[0]) if links else None
    yield "opengraph", usable(data.meta("og:url"))
    yield "json-ld", usable(data.article.get("url"))
    yield "url", canonical_url(page.url)


def _descriptions(data: Structured) -> Iterator[tuple[str, str]]:
    for origin, value in (
        ("json-ld", text_of(data.article.get("description"))),
        ("opengraph", data.meta("og:description")),
        ("meta", data.meta("description", "twitter:description", "dc.description")),
        ("json-ld", text_of(data.article.get("abstract"))),
        ("json-ld", text_of(data.article.get("alternativeHeadline"))),
    ):
        if value:
            yield origin, value
