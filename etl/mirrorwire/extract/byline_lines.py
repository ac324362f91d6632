"""Bylines that nothing marks: lines that begin as bylines do, the first and the last line of a text."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from lxml import etree

from mirrorwire.extract.authors import names_in, without_by
from mirrorwire.extract.byline_places import (
    behind,
    in_frame,
    is_of_others,
    is_profile,
    stands_beside,
    stands_in_comment,
)
from mirrorwire.extract.marks import MAX_MARKS_CHARS, marks_of
from mirrorwire.extract.name_kinds import looks_like_a_person, looks_like_an_account
from mirrorwire.extract.page import Page, content, fold, inline, once_per_page, within
from mirrorwire.extract.wording import Wording

MAX_LINE_CHARS = 120
MAX_READ_CHARS = 4 * MAX_LINE_CHARS
MAX_STEPS = 200
MAX_AROUND = 120
MIN_PROSE_CHARS = 80
"""A paragraph of this length is text."""
MAX_PARAGRAPHS = 1_000
MAX_CANDIDATES = 100
"""Lines of a page that begin as bylines do."""
MAX_LINES = 8
"""Lines before the second paragraph and behind the last that may be a byline."""
_BY_LINE = Wording("bylines.lines", r"[\s–—|•·*-]{0,8}(?:WORDS)(?:\s?[:：／/]|\s|$)")
_BIO = Wording("bylines.bios", r"\s(?:WORDS)\s")
_TAGS = (
    "p", "div", "span", "li", "address", "a", "dd", "dt", "td", "font", "em", "i", "strong", "b", "small", "time",
    "cite", "h2", "h3", "h4", "h5", "h6",
)  # fmt: skip
_APART = ("div", "p", "li", "td", "time")  # apart from the text beside them, though no space is written between
_EMPHASIS = ("em", "i", "strong", "b")
_META = re.compile(r"meta|post|info|submit|by|entry|date|author|autor|detail", re.I)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})(?<!Prof)(?<!Dipl)\.(?:\s|$)")
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\d{1,2}[./]\d{1,2}[./]\d{2}\b")
MAX_DATED = 40
"""Elements behind the heading in which a line with a date is the article's."""
MAX_NAMED = 3
MIN_NAME_CHARS = 5
MAX_NAME_CHARS = 40
_BARE_TAGS = ("p", "div", "span", "address", "font", "em", "i", "strong", "b", "small", "cite", "td", "h4", "h5", "h6")
_CONTROLS = ("a", "button", "label", "form", "li")
_WORD = re.compile(r"[^\W\d_]{3,}")
_LEADING = " –—|•·*-"

Names = list[str]


def lines_under(heading: Any) -> Names:
    """Return the names in the first line soon behind the heading that begins with "By", or links to a profile."""
    for element in islice(behind(heading), MAX_AROUND):
        if element.tag not in _TAGS:
            continue
        text = _first_line(element)
        profile = is_profile(element)
        line = text if profile else _by_line_in(element, text)
        if not line or not 3 < len(text) < MAX_LINE_CHARS or _is_elsewhere(element):
            continue
        if names := _names_of_line(line) or _linked_names(element):
            return names
        if profile or _is_meta(element):
            names = names_in(without_by(line.strip(_LEADING)))[:3]
            if len(names) == 1 and looks_like_an_account(names[0]):
                return names
    return []


def dated_line(page: Page, heading: Any) -> Names:
    """Return the person whom a line right behind the heading names beside a date: `25.10.2022 - Ann Lee`."""
    for element in islice(behind(heading), MAX_DATED):
        if element.tag not in _TAGS:
            continue
        pieces = _own_pieces(element)
        text = " ".join(pieces)
        if not 8 < len(text) < MAX_LINE_CHARS or not _DATE.search(text) or _is_elsewhere(element):
            continue
        names: Names = []
        for piece in pieces:
            names += [name for name in names_in(piece) if looks_like_a_person(name)]
        if names and not any(_holds_plain_words(name, page) for name in names):
            return names[:MAX_NAMED]
    return []


