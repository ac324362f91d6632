"""The article's body where it stands only in an application's own script JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lxml import etree, html

from mirrorwire.extract.blocks import read_blocks
from mirrorwire.extract.container import MIN_PARAGRAPH_CHARS, Main, bulk
from mirrorwire.extract.normalize import letters
from mirrorwire.extract.page import Page, fold, markup, once_per_page
from mirrorwire.extract.script_json import nested_values, script_values

MIN_BODY_CHARS = 400
"""Less is a summary, or a text of the application's own."""
MAX_NODES = 100_000
MAX_CANDIDATES = 60
_TEXT_KEYS = ("text", "html", "content", "value", "data", "body", "paragraph", "children", "model", "copy", "nodes")
_KIND_KEYS = ("type", "kind", "_type", "__typename", "component", "name", "blockName")
_NO_TEXT = re.compile(
    r"image|photo|picture|video|audio|embed|figure|gallery|caption|advert|\bads?\b|related|promo|newsletter|teaser|"
    r"recommend|link-?list|social|tweet|instagram|divider|button|form|script|style",
    re.I,
)
_ELSEWHERE = re.compile(
    r"comment|related|recommend|translation|i18n|locale|message|label|config|setting|footer|header|menu|navigation|"
    r"sidebar|trending|popular|latest|most|policy|terms|consent|cookie|css|styles?$|advert|author|bio$|caption",
    re.I,
)
_OTHER_ARTICLE = frozenset(("url", "href", "link", "permalink", "slug", "canonicalUrl", "headline", "title"))
_READER = frozenset(("user", "username", "likes", "votes", "upvotes", "replies", "commentId", "avatar"))
_LEAD = re.compile(
    r"^(?:sub-?_?(?:title|head|heading|headline)|lead|lede|standfirst|dek|deck|intro|ingress|chapo)$", re.I
)
_MARKUP = re.compile(r"</?(?:p|br|div|h[2-6]|li|blockquote)\b[^<>]{0,300}>", re.I)
_TAG = re.compile(r"<[a-z/!]", re.I)
_CODE = re.compile(r"[{};=]|https?://")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Prose:
    """A run of prose, and the values that hold it, the innermost last."""

    lines: list[str]
    chars: int
    owners: tuple[Any, ...]


def read_script_body(page: Page, titles: Sequence[str]) -> list[str] | None:
    """Return the article's lines from the page's scripts, its lead first where one stands beside; `None` without any.

    Taken is the longest run of prose: a string of HTML or of lines, or a list of blocks in order. If several compete,
    it must stand in an object that also holds one of the page's titles.
    """
    spellings = map(letters, titles)
    named = {spelling for spelling in spellings if len(spelling) > 8}
    runs = [(any(_holds(owner, named) for owner in run.owners[-4:]), run) for run in _prose(page)]
    runs.sort(key=lambda candidate: (candidate[0], candidate[1].chars), reverse=True)
    distinct: dict[str, tuple[bool, _Prose]] = {}  # one article often stands twice, in what two parts of the page got
    for titled, run in runs[:MAX_CANDIDATES]:
        start = next(line for line in run.lines if bulk(line) >= MIN_PARAGRAPH_CHARS)
        distinct.setdefault(letters(start)[:60], (titled, run))
    longest = sorted(distinct.values(), key=lambda candidate: candidate[1].chars, reverse=True)
    if not longest:
        return None
    enough = longest[0][1].chars / 2
    best = next((run for titled, run in longest if titled and run.chars > enough), None)
    if best is None:
        if len(longest) > 1 and longest[1][1].chars > enough:
            return None
        best = longest[0][1]
    spelling = letters(" ".join(best.lines))
    owner = next((owner for owner in reversed(best.owners) if isinstance(owner, dict)), None)
    lead = [line for line in _lead(owner) if letters(line) not in spelling and letters(line) not in named]
    return [*lead, *best.lines]


@once_per_page
def _prose(page: Page) -> list[_Prose]:
    return list(_runs(page.scripts))


