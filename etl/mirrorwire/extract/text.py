"""The article's text from the parsed tree, by two readers and a judge."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from lxml import etree, html

from mirrorwire.extract.blocks import read_blocks
from mirrorwire.extract.container import MIN_PARAGRAPH_CHARS, Main, Paragraph, bulk, find_main, start_of
from mirrorwire.extract.headings import main_heading
from mirrorwire.extract.lead import Text, shown_lead, with_lead
from mirrorwire.extract.lines import LineCleaner
from mirrorwire.extract.normalize import key, letters
from mirrorwire.extract.page import Page, finder, fold, inline, take_out
from mirrorwire.extract.script_body import prose_lines, read_script_body
from mirrorwire.extract.text_blocks import TextBlock, text_blocks
from mirrorwire.extract.text_judge import judge_text, page_prose
from mirrorwire.extract.trafilatura_text import trafilatura_text

_FRAME = (
    "button",
    "select",
    "dialog",
    "iframe",
    "noscript",
    "audio",
    "video",
    "figcaption",
    "textarea",
    "input",
    "link",
    "meta",
)
_CARDS = finder(
    "descendant::*/@data-oembed-url/parent::*[.//a]|descendant::*/@hidden/.."
    "|descendant::*/@role[.='dialog' or .='alertdialog']/.."
    "|descendant::blockquote[contains(@class,'twitter-') or contains(@class,'instagram-') or contains(@class,'tiktok-')"
    " or contains(@class,'bluesky-') or contains(@class,'reddit-')]"
)
_MAYBE_FURNITURE = finder(
    "descendant::*/@class[contains(.,'aption') or contains(.,'hidden') or contains(.,'sr-only')"
    " or contains(.,'screen-reader') or contains(.,'redit') or contains(.,'opyright')]/.."
)
_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:visually-?hidden|sr-only|screen-reader(?:-text)?|wp-caption-text|(?:image|photo|"
    r"picture|media)-?(?:caption|credit|copyright)|caption)(?:$|[-_\s])",
    re.I,
)
# List marks, trafilatura's own "- " among them; an en or em dash opens direct speech and stays.
_MARKS = re.compile(r"^(?:[-•·*▪●■►>]\s+)+")
# Nothing but signs, or an application's own mark ($$AD$$, {{related}}, [[gallery]]).
_TRIVIAL = re.compile(r"^(?:[\W_]*|(?:\$\$|\{\{|\[\[|%%)[\w :.-]{1,40}(?:\$\$|\}\}|\]\]|%%))$")
SHORT_BODY_CHARS = 400
LABEL_CHARS = 35
RESCUE_CHARS = 2000
"""A text as long as this is looked for in no script."""
MIN_RESCUE_GAIN = 1.5
MIN_READ_SHARE = 0.45
"""Where both readers hold less than this of the page's running text, trafilatura's quick reading is doubted."""
MISSING_SHARE = 0.12
"""When more of the page's main paragraphs than this is not in the text, they are put back."""