def bare_name(page: Page, heading: Any) -> Names:
    """Return the person whose name is all that an element right behind the heading says, and no link to elsewhere."""
    for element in islice(behind(heading), MAX_DATED):
        if element.tag not in _BARE_TAGS or len(element):
            continue
        text = fold(element.text)
        if not MIN_NAME_CHARS < len(text) < MAX_NAME_CHARS or not looks_like_a_person(text):
            continue
        if names_in(text) != [text] or _is_elsewhere(element) or within(element, *_CONTROLS):
            continue
        if not _holds_plain_words(text, page):
            return [text]
    return []


def opening_line(page: Page) -> Names:
    """Return the names in a line before the text's second paragraph that begins with "By"."""
    for line in _opening_blocks(page):
        text = _first_line(line)
        if _BY_LINE.match(text) and (names := _names_of_line(text)):
            return names
    return []


def closing_line(page: Page) -> Names:
    """Return the names in the last lines of the text: behind "By", alone in bold or italics, or of whom they tell."""
    for line in _closing_blocks(page):
        text = _first_line(line)
        if _BY_LINE.match(text) and (names := _names_of_line(text)):
            return names
        if _is_emphasised(line):
            names = _names_of_line(text) if len(text) < MAX_LINE_CHARS else []
            alone = sum(map(len, names)) > 0.7 * len(text)
            if names and alone and not any(_holds_plain_words(name, page) for name in names):
                return names
        if names := _subject_of_bio(line):
            return names
    return []


def line_anywhere(page: Page, heading: Any) -> Names:
    """Return the names in the first line anywhere behind the heading that begins with "By" and holds only names."""
    if page.tree is None:
        return []
    candidates = 0
    for element in page.tree.iter(*_TAGS) if heading is None else behind(heading):
        own = element.text
        if not own or element.tag not in _TAGS or len(own) > MAX_LINE_CHARS or not _BY_LINE.match(own):
            continue
        candidates += 1
        if candidates > MAX_CANDIDATES:
            break
        if in_frame(element) or stands_beside(element):
            continue
        text = _first_line(element)
        line = text if len(text) < MAX_LINE_CHARS else fold(own)
        if names := _names_of_line(line) or _linked_names(element):
            return names
    return []


def only_profile(page: Page) -> Names:
    """Return the name of the one author to whose page the page links, if it is one."""
    if page.tree is None:
        return []
    names: dict[str, None] = {}
    for link in page.tree.iter("a"):
        if is_profile(link) and not in_frame(link) and not stands_in_comment(link):
            for name in names_in(inline(link)[:MAX_LINE_CHARS]):
                if looks_like_a_person(name):
                    names[name] = None
        if len(names) > 1:
            return []
    return list(names)


def _opening_blocks(page: Page) -> list[Any]:
    """The blocks before the text's second paragraph."""
    blocks, prose = _prose_of(page)
    return blocks[: prose[1]][:MAX_LINES] if len(prose) > 1 else []


def _closing_blocks(page: Page) -> list[Any]:
    """The text's last paragraph and the blocks behind it."""
    blocks, prose = _prose_of(page)
    return blocks[prose[-1] :][:MAX_LINES] if prose else []


@once_per_page
def _prose_of(page: Page) -> tuple[list[Any], list[int]]:
    """The blocks of the element with most prose, and the places of its paragraphs among them."""
    chars: dict[Any, int] = {}
    for paragraph in islice(page.tree.iter("p"), MAX_PARAGRAPHS) if page.tree is not None else ():
        parent = paragraph.getparent()
        length = len(inline(paragraph))
        if parent is not None and length >= MIN_PROSE_CHARS and not in_frame(paragraph):
            chars[parent] = chars.get(parent, 0) + length
    if not chars:
        return [], []
    holder = max(chars, key=lambda parent: chars[parent])
    blocks = list(holder)[: 2 * MAX_PARAGRAPHS]
    prose = [place for place, block in enumerate(blocks) if block.tag == "p" and len(inline(block)) >= MIN_PROSE_CHARS]
    return blocks, prose


