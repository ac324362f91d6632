"""The article's text from the parsed tree. The only user of trafilatura."""

from __future__ import annotations

import logging
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lxml import etree, html
from trafilatura import bare_extraction

from etl.extract.lead import Text, main_heading, shown_lead, with_lead
from etl.extract.lines import clean_lines
from etl.extract.normalize import key, letters
from etl.extract.page import Page, finder, fold, inline

# What becomes of a page is told in its verdict; trafilatura's own log would only repeat it.
for _name in ("trafilatura", "readability", "justext", "htmldate"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_extract: Callable[..., Any] = bare_extraction
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
    "//*[@data-oembed-url][.//a]|//*[@hidden]|//*[@role='dialog' or @role='alertdialog']"
    "|//blockquote[contains(@class,'twitter-') or contains(@class,'instagram-') or contains(@class,'tiktok-')"
    " or contains(@class,'bluesky-') or contains(@class,'reddit-')]"
)
_MAYBE_FURNITURE = finder(
    "//*[contains(@class,'aption') or contains(@class,'hidden') or contains(@class,'sr-only')"
    " or contains(@class,'screen-reader') or contains(@class,'redit') or contains(@class,'opyright')]"
)
_FURNITURE = re.compile(
    r"(?:^|[-_\s])(?:visually-?hidden|sr-only|screen-reader(?:-text)?|wp-caption-text|(?:image|photo|"
    r"picture|media)-?(?:caption|credit|copyright)|caption)(?:$|[-_\s])",
    re.I,
)
# List marks, trafilatura's own "- " among them; an en or em dash opens direct speech and stays.
_MARKS = re.compile(r"^(?:[-•·*▪●■►>]\s+)+")
_TRIVIAL = re.compile(r"^[\W_]*$")
_SUBHEADS = ("h2", "h3", "h4", "h5")
MIN_PARAGRAPH_CHARS = 60
SHORT_BODY_CHARS = 400
LABEL_CHARS = 35
MISSING_SHARE = 0.12
"""When more of the page's main paragraphs than this is not in the text, they are put back."""

Runs = list[list[tuple[str, str]]]
"""Runs of paragraphs, subheads and list items that stand together, each text with its `_start`."""


def read_text(
    page: Page, *, titles: Sequence[str], descriptions: Sequence[tuple[str, str]], names: Iterable[str]
) -> Text:
    """Return the text. `names` are the authors and sections, which may stand in lines of their own.

    The page's tree is used up: nothing else may read it afterwards.
    """
    tree = page.tree
    if tree is None:
        return Text(text="", lead=None)
    captions = frozenset(key(inline(each)) for each in tree.iter("figcaption"))
    heading = main_heading(tree, titles)
    lead = shown_lead(heading, titles, descriptions) if heading is not None else []
    main = _main_paragraphs(tree)
    _strip(tree, heading, titles)
    lines = _completed(_body(tree, main), main)
    lines = clean_lines(lines, titles=titles, captions=captions, names=frozenset(key(name) for name in names))
    return with_lead(lines, lead, descriptions)


def _body(tree: html.HtmlElement, main: Runs) -> list[str]:
    """The body's lines by trafilatura: its own rules, then its choice among extractors where that looks wrong."""
    lines: list[str] = []
    for fast in (True, False):
        # `deduplicate` stays off: its store is the process's, and a page's third extraction would come out empty.
        document = _extract(tree, fast=fast, include_comments=False, include_tables=True, with_metadata=False)
        lines = _paragraphs((document.text or "") if document is not None else "")
        if not _looks_wrong(lines, main):
            break
    return lines


def _looks_wrong(lines: list[str], main: Runs) -> bool:
    """Whether a body is next to nothing, a heap of labels, or holds little of the page's main paragraphs."""
    chars = sum(map(len, lines))
    if chars < SHORT_BODY_CHARS:
        return True
    if len(lines) > 20 and sum(len(line) for line in lines if len(line) < LABEL_CHARS) > chars * 0.25:
        return True
    long = [(text, start) for run in main for text, start in run if len(text) >= MIN_PARAGRAPH_CHARS]
    starts = {_start(line) for line in lines}
    return sum(len(text) for text, start in long if start in starts) < 0.5 * sum(len(text) for text, _ in long)


