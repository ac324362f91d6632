"""The article's text from the parsed tree. The only user of trafilatura."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise
from typing import Any

from lxml import etree, html

from mirrorwire.extract.blocks import read_blocks
from mirrorwire.extract.container import MIN_PARAGRAPH_CHARS, Main, Paragraph, bulk, find_main, mostly_links, start_of
from mirrorwire.extract.headings import main_heading
from mirrorwire.extract.lead import Text, shown_lead, with_lead
from mirrorwire.extract.lines import clean_lines
from mirrorwire.extract.normalize import key, letters
from mirrorwire.extract.page import Page, finder, fold, inline, take_out
from mirrorwire.extract.script_body import prose_lines, read_script_body

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
MAX_FRAME_SHARE = 0.25
MAX_FRAMES = 50
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
    captions = frozenset(key(inline(caption)) for caption in tree.iter("figcaption"))
    heading = main_heading(tree, titles)
    lead = shown_lead(heading, titles, descriptions) if heading is not None else []
    main = find_main(tree)
    if heading is not None and any(letters(inline(heading)).endswith(letters(title)) for title in titles):
        take_out(heading)
    lines, origin = _completed(_body(tree, main), main.paragraphs), "page"
    if sum(map(bulk, lines)) < RESCUE_CHARS:
        lines, origin = _rescued(lines, page, titles, article_body)
    lines = clean_lines(lines, titles=titles, captions=captions, names=frozenset(key(name) for name in names))
    return replace(with_lead(lines, lead, descriptions), origin=origin)


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


def _body(tree: html.HtmlElement, main: Main) -> list[str]:
    """The body's lines: the blocks of the main paragraphs' container, or trafilatura's where that looks wrong.

    A container has a tenth of a page's elements and none of its frame: most pages need no search for their text.
    """
    bodies: list[list[str]] = []
    if main.container is not None:
        _strip(main.container, main.holders)
        bodies.append(_paragraphs(read_blocks(main, sum(bulk(paragraph.text) for paragraph in main.paragraphs))))
        if not _looks_wrong(bodies[0], main):
            return bodies[0]
    _strip(tree)
    _unframe(tree)
    # `fast` leaves the comparison with other extractors out. `deduplicate` stays off: its store is the process's, and
    # a page's third extraction would come out empty.
    document = _extractor()(tree, fast=True, include_comments=False, include_tables=True, with_metadata=False)
    bodies.append(_paragraphs((document.text or "").split("\n") if document is not None else []))
    best = max(bodies, key=lambda lines: _held(lines, main))
    return _apart(main) if _run_together(best, main) else best


def _apart(main: Main) -> list[str]:
    return _paragraphs(paragraph.text for paragraph in main.paragraphs)


def _run_together(lines: list[str], main: Main) -> bool:
    """Whether lines hold the main paragraphs, and not as lines: trafilatura's last resort for short pages."""
    starts = [paragraph.start for paragraph in main.paragraphs]
    if len(starts) < 2 or _held(lines, main) >= 0.5:
        return False
    have = letters(" ".join(lines))
    return all(start in have for start in starts)


@cache
def _extractor() -> Callable[..., Any]:
    """trafilatura's extraction, imported when the first page needs it: few do, and it takes a quarter of a second."""
    from trafilatura import bare_extraction  # noqa: PLC0415

    # What becomes of a page is told in its verdict; trafilatura's own log would only repeat it.
    for name in ("trafilatura", "readability", "justext", "htmldate"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    extract: Callable[..., Any] = bare_extraction
    return extract


def _looks_wrong(lines: list[str], main: Main) -> bool:
    """Whether a body is next to nothing, a heap of labels, or holds little of the page's main paragraphs."""
    chars = sum(map(bulk, lines))
    if chars < SHORT_BODY_CHARS:
        return True
    if len(lines) > 20 and sum(len(line) for line in lines if len(line) < LABEL_CHARS) > chars * 0.25:
        return True
    return _held(lines, main) < 0.5


def _held(lines: list[str], main: Main) -> float:
    """The share of the main paragraphs that lines hold, 1 if there are none."""
    long = [paragraph for paragraph in main.paragraphs if bulk(paragraph.text) >= MIN_PARAGRAPH_CHARS]
    starts = {start_of(line) for line in lines}
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


def _unframe(tree: Any) -> None:
    """Take a page's own frame out: where a page says little, its menu would be the longest text on it.

    An element that holds much of the page is no frame, but one that was left open by a slip.
    """
    chars = len(inline(tree))
    for element in [*tree.iter("nav", "footer", "header")][:MAX_FRAMES]:
        size = len(inline(element))
        if mostly_links(element, size) or (element.tag != "header" and size < MAX_FRAME_SHARE * chars):
            take_out(element)


def _completed(lines: list[str], paragraphs: list[Paragraph]) -> list[str]:
    """The lines with what the body step lost of the main paragraphs, each behind the one that it follows on the page.

    Subheads and list items come back wherever the paragraph before them is in the text, paragraphs only if many
    are lost: a single one was often left out for a reason.
    """
    starts = [start_of(line) for line in lines]
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