def _by_line_in(element: Any, text: str) -> str:
    """An element's text from "By" on, where it or what follows one of its children begins so."""
    if _BY_LINE.match(text):
        return text
    for piece in _own_pieces(element):
        if _BY_LINE.match(piece):
            return piece
    return ""


def _own_pieces(element: Any) -> list[str]:
    """The pieces of an element's text that stand in none of its children."""
    pieces = [fold(element.text), *(fold(child.tail) for child in element)]
    return [piece for piece in pieces if piece]


def _is_elsewhere(element: Any) -> bool:
    """Whether an element stands where no byline of the article does, or names another than its author."""
    return in_frame(element) or is_of_others(element) or stands_in_comment(element)


def _first_line(block: Any) -> str:
    """A block's text as far as its first break, and no further than a line can be long."""
    parts: list[str] = []
    chars = 0
    for event, element in islice(etree.iterwalk(block, events=("start", "end")), MAX_STEPS):
        if event == "start" and element.tag == "br" and "".join(parts).strip():
            break
        if element.tag in _APART:
            parts.append(" ")
        part = element.text if event == "start" else element.tail
        if part and not (event == "end" and element is block):
            parts.append(part)
            chars += len(part)
        if chars > MAX_READ_CHARS:
            break
    return fold("".join(parts))


def _names_of_line(text: str) -> Names:
    """The persons whom a line names at its beginning, if it says little more."""
    rest = without_by(text.strip(_LEADING))
    end = _SENTENCE_END.search(rest)
    if end:
        rest = rest[: end.start()]
    if len(rest) > MAX_LINE_CHARS:
        return []
    names = names_in(rest)
    persons = [name for name in names if looks_like_a_person(name)]
    return persons if persons and rest.lstrip(_LEADING).startswith(persons[0]) else []


def _linked_names(element: Any) -> Names:
    """The persons to whose profiles a line links."""
    names: Names = []
    for link in element.iter("a"):
        if is_profile(link):
            names += [name for name in names_in(inline(link)) if looks_like_a_person(name)]
    return list(dict.fromkeys(names))


def _holds_plain_words(name: str, page: Page) -> bool:
    """Whether a name that nothing calls one holds words that the text uses in lower case: `Real Estate`."""
    return any(word.casefold() in _plain_words(page) for word in _WORD.findall(name))


@once_per_page
def _plain_words(page: Page) -> frozenset[str]:
    """The words of the page's paragraphs that stand there in lower case."""
    words: set[str] = set()
    for paragraph in islice(page.tree.iter("p"), MAX_PARAGRAPHS) if page.tree is not None else ():
        words.update(word for word in _WORD.findall(inline(paragraph)) if word.islower())
    return frozenset(words)


def _is_emphasised(block: Any) -> bool:
    """Whether all of a block is bold or in italics."""
    text = inline(block)
    emphasised = next(block.iter(*_EMPHASIS), None)
    return bool(text) and emphasised is not None and len(inline(emphasised)) >= len(text) - 2


def _subject_of_bio(block: Any) -> Names:
    """Of whom a last line tells that begins with a name: `Ann Lee is a reporter in Cairo.`"""
    first = next(block.iter(*_EMPHASIS, "a"), None)
    if block.tag != "p" or first is None or (block.text or "").strip():
        return []
    text = content(block)[: 2 * MAX_LINE_CHARS]
    verb = _BIO.search(text)
    if verb is None or verb.start() > MAX_LINE_CHARS / 2:
        return []
    name = text[: verb.start()].split(",")[0].strip(_LEADING)
    return [name] if looks_like_a_person(name) else []


def _is_meta(element: Any) -> bool:
    """Whether an element is called what lines with authors and dates are called."""
    parent = element.getparent()
    marks = marks_of(element) or (marks_of(parent) if parent is not None else "")
    return bool(_META.search(marks[:MAX_MARKS_CHARS]))
