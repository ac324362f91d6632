"""OPML, the list that feed readers write: outlines in outlines, a publisher each. Pure.

Source: http://opml.org/spec2.opml; attributes are read in any case of letters, since programs differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from lxml import etree

from mirrorwire.core.errors import WrongUse
from mirrorwire.seed_formats.markup import markup_of
from mirrorwire.source_tools.listed import LineProblem, ListedPublisher, PublisherList, WrongLine, shown

_CHUNK_BYTES = 64 * 1024
MAX_ELEMENTS = 100_000
"""Read of one document: more would take seconds, and twenty thousand publishers have fewer."""
_POINTERS = ("include", "link")
"""Types of outlines that point to another list, or to a page (http://opml.org/spec2.opml#subscriptionLists)."""


def read_opml(document: bytes, name: str) -> PublisherList:
    """Return the publishers of an OPML document, in its order, whatever folders they stand in.

    An outline with neither `xmlUrl` nor `htmlUrl` is a folder. Of a document that is damaged, what stands before the
    damage. Raises `WrongUse` for one that declares entities: no reader writes any, and a few of them make gigabytes.
    """
    if b"<!ENTITY" in document:
        raise WrongUse(f"{name}: declares entities, which no list of publishers needs: not read")
    publishers: list[ListedPublisher] = []
    problems: list[LineProblem] = []
    markup = markup_of(document, limit=len(document), content_type=None)
    for outline in _outlines(markup.body, problems):
        attributes = {str(key).lower(): str(text).strip() for key, text in outline.attrib.items()}
        line = int(outline.sourceline or 0)
        try:
            publisher = _publisher(line, attributes)
        except WrongLine as error:
            problems.append(LineProblem(line=line, text=_title(attributes) or "an outline", problem=str(error)))
            continue
        if publisher is not None:
            publishers.append(publisher)
    return PublisherList(publishers=tuple(publishers), problems=tuple(problems))


def _publisher(line: int, attributes: dict[str, str]) -> ListedPublisher | None:
    """The publisher that an outline names; `None` for a folder."""
    feed, page = attributes.get("xmlurl"), attributes.get("htmlurl")
    if not feed and not page:
        target = attributes.get("url")
        if not target or attributes.get("type", "").lower() not in _POINTERS:
            return None
        if attributes["type"].lower() == "include" or target.lower().endswith(".opml"):
            raise WrongLine(f"{shown(target)}: another list: import it by itself")
        page = target
    title = _title(attributes)
    try:
        return ListedPublisher.of(line, url=page, feed=feed, name=title)
    except WrongLine:
        if not feed or not page:
            raise
        # Readers leave what a feed says of its page as it is: the feed is what people chose.
        return ListedPublisher.of(line, url=None, feed=feed, name=title)


def _title(attributes: dict[str, str]) -> str | None:
    return shown(attributes.get("title") or attributes.get("text") or "") or None


def _outlines(body: bytes, problems: list[LineProblem]) -> Iterator[Any]:
    """Yield each outline as its start tag stands there; no tree is kept. What ends a document early is a problem."""
    parser = etree.XMLPullParser(
        events=("start", "end"), encoding="utf-8", resolve_entities=False, no_network=True, huge_tree=False
    )
    problem: etree.XMLSyntaxError | None = None
    elements = line = 0
    for start in range(0, len(body), _CHUNK_BYTES):
        try:
            parser.feed(body[start : start + _CHUNK_BYTES])
        except etree.XMLSyntaxError as error:
            problem = error
        for event, started in parser.read_events():
            element: Any = started
            if event == "end":
                _forget(element)
            elif etree.QName(element).localname.lower() == "outline":
                yield element
            elements += event == "start"
            line = element.sourceline or line
        if elements > MAX_ELEMENTS:
            problem_words = f"over {MAX_ELEMENTS:,} elements, the rest is not read"
            problems.append(LineProblem(line=line, text="", problem=problem_words))
            return
        if problem:
            break
    if problem is None:
        try:
            parser.close()
        except etree.XMLSyntaxError as error:
            problem = error
    if problem is not None:
        line = problem.lineno or 0
        reason = shown((problem.msg or "").partition(", line ")[0])
        problems.append(LineProblem(line=line, text="", problem=f"not well-formed from here on: {reason}"))


def _forget(element: Any) -> None:
    """Let go of an element that has ended, and of those before it."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]
