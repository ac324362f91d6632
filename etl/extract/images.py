"""An article's lead image, with caption and credit."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from etl.extract.page import Page, absolute, content, fold
from etl.extract.structured import Structured, text_of, types_of
from etl.records import Image

_CREDIT = re.compile(
    r"\(?\s*(?:(?:photo|picture|image|foto|bild|photograph|crédit|credit|quelle|source|fotografía|фото)s?"
    r"(?:\s+(?:by|von|de|par|di))?\s*[:\s]\s*|©\s*)([^()]{2,80}?)\s*\)?\s*\.?\s*$",
    re.I,
)


def images(page: Page, data: Structured) -> Iterator[tuple[str, Image | None]]:
    stated = data.resolved(_first(data.article.get("image")))
    link = (
        stated
        if isinstance(stated, str)
        else (_first(stated.get("url")) or stated.get("contentUrl"))
        if isinstance(stated, Mapping)
        else None
    )
    said = stated if isinstance(stated, Mapping) and "ImageObject" in types_of(stated) else {}
    yield "json-ld", _image(page, link, said)
    yield "opengraph", _image(page, data.meta("og:image", "og:image:url", "og:image:secure_url"), {})
    yield "meta", _image(page, data.meta("twitter:image", "twitter:image:src", "thumbnail"), {})
    for figure in page.tree.xpath("//figure[.//img[@src]][not(ancestor::aside)]")[:1] if page.tree is not None else []:
        yield "page", _image(page, figure.xpath("string(.//img/@src)"), {})


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _image(page: Page, link: Any, said: Mapping[str, Any]) -> Image | None:
    url = absolute(link, page) if isinstance(link, str) else None
    if url is None:
        return None
    caption = text_of(said.get("caption") or said.get("description"), 2000) or _caption(page, url)
    credit = text_of(said.get("creditText") or said.get("copyrightHolder") or said.get("creator"), 300)
    if caption and not credit and (found := _CREDIT.search(caption)):
        credit = found.group(1)
    return Image(url=url, caption=caption, credit=credit)


def _caption(page: Page, url: str) -> str | None:
    """The caption of the figure that shows this picture, known by the name of its file."""
    if page.tree is None:
        return None
    name = urlsplit(url).path.rpartition("/")[2]
    captioned = page.tree.xpath("//figure[.//figcaption]")[:40]
    for figure in captioned:
        shown = " ".join(each for image in figure.iter("img", "source") for each in image.attrib.values())
        if name and name in shown:
            return fold(content(next(figure.iter("figcaption"))))[:2000] or None
    return None