def read_text(
    page: Page,
    *,
    titles: Sequence[str],
    descriptions: Sequence[tuple[str, str]],
    names: Iterable[str],
    article_body: str | None = None,
) -> Text:
    """Return the text. `names` are the authors and sections, which may stand in lines of their own.

    Where the page shows little, the body may stand in a script's JSON, or at last in the JSON-LD's `article_body`.

    The page's tree is used up: nothing else may read it afterwards.
    """
    tree = page.tree
    if tree is None:
        return Text(text="", lead=None)
    readings = read_twice(tree, titles=titles, descriptions=descriptions, names=names)
    judged = judge_text(readings.blocks, readings.ours, readings.theirs, titles=titles, descriptions=descriptions)
    lines, origin, doubts = _paragraphs(judged.lines), "page", judged.doubts
    if sum(map(bulk, lines)) < RESCUE_CHARS:
        lines, origin = _rescued(lines, page, titles, article_body)
        doubts = doubts if origin == "page" else ()
    return replace(with_lead(readings.cleaned(lines), readings.lead, descriptions), origin=origin, doubts=doubts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """A page's blocks, the lines that our own reader and trafilatura take for the article's, and the lead's.

    `cleaned` takes lines out that are not the article's, whoever reads them.
    """

    blocks: list[TextBlock]
    ours: list[str]
    theirs: list[str]
    lead: list[str]
    cleaned: Callable[[Sequence[str]], list[str]]


def read_twice(
    tree: html.HtmlElement,
    *,
    titles: Sequence[str],
    descriptions: Sequence[tuple[str, str]],
    names: Iterable[str],
) -> Readings:
    """Return what both readers find. The tree is used up."""
    captions = frozenset(key(inline(caption)) for caption in tree.iter("figcaption"))
    cleaned = LineCleaner(titles=titles, captions=captions, names=frozenset(key(name) for name in names)).cleaned
    heading = main_heading(tree, titles)
    lead = shown_lead(heading, titles, descriptions) if heading is not None else []
    blocks = text_blocks(tree)
    enough = MIN_READ_SHARE * page_prose(blocks)
    theirs = _theirs(tree, fast=True)
    untouched = copy(tree) if sum(map(bulk, theirs)) < enough else None
    ours = _ours(tree, heading)
    if untouched is not None and sum(map(bulk, ours)) < enough:
        theirs = _theirs(untouched, fast=False)
    ours = with_lead(cleaned(ours or theirs), lead, descriptions).text.split("\n")
    return Readings(blocks=blocks, ours=ours, theirs=theirs, lead=lead, cleaned=cleaned)


def _theirs(tree: html.HtmlElement, *, fast: bool) -> list[str]:
    """The lines of trafilatura's text."""
    return _paragraphs(trafilatura_text(tree, fast=fast).split("\n"))


def _ours(tree: html.HtmlElement, heading: Any) -> list[str]:
    """The lines of the container of the main paragraphs, none where they look wrong."""
    main = find_main(tree)
    if main.container is None:
        return []
    if heading is not None:
        take_out(heading)
    _strip(main.container, main.holders)
    lines = _paragraphs(read_blocks(main, sum(bulk(paragraph.text) for paragraph in main.paragraphs)))
    starts = [start_of(line) for line in lines]
    return [] if _looks_wrong(lines, starts, main) else _completed(lines, starts, main.paragraphs)


def _rescued(lines: list[str], page: Page, titles: Sequence[str], article_body: str | None) -> tuple[list[str], str]:
    """The body from a script or the JSON-LD and its origin, where what the page shows is only its beginning or less."""
    shown = sum(map(bulk, lines))
    starts = [start_of(line) for line in lines if bulk(line) >= MIN_PARAGRAPH_CHARS]
    for origin in ("script", "json-ld"):
        prose = read_script_body(page, titles) if origin == "script" else prose_lines(article_body or "")
        body = _paragraphs(prose or [])
        spelling = letters(" ".join(body))
        same = sum(start in spelling for start in starts) >= len(starts) / 2
        if sum(map(bulk, body)) > MIN_RESCUE_GAIN * shown and (same or shown < SHORT_BODY_CHARS):
            return body, origin
    return lines, "page"


def _looks_wrong(lines: list[str], starts: list[str], main: Main) -> bool:
    """Whether a body is next to nothing, a heap of labels, or holds little of the page's main paragraphs.

    `starts` are those of its lines.
    """
    chars = sum(map(bulk, lines))
    if chars < SHORT_BODY_CHARS:
        return True
    if len(lines) > 20 and sum(len(line) for line in lines if len(line) < LABEL_CHARS) > chars * 0.25:
        return True
    return _held({*starts}, main) < 0.5


def _held(starts: set[str], main: Main) -> float:
    """The share of the main paragraphs that lines of these starts hold, 1 if there are none."""
    long = [paragraph for paragraph in main.paragraphs if bulk(paragraph.text) >= MIN_PARAGRAPH_CHARS]
    return sum(len(p.text) for p in long if p.start in starts) / (sum(len(p.text) for p in long) or 1) if long else 1.0


def _paragraphs(lines: Iterable[str]) -> list[str]:
    paragraphs = [_MARKS.sub("", fold(line)) for line in lines]
    return [paragraph for paragraph in paragraphs if paragraph and not _TRIVIAL.match(paragraph)]


def _strip(tree: Any, kept: Collection[Any] = ()) -> None:
    """Take out what is no text of the article, before the body is looked for. What is `kept` stays, hidden or not."""
    for card in _CARDS(tree):
        if card not in kept:
            take_out(card)
    for element in _MAYBE_FURNITURE(tree):
        if element not in kept and _FURNITURE.search(element.get("class")) and len("".join(element.itertext())) < 600:
            take_out(element)
    etree.strip_elements(tree, *_FRAME, with_tail=False)


def _completed(lines: list[str], starts: list[str], paragraphs: list[Paragraph]) -> list[str]:
    """The lines with what the body step lost of the main paragraphs, each behind the one that it follows on the page.

    Subheads and list items come back wherever the paragraph before them is in the text, paragraphs only if many
    are lost: a single one was often left out for a reason. `starts` are those of the lines, and become those of the
    completed ones.
    """
    known = set(starts)
    if all(paragraph.start in known for paragraph in paragraphs):
        return lines
    # A paragraph with line breaks of its own stands in several lines.
    broken = {start_of(" ".join(pair)) for pair in pairwise(lines)}
    broken |= {start_of(" ".join(three)) for three in zip(lines, lines[1:], lines[2:], strict=False)}
    have = letters(" ".join(lines))
    long = {
        paragraph.start: len(paragraph.text) for paragraph in paragraphs if bulk(paragraph.text) >= MIN_PARAGRAPH_CHARS
    }
    missing = {start for start in long if start not in have}
    all_back = sum(long[start] for start in missing) > MISSING_SHARE * sum(long.values())
    completed = list(lines)
    at = -1
    for paragraph in paragraphs:
        start = paragraph.start
        if start in known:
            at = starts.index(start)
        elif start in broken or (len(start) > 30 and start in have) or (not all_back and (start in missing or at < 0)):
            continue
        else:
            at += 1
            completed.insert(at, paragraph.text)
            starts.insert(at, start)
            known.add(start)
    return completed
