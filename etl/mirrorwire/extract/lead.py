"""The lead: found where the page shows it, and put in front of the text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from mirrorwire.extract.container import mostly_links
from mirrorwire.extract.normalize import key, letters
from mirrorwire.extract.page import inline, within

_LEAD_CLASS = re.compile(
    r"(?:^|[-_\s])(?:lead|lede|leadtext|standfirst|dek|deck|subtitle|sub-?title|sub-?headline|"
    r"sub-?heading|intro|introduction|"
    r"teaser|teasertext|excerpt|summary|abstract|description|vorspann|chapo|chapeau|entradilla|bajada|"
    r"sommario|occhiello|"
    r"ingress|preamble|manchet|perex|ledtext|sottotitolo)s?(?:[-_\s]|$)",
    re.I,
)
_BESIDE = ("aside", "nav", "footer", "figure", "form", "li")
MIN_LEAD_CHARS = 25
MAX_LEAD_CHARS = 1200


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """The lead and the body, paragraphs apart by a newline, and the lead by itself where the page shows one."""

    text: str
    lead: str | None
    lead_origin: str | None = None
    origin: str = "page"
    doubts: tuple[str, ...] = ()


def shown_lead(heading: Any, titles: Sequence[str], descriptions: Sequence[tuple[str, str]]) -> list[str]:
    """Return the lead's paragraphs as they stand under the heading: marked as a lead, or saying what the head says."""
    beginnings = [key(text)[:60] for _, text in descriptions if len(text) >= MIN_LEAD_CHARS]
    named = {key(title) for title in titles}
    for element in _around(heading):
        marked = bool(_LEAD_CLASS.search(f"{element.get('class') or ''} {element.get('itemprop') or ''}"))
        if not marked and (
            element.tag not in ("p", "h2", "h3", "div", "strong", "span")
            or (element.tag == "div" and element.find(".//p") is not None)
        ):
            continue
        text = inline(element)
        if not MIN_LEAD_CHARS <= len(text) <= MAX_LEAD_CHARS:
            continue
        folded = key(text)
        if folded in named or mostly_links(element, len(text)):
            continue
        if any(start and folded.startswith(start) for start in beginnings):
            return _with_likes(element, text) if marked else [text]
        if marked and len(text) >= 40 and not _is_block(element) and not any(name in folded for name in named):
            return _with_likes(element, text)
    return []


def _with_likes(element: Any, text: str) -> list[str]:
    """A lead and the paragraphs of the same class that follow it at once."""
    paragraphs = [text]
    for other in element.itersiblings():
        if other.tag != element.tag or other.get("class") != element.get("class") or len(paragraphs) == 5:
            break
        paragraphs.append(inline(other))
    return [paragraph for paragraph in paragraphs if paragraph] if element.tag == "p" else [text]


def _is_headline(element: etree._Element) -> bool:
    """Whether an element is a heading that leads to another article."""
    return element.tag in ("h2", "h3", "h4") and element.find(".//a") is not None


def _is_block(element: etree._Element) -> bool:
    """Whether an element holds a picture, another article's headline, or more than a lead's few lines."""
    if next(element.iter("img", "picture", "figure", "video"), None) is not None:
        return True
    if any(map(_is_headline, element.iter("h2", "h3", "h4"))):
        return True
    return sum(1 for block in element.iter("p", "li", "h1", "h2", "h3") if inline(block)) > 2


def _around(heading: Any) -> Iterable[Any]:
    """The elements that follow the heading, as far as a lead may stand: before the headline of another article."""
    for element in heading.xpath("following::*[position() < 81]"):
        if _is_headline(element):
            break
        if element.tag not in _BESIDE and not within(element, *_BESIDE):
            yield element


def with_lead(lines: list[str], lead: list[str], descriptions: Sequence[tuple[str, str]]) -> Text:
    """The text with its lead in front, whether the body step kept it or not."""
    if lead:
        rest = list(lines)
        for paragraph in lead:
            spelling = letters(paragraph)
            rest = [line for at, line in enumerate(rest) if at > 7 or letters(line) != spelling]
        # The text may hold it in a longer line, or in several.
        top = [letters(line) for line in rest[:6]]
        long = [line for line in top if len(line) > 40]
        together = "".join(top)
        missing = []
        for paragraph in lead:
            spelling = letters(paragraph)
            if spelling not in together and not any(line in spelling for line in long):
                missing.append(paragraph)
        return Text(text="\n".join([*missing, *rest]), lead=" ".join(lead), lead_origin="page")
    first = key(lines[0]) if lines else ""
    for origin, text in descriptions:
        start = key(text).rstrip(" .…")
        if len(start) >= MIN_LEAD_CHARS and (first.startswith(start) or (start.startswith(first) and len(first) > 40)):
            return Text(text="\n".join(lines), lead=lines[0], lead_origin=origin)
    return Text(text="\n".join(lines), lead=None)
