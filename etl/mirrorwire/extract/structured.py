"""What a page says about itself to machines: JSON-LD, meta tags (OpenGraph, Dublin Core, …) and microdata."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any

from mirrorwire.extract.marked import ARTICLE_TYPES, read_metas, read_microdata
from mirrorwire.extract.page import Page, fold

MAX_NODES = 2_000
_OPENING = re.compile(r"\ufeff?\s*(?://|/\*)?\s*(?:<!--|<!\[CDATA\[)?\s*(?:\*/)?")
MAX_CLOSINGS = 8
_CLOSINGS = ("-->", "]]>", "/*", "*/", "//", ";")
_TRAILING_COMMA = re.compile(r",(\s*[}\]])")
_ESCAPE = re.compile(r"\\(.)", re.S)
_PROPERTY_LINE = re.compile(r'\s*"[@\w]{1,60}"\s*:\s*"')
_MARKUP = re.compile(r"</?(?:a|b|br|em|i|mark|p|small|span|strong|sub|sup|u)(?:\s[^<>]{0,500})?/?>", re.I)
_DECODER = json.JSONDecoder(strict=False)
_WORKS = frozenset(["Recipe", "HowTo", "WebPage", "CreativeWork", "ItemPage", "AboutPage", "FAQPage", "MedicalWebPage"])
_NESTING = ("@graph", "mainEntity", "mainEntityOfPage", "itemReviewed", "hasPart")

Node = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Structured:
    """A page's machine-readable statements. `article` is the JSON-LD node about this page, empty if none is.

    `works` are its nodes of other kinds that people write, such as recipes.
    """

    article: Node = field(default_factory=dict)
    works: tuple[Node, ...] = ()
    types: frozenset[str] = frozenset()
    by_id: Mapping[str, Node] = field(default_factory=dict)
    breadcrumbs: tuple[Node, ...] = ()
    metas: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    microdata: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    microdata_article: bool = False

    def meta(self, *names: str) -> str | None:
        """The first value of the first of these meta names (lower case) that has one."""
        return next((value for name in names for value in self.metas.get(name, ())), None)

    def resolved(self, value: Any) -> Any:
        """A node in full where a value only names it by `@id`."""
        if isinstance(value, Mapping) and len(value) <= 2 and isinstance(value.get("@id"), str):
            return self.by_id.get(value["@id"], value)
        return value


def read_structured(page: Page) -> Structured:
    """Return what the page's JSON-LD, meta tags and microdata say. Broken parts are left out, never raised."""
    if page.tree is None:
        return Structured()
    nodes = list(_nodes([data for script in page.json_ld for data in parse_json_ld(script)]))
    metas = read_metas(page.tree)
    microdata, about_article = read_microdata(page.tree)
    return Structured(
        article=_article_node(nodes, page, metas),
        works=tuple(node for node in nodes if not _WORKS.isdisjoint(types_of(node))),
        types=frozenset(kind for node in nodes for kind in types_of(node)),
        by_id=_by_id(nodes),
        breadcrumbs=tuple(node for node in nodes if "BreadcrumbList" in types_of(node)),
        metas=metas,
        microdata=microdata,
        microdata_article=about_article,
    )


def parse_json_ld(script: str) -> list[Any]:
    """Return the JSON values of one script, mended where that is safe: comments around it, trailing commas and
    semicolons, values one after another, line breaks inside strings, escapes that JSON does not know, markup escaped
    twice, and quotes inside a string where each property has a line of its own."""
    for text in _mendings(_unwrapped(script)):
        values, at = [], 0
        try:
            while at < len(text):
                value, at = _DECODER.raw_decode(text, at)
                values.append(value)
                while at < len(text) and text[at] in " \t\r\n;,":
                    at += 1
        except (ValueError, RecursionError):
            if not values:
                continue
        return values
    return []


def _unwrapped(script: str) -> str:
    opening = _OPENING.match(script)
    text = script[opening.end() :].strip() if opening else script.strip()
    for _ in range(MAX_CLOSINGS):
        if not text.endswith(_CLOSINGS):
            break
        text = text[: -next(len(closing) for closing in _CLOSINGS if text.endswith(closing))].rstrip()
    return text


