"""The entries of a feed or sitemap, as XML holds them; a damaged one costs the others nothing.

lxml calls back element by element, so that no tree is built and a hostile document costs no more memory than its bytes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any, cast
from urllib.parse import urljoin, urlsplit

from lxml import etree

from mirrorwire.core.urls import MAX_URL_CHARS

MAX_ENTRIES = 100_000
"""Read of one document: twice what sitemaps.org allows."""
MAX_APART_BYTES = 32 * 1024 * 1024
"""Parsed entry by entry, beyond the document's own size: with the root's start tag each, and as if 500 bytes longer."""
MAX_DAMAGED = 200
"""So many damaged entries of a document keep their markup."""

_CHUNK_BYTES = 64 * 1024
_MAX_FIELDS = 50
_MAX_FIELD_CHARS = 8000
_MAX_ROOT_BYTES = 4096
_TAIL_BYTES = 4096
_XML_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_ROOT = re.compile(rb"\s*(<([^\s<>/]+)[^<>]*>)")

FieldElement = tuple[str | None, str]
"""Where a field stands: the name of the element around it, `None` for the entry itself, and its own name."""


@dataclass(slots=True)
class Field:
    """An element of an entry. Names, its attributes' too, are in lower case; `base` is the URL its links start from."""

    name: str
    namespace: str
    parent: str | None
    base: str
    attributes: Mapping[str, str]
    text: str = ""


@dataclass(slots=True)
class Entry:
    """An item, entry, url or sitemap element.

    `markup` is its document without the other entries, where it is damaged: of the first `MAX_DAMAGED` alone.
    """

    name: str
    namespace: str
    base: str
    fields: list[Field] = field(default_factory=list)
    markup: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entries:
    """The entries of a document in its order, and what was wrong with it."""

    entries: list[Entry]
    damage: str | None = None


def entries_of(
    body: bytes, *, url: str, names: Collection[str], places: Collection[FieldElement], label: str
) -> Entries:
    """Return the entries of these names with the fields at these places; `label` is a word for such entries.

    Of a document that was cut off, the whole ones. Where one is not well-formed, or does not end, each entry is read by
    itself. Base URLs are resolved as XML Base says (https://www.w3.org/TR/xmlbase/), from `url` on; what is no base is
    passed over.
    """
    listener = _Listener(url, names, places)
    problem = _feed(listener, body)
    if len(listener.whole) > MAX_ENTRIES:
        return Entries(
            entries=listener.whole[:MAX_ENTRIES], damage=f"more than {MAX_ENTRIES} {label}, the rest is left out"
        )
    if problem is None and listener.ended:
        return Entries(entries=listener.whole)
    root = _ROOT.match(body)
    is_cut = root is None or not re.search(rb"</%b\s*>" % re.escape(root[2]), body[-_TAIL_BYTES:])
    whole = listener.whole
    if root is not None:
        tag = root[1] if len(root[1]) <= _MAX_ROOT_BYTES else b"<%b>" % root[2]
        apart = list(_apart(body, tag, _Listener(url, names, places), is_cut))
        whole = apart if len(apart) >= len(whole) else whole
    if is_cut:
        return Entries(entries=whole, damage=f"cut off after {len(whole)} {label}")
    return Entries(entries=whole, damage=f"not well-formed ({problem or 'open at its end'}), read as far as it can be")


def _apart(body: bytes, root: bytes, listener: _Listener, is_cut: bool) -> Iterator[Entry]:
    """The entries of a document, each parsed by itself below the root's start tag."""
    starts = [match.start() for match in _start_of(listener.names).finditer(body) if match[1]]
    damaged, left_bytes = 0, MAX_APART_BYTES + len(body)
    for start, end in islice(pairwise([*starts, len(body)]), MAX_ENTRIES):
        markup = root + body[start:end]
        left_bytes -= len(markup) + 500
        if left_bytes < 0:
            return
        listener.begin()
        problem = _feed(listener, markup)
        is_last = end == len(body)
        for entry in listener.whole or ([] if is_cut and is_last else listener.open_entries()):
            if problem or not listener.whole:
                entry.markup = markup if damaged < MAX_DAMAGED else None
                damaged += 1
            yield entry


