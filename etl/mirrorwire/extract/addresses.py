"""Names that a page gives for its publisher's other homes: canonical links elsewhere, lists of alternate addresses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from mirrorwire.core.records import NamedBy, Source
from mirrorwire.core.urls import article_id, is_known, origin_of
from mirrorwire.extract.page import Page, absolute, finder
from mirrorwire.extract.structured import Structured

MAX_NAMES = 5
_CANONICAL = finder("/html/head/link[@rel='canonical']/@href")
_STEMS = ("address", "adress", "direcci", "indirizz", "endereç", "адрес", "domain", "نشانی", "عناوين", "العناوين")
_LISTING = re.compile(
    r"(?:alternat\w+|other|following|mirror|new|weitere|andere|alternative\w*|autres?|suivantes?|otras?|siguientes?|"
    r"altri|seguenti|outros|seguintes|другим|следующим|зеркал)\w*\s+(?:web\s*)?"
    r"(?:address\w*|domains?|adress\w*|direcci\w+|indirizz\w+|endereços|адрес\w*)",
    re.I,
)
_NAME = re.compile(
    r"(?<![\w@.])(?:https?://)?((?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,4}[a-z]{2,24})(?![\w@])", re.I
)
_LIST_CHARS = 400
"""How far behind its announcement a list of addresses goes."""


def canonical_of_unknown_origins(
    page: Page, data: Structured, source: Source | None
) -> tuple[tuple[NamedBy, str], ...]:
    """Return the origins, unknown to the source, of the page's canonical links to this very article.

    That is to the same path or id: a story of an agency names the agency's own page. Reads the tree.
    """
    links = [*(_CANONICAL(page.tree)[:1] if page.tree is not None else ()), *data.metas.get("og:url", ())[:1]]
    origins: dict[tuple[NamedBy, str], None] = {}
    for link in links if source is not None else ():
        url = absolute(link, page)
        origin = origin_of(url) if url else None
        if source is None or url is None or origin is None or is_known(origin, source):
            continue
        here, there = urlsplit(page.url).path.strip("/"), urlsplit(url).path.strip("/")
        number = article_id(url, source)
        if (here and here == there) or (number is not None and number == article_id(page.url, source)):
            origins["canonical", origin] = None
    return tuple(origins)


def listed_unknown_origins(text: str, source: Source | None) -> tuple[tuple[NamedBy, str], ...]:
    """Return the origins, unknown to the source, that a text lists as further addresses."""
    origins: dict[tuple[NamedBy, str], None] = {}
    for origin in _listed(text) if source is not None else ():
        if source is not None and not is_known(origin, source):
            origins["address", origin] = None
    return tuple(origins)[:MAX_NAMES]


def _listed(text: str) -> Iterator[str]:
    lowered = text.lower()
    if not any(stem in lowered for stem in _STEMS):
        return
    for announced in _LISTING.finditer(text):
        for name in _NAME.finditer(text, announced.end(), announced.end() + _LIST_CHARS):
            if origin := origin_of(f"https://{name[1].lower()}"):
                yield origin