def _runs(scripts: Sequence[Any]) -> Iterator[_Prose]:
    """The runs of prose in script elements, walked with a stack, each value with the objects that hold it."""
    left = MAX_NODES
    for root in script_values(scripts):
        waiting: list[tuple[Any, tuple[Any, ...]]] = [(root, ())]
        while waiting and left > 0:
            left -= 1
            node, owners = waiting.pop()
            if isinstance(node, str):
                inner = list(nested_values(node))
                waiting += [(value, owners) for value in inner]
                lines = [] if inner else prose_lines(node)
            elif isinstance(node, list):
                lines = _sequence(node)
            else:
                lines = []
            chars = sum(bulk(line) for line in lines if bulk(line) >= MIN_PARAGRAPH_CHARS)
            if chars >= MIN_BODY_CHARS:
                yield _Prose(lines=lines, chars=chars, owners=owners)
            elif isinstance(node, (dict, list)):
                waiting += [(value, (*owners[-4:], node)) for value in _children(node)]


def _children(node: Any) -> list[Any]:
    """The values in which a run of prose may stand. A short string is none, and a list is read before its strings."""
    if isinstance(node, list):
        return [value for value in node if _may_hold(value)][::-1]
    return [value for name, value in node.items() if _may_hold(value) and not _is_elsewhere(name)][::-1]


def _may_hold(value: Any) -> bool:
    if isinstance(value, str):
        return len(value) >= MIN_BODY_CHARS // 2
    return bool(value) and isinstance(value, (dict, list))


@lru_cache(maxsize=4096)
def _is_elsewhere(name: str) -> bool:
    return _ELSEWHERE.search(name) is not None


def _holds(owner: Any, named: set[str]) -> bool:
    if not isinstance(owner, dict):
        return False
    values = [value for value in owner.values() if isinstance(value, str) and 8 < len(value) < 400]
    # The page's own title may have the site's name behind.
    for spelling in map(letters, values):
        if any(name.startswith(spelling) and len(spelling) > len(name) / 2 for name in named):
            return True
    return False


def _lead(owner: Any) -> list[str]:
    if not isinstance(owner, dict):
        return []
    values = [v for k, v in owner.items() if isinstance(v, str) and _LEAD.match(k) and 20 < len(v) < 1200]
    return [line for line in _lines_of(values[0]) if line] if values else []


def prose_lines(text: str) -> list[str]:
    """Return the lines of a string that is running text, with markup or without; none for code and labels."""
    if len(text) < MIN_BODY_CHARS // 2:
        return []
    markup = _MARKUP.search(text) is not None
    if not markup and len(_CODE.findall(text)) > len(text) / 100:
        return []
    lines = _lines_of(text)
    prose = " ".join(lines)
    # Words end somewhere: a token or an encoded picture has no white space, and is no script that needs none.
    return lines if prose.count(" ") > len(prose) / 25 or bulk(prose) > 1.4 * len(prose) else []


def _lines_of(text: str) -> list[str]:
    if _TAG.search(text) is None:
        return [line for line in map(fold, text.split("\n")) if line]
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    try:
        tree = html.document_fromstring(markup(f"<div>{text}</div>"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return []
    holders = frozenset(up for paragraph in tree.iter("p") for up in paragraph.iterancestors())
    lines = read_blocks(Main(container=tree, holders=holders), bulk(text))
    return [line for line in map(fold, lines) if line]


def _sequence(items: list[Any]) -> list[str]:
    """The lines of a list of text blocks, none for a list of anything else (other articles, comments, labels)."""
    if len(items) < 2:
        return []
    lines: list[str] = []
    blocks = 0
    for item in items:
        if isinstance(item, dict):
            if _READER & item.keys() or len(_OTHER_ARTICLE & item.keys()) > 1:
                return []
            kinds = [item.get(name) for name in _KIND_KEYS]
            kind = " ".join(value for value in kinds if isinstance(value, str))
            blocks += bool(kind)
            if not _NO_TEXT.search(kind) and (text := _text(item, 0)):
                lines += _lines_of(text)
        elif isinstance(item, str) and len(item) >= MIN_PARAGRAPH_CHARS:
            blocks += 1
            lines += _lines_of(item)
    long = sum(bulk(line) for line in lines if bulk(line) >= MIN_PARAGRAPH_CHARS)
    return lines if blocks > len(items) / 2 and long > sum(map(bulk, lines)) / 2 else []


def _text(item: Any, depth: int) -> str:
    """A block's text: in one of the usual keys, or of the inline pieces below it."""
    if isinstance(item, str):
        return item
    if depth > 6:
        return ""
    if isinstance(item, list):
        return "".join(_text(piece, depth + 1) for piece in item)
    if isinstance(item, dict):
        for name in _TEXT_KEYS:
            if text := _text(item.get(name), depth + 1):
                return text
    return ""