def _start_of(names: Collection[str]) -> re.Pattern[bytes]:
    """What finds the start tag of an entry, and passes over comments and CDATA that end before the next begins."""
    entry = rb"<(?:[\w.-]+:)?(" + "|".join(names).encode() + rb")(?=[\s/>])"
    return re.compile(rb"<!\[CDATA\[(?:(?!<!\[CDATA\[).)*?\]\]>|<!--(?:(?!<!--).)*?-->|" + entry, re.I | re.S)


def _feed(listener: _Listener, body: bytes) -> str | None:
    """Have lxml tell a listener what a document holds, and return what was wrong with it."""
    parser = etree.XMLParser(
        target=cast(Any, listener),
        encoding="utf-8",
        recover=True,
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
    )
    try:
        for start in range(0, len(body), _CHUNK_BYTES):
            # Never closed: closing would end the elements that a cut-off document left open.
            parser.feed(body[start : start + _CHUNK_BYTES])
            if len(listener.whole) > MAX_ENTRIES:
                return None
    except etree.XMLSyntaxError as error:
        return str(error.msg)[:200]
    problem = next(iter(parser.feed_error_log), None)
    return f"line {problem.line}: {problem.message[:200]}" if problem is not None else None


class _Listener:
    """What lxml calls back: collects whole entries, and of each the fields that stand at the wanted places."""

    def __init__(self, url: str, names: Collection[str], places: Collection[FieldElement]) -> None:
        self.names = names
        self._url, self._places = url, places
        self.begin()

    def begin(self) -> None:
        """Forget what was heard, for another document."""
        self.whole: list[Entry] = []
        self.ended = False
        self._entry: Entry | None = None
        self._entry_depth = 0
        self._steps: list[tuple[str, str]] = []  # the name and the base of each element that is open
        self._fields: list[tuple[int, Field]] = []  # those that are open, by depth

    def open_entries(self) -> list[Entry]:
        """The entry that has not ended, if there is one."""
        return [self._entry] if self._entry else []

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        namespace, name = _named(tag)
        base = self._steps[-1][1] if self._steps else self._url
        if _XML_BASE in attributes:
            base = _based(base, attributes[_XML_BASE])
        self._steps.append((name, base))
        depth = len(self._steps)
        if self._entry is None:
            if name in self.names and depth > 1:
                self._entry, self._entry_depth = Entry(name, namespace, base), depth
            return
        within = depth - self._entry_depth
        parent = None if within == 1 else self._steps[-2][0]
        if within <= 2 and (parent, name) in self._places and len(self._entry.fields) < _MAX_FIELDS:
            stated = {attribute.lower(): value for attribute, value in attributes.items()}
            entry_field = Field(name, namespace, parent, base, stated)
            self._entry.fields.append(entry_field)
            self._fields.append((depth, entry_field))

    def data(self, data: str) -> None:
        for _, entry_field in self._fields:
            if len(entry_field.text) < _MAX_FIELD_CHARS:
                entry_field.text += data[:_MAX_FIELD_CHARS]

    def end(self, tag: str) -> None:
        depth = len(self._steps)
        if self._fields and self._fields[-1][0] == depth:
            self._fields.pop()
        elif self._entry is not None and self._entry_depth == depth:
            self.whole.append(self._entry)
            self._entry = None
            self._fields.clear()
        self.ended = depth == 1
        if self._steps:
            self._steps.pop()

    def close(self) -> None:
        """Asked for by lxml."""


def _named(tag: str) -> tuple[str, str]:
    """The namespace and the name of an element; a prefix that was never declared stands for a namespace of its own."""
    if tag.startswith("{"):
        namespace, _, name = tag[1:].rpartition("}")
    else:
        namespace, _, name = tag.rpartition(":")
    return namespace, name.lower()


def _based(base: str, stated: str) -> str:
    """The base URL within an element that states one; what is no URL of a server's states none."""
    try:
        resolved = urljoin(base, stated.strip())
        parts = urlsplit(resolved)
        is_sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        return base
    return resolved if is_sound and len(resolved) <= MAX_URL_CHARS else base