def _mendings(text: str) -> Iterator[str]:
    """The text, then what it may have been meant to be: each mending on top of those before."""
    yield text
    text = _TRAILING_COMMA.sub(r"\1", text)
    yield text
    if "\\" in text:
        text = _ESCAPE.sub(lambda escape: escape[0] if escape[1] in '"\\/bfnrtu' else escape[1], text)
        yield text
    yield "\n".join(map(_quotes_escaped, text.split("\n")))
    if "&quot;" in text:
        yield unescape(text)


def _quotes_escaped(line: str) -> str:
    """A line that is one property whose value is a string: the quotes inside the value escaped."""
    start, end = _PROPERTY_LINE.match(line), line.rstrip()
    comma = "," if end.endswith(",") else ""
    end = end.removesuffix(",").rstrip()
    if start is None or not end.endswith('"') or len(end) <= start.end():
        return line
    value = end[start.end() : -1].replace('\\"', '"').replace('"', '\\"')
    return f'{start[0]}{value}"{comma}'


def types_of(node: Any) -> tuple[str, ...]:
    """Return a node's types without their vocabulary (`https://schema.org/NewsArticle` is `NewsArticle`)."""
    kinds = node.get("@type") if isinstance(node, Mapping) else None
    named = kinds if isinstance(kinds, list) else [kinds]
    return tuple(re.split(r"[/#:]", kind)[-1] for kind in named if isinstance(kind, str))


def is_article(node: Any) -> bool:
    """Whether a JSON-LD node is of an article type."""
    return any(kind in ARTICLE_TYPES for kind in types_of(node))


def text_of(value: Any, limit: int = 20_000) -> str | None:
    """Return a JSON value as clean text on one line, `None` if it is none. Lists give their first."""
    if isinstance(value, list):
        value = next((item for item in value if item), None)
    if isinstance(value, Mapping):
        value = value.get("@value") or value.get("name")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        return None
    text = value[:limit]
    if "&" in text:
        text = unescape(unescape(text))
    return fold(_MARKUP.sub(" ", text) if "<" in text else text) or None


def _nodes(values: list[Any]) -> Iterator[Node]:
    """Yield the nodes that may speak about the page, in document order; lists of other articles are not entered."""
    waiting = list(reversed(values))
    for _ in range(MAX_NODES):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value[:MAX_NODES]))
        elif isinstance(value, Mapping):
            yield value
            waiting.extend(value[key] for key in reversed(_NESTING) if isinstance(value.get(key), (list, Mapping)))


def _by_id(nodes: list[Node]) -> dict[str, Node]:
    by_id: dict[str, Node] = {}
    for node in nodes:
        if isinstance(node.get("@id"), str) and len(node) > 2:
            by_id.setdefault(node["@id"], node)
    return by_id


def _article_node(nodes: list[Node], page: Page, metas: Mapping[str, tuple[str, ...]]) -> Node:
    """The article node that is about this page: by its URL or headline, then by what it states."""
    here = {_bare(url) for url in (page.url, *metas.get("og:url", ())) if url}
    titles = {title.casefold() for name in ("og:title", "twitter:title", "title") for title in metas.get(name, ())}

    def fit(node: Node) -> int:
        headline = (text_of(node.get("headline")) or text_of(node.get("name")) or "").casefold()
        urls = {
            _bare(value) for value in (node.get("url"), node.get("@id"), _main_entity(node)) if isinstance(value, str)
        }
        return (
            4 * bool(urls & here)
            + 3 * bool(headline and any(headline in title or title in headline for title in titles))
            + 2 * ("datePublished" in node)
            + bool(headline)
            + ("author" in node)
        )

    articles = [
        node for node in nodes if is_article(node) and ("headline" in node or "datePublished" in node or "name" in node)
    ]
    return max(articles, key=fit, default={})


def _main_entity(node: Node) -> Any:
    entity = node.get("mainEntityOfPage")
    return (entity.get("@id") or entity.get("url")) if isinstance(entity, Mapping) else entity


def _bare(url: str) -> str:
    return re.sub(r"^https?://(www\.)?|[#?].*$|/+$", "", url).casefold()
