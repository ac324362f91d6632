"""An article's lead image, with caption and credit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any
from urllib.parse import urlsplit

from mirrorwire.core.records import Image
from mirrorwire.extract.page import Page, absolute, content, fold
from mirrorwire.extract.structured import Structured, text_of, types_of

_CREDIT = re.compile(
    r"(?:^|[.(|–—-])\s{0,3}(?:(?:photo|picture|image|foto|bild|photograph|crédit|credit|quelle|source|fotografía|фото)s?"
    r"(?:\s+(?:by|von|de|par|di))?\s*[:\s]\s*|©\s*)([^()]{2,80}?)\s*\)?\s*\.?\s*$",
    re.I,
)


def images(page: Page, data: Structured) -> Iterator[tuple[str, Image | None]]:
    """Yield what the page names as the article's lead picture, never the publisher's logo, the most trusted first."""
    stated = data.resolved(_first(data.article.get("image")))
    described = stated if isinstance(stated, Mapping) and "ImageObject" in types_of(stated) else {}
    logo = _address(data, _publisher(data).get("logo"))
    for origin, link, known in (
        ("json-ld", _address(data, stated), described),
        ("opengraph", data.meta("og:image", "og:image:url", "og:image:secure_url"), {}),
        ("meta", data.meta("twitter:image", "twitter:image:src", "thumbnail"), {}),
    ):
        if link and not (logo and _file(link) == _file(logo)):
            yield origin, _image(page, link, known)
    for figure in page.tree.iter("figure") if page.tree is not None else []:
        shown = next((image.get("src") for image in figure.iter("img") if image.get("src")), None)
        if shown and next(figure.iterancestors("aside"), None) is None:
            yield "page", _image(page, shown, {})
            return


def _publisher(data: Structured) -> Mapping[str, Any]:
    publisher = data.resolved(_first(data.article.get("publisher")))
    return publisher if isinstance(publisher, Mapping) else {}


def _address(data: Structured, value: Any) -> str | None:
    """The address in an image value of any shape."""
    value = data.resolved(_first(value))
    if isinstance(value, Mapping):
        value = _first(value.get("url")) or value.get("contentUrl") or value.get("@id")
    if not isinstance(value, str):
        return None
    return unescape(value) if "&" in value else value


def _file(link: str) -> str:
    try:
        return urlsplit(link).path.casefold() or link
    except ValueError:
        return link


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _image(page: Page, link: Any, described: Mapping[str, Any]) -> Image | None:
    url = absolute(link, page) if isinstance(link, str) else None
    if url is None:
        return None
    caption = text_of(described.get("caption") or described.get("description"), 2000) or _caption(page, url)
    credit = text_of(described.get("creditText") or described.get("copyrightHolder") or described.get("creator"), 300)
    if caption and not credit and (credited := _CREDIT.search(caption)):
        credit = credited.group(1)
    return Image(url=url, caption=caption, credit=credit)


def _caption(page: Page, url: str) -> str | None:
    """The caption of the figure that shows this picture, known by the name of its file."""
    if page.tree is None:
        return None
    name = urlsplit(url).path.rpartition("/")[2]
    figures = page.tree.iter("figure")
    captioned = [figure for figure in figures if next(figure.iter("figcaption"), None) is not None][:40]
    for figure in captioned:
        shown = " ".join(value for image in figure.iter("img", "source") for value in image.attrib.values())
        if name and name in shown:
            return fold(content(next(figure.iter("figcaption"))))[:2000] or None
    return None