def _paragraphs(text: str) -> list[str]:
    return [line for each in text.split("\n") if (line := _MARKS.sub("", fold(each))) and not _TRIVIAL.match(line)]


def _strip(tree: html.HtmlElement, heading: Any, titles: Sequence[str]) -> None:
    """Take out what is no text of the article, before the body is looked for."""
    if heading is not None and any(letters(inline(heading)).endswith(letters(title)) for title in titles):
        _remove(heading)
    for card in _CARDS(tree):
        _remove(card)
    for element in _MAYBE_FURNITURE(tree):
        if _FURNITURE.search(element.get("class")) and len("".join(element.itertext())) < 600:
            _remove(element)
    etree.strip_elements(tree, *_FRAME, with_tail=False)


def _main_paragraphs(tree: html.HtmlElement) -> Runs:
    """The page's largest set of paragraphs that are built alike, as runs of texts with the subheads between them.

    Alike means: same tag and class, same parent's tag and class, in one article element.
    """
    groups: dict[Any, list[Any]] = defaultdict(list)
    sizes: dict[Any, int] = defaultdict(int)
    for element in tree.iter("p"):
        parent = element.getparent()
        if parent is None:
            continue
        text = inline(element)
        if len(text) < MIN_PARAGRAPH_CHARS or _mostly_links(element):
            continue
        home = None
        for up in element.iterancestors("article", "aside", "nav", "footer", "figure", "form", "blockquote", "li"):
            home = up
            break
        if home is not None and home.tag != "article":
            continue
        same = (element.get("class"), parent.tag, parent.get("class"), home)
        groups[same].append(element)
        sizes[same] += len(text)
    if not groups:
        return []
    best = max(groups, key=lambda each: sizes[each])
    runs = [_run(parent, best[0]) for parent in dict.fromkeys(element.getparent() for element in groups[best])]
    return [[(text, _start(text)) for text in run if text] for run in runs]


def _start(text: str) -> str:
    """What a paragraph is known by, whichever step read it."""
    return letters(text[:120])[:50]


def _run(parent: Any, paragraph_class: str | None) -> list[str]:
    """The paragraphs among an element's children, with the subheads and lists between and right behind them."""
    run: list[str] = []
    waiting: list[str] = []  # subheads and list items, until a paragraph or a list behind them says that they belong
    for child in parent:
        if child.tag in _SUBHEADS:
            waiting.append(inline(child))
        elif child.tag in ("ul", "ol"):
            items = [inline(item) for item in child if item.tag == "li" and not _mostly_links(item)]
            if run and len(items) == len(child):
                run += [*waiting, *items]
            waiting = []
        elif child.tag == "p" and child.get("class") == paragraph_class and not _mostly_links(child):
            run += [*(waiting if run else waiting[-1:]), inline(child)]
            waiting = []
        elif len(inline(child)) > 0:
            waiting = []
    return run


def _mostly_links(element: Any) -> bool:
    links = sum(len(inline(link)) for link in element.iter("a"))
    return links > 0 and links > len(inline(element)) / 2


def _completed(lines: list[str], runs: Runs) -> list[str]:
    """The lines with what the body step lost of the main paragraphs, each behind the one that it follows on the page.

    Subheads and list items come back wherever the paragraph before them is in the text, paragraphs only if many
    are lost: a single one was often left out for a reason.
    """
    starts = [_start(line) for line in lines]
    known = set(starts)
    if all(start in known for run in runs for _, start in run):
        return lines
    have = letters(" ".join(lines))
    long = {start: len(text) for run in runs for text, start in run if len(text) >= MIN_PARAGRAPH_CHARS}
    missing = {start for start in long if start not in have}
    all_back = sum(long[start] for start in missing) > MISSING_SHARE * sum(long.values())
    found = list(lines)
    at = -1
    for text, start in (each for run in runs for each in run):
        if start in known:
            at = starts.index(start)
        elif (len(start) > 30 and start in have) or (not all_back and (start in missing or at < 0)):
            continue
        else:
            at += 1
            found.insert(at, text)
            starts.insert(at, start)
            known.add(start)
    return found


def _remove(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()
