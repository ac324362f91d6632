"""An Atom feed (RFC 4287) of articles, those whose version was captured last first."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, BinaryIO

from lxml import etree

from mirrorwire import __version__
from mirrorwire.core.records import Source

ATOM = "http://www.w3.org/2005/Atom"
XML = "http://www.w3.org/XML/1998/namespace"
VERDICT = "urn:mirrorwire:verdict"
"""The scheme of the category that marks a suspect article, beside its section and tags, which have none."""
SUMMARY_CHARS = 300
_NAMES: Any = {None: ATOM}  # the stubs know no default namespace
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def write_atom(rows: Iterable[Mapping[str, Any]], source: Source, out: BinaryIO, *, now: datetime, of: str = "") -> int:
    """Write a feed of rows, newest version first; return the number of entries.

    Ids are `urn:uuid` made from the article's key, so that they stay when hosts come and go; the feed's own from the
    source's and from `of`, which tells selections of one source apart. `updated` is when the version was captured, of
    the feed that of its first entry, `now` where it has none. Characters that XML cannot hold are left out.
    """
    rows = iter(rows)
    first = next(rows, None)
    n = 0
    with etree.xmlfile(out, encoding="utf-8") as xml:
        xml.write_declaration()
        with xml.element(f"{{{ATOM}}}feed", nsmap=_NAMES):
            head = etree.Element("head")
            _add(head, "id", _urn(f"feed:{source.key}:{of}" if of else f"feed:{source.key}"))
            _add(head, "title", source.name)
            _add(head, "updated", _time(first["fetched_at"] if first else now))
            _add_person(head, source.name)
            _add(head, "generator", "Mirrorwire", version=__version__)
            for element in head:
                xml.write(element)
            xml.write("\n")
            for row in chain([first] if first else (), rows):
                xml.write(_entry(row))
                xml.write("\n")
                n += 1
    out.write(b"\n")
    return n


def _entry(row: Mapping[str, Any]) -> etree._Element:
    entry = etree.Element(f"{{{ATOM}}}entry", nsmap=_NAMES)
    if _LANGUAGE.fullmatch(row["language"] or ""):
        entry.set(f"{{{XML}}}lang", row["language"])
    _add(entry, "id", _urn(row["article_key"]))
    _add(entry, "title", row["title"], type="text")
    _add(entry, "updated", _time(row["fetched_at"]))
    if row["published_at"]:
        _add(entry, "published", _time(row["published_at"]))
    for name in row["authors"]:
        _add_person(entry, name)
    for term in dict.fromkeys([*([row["section"]] if row["section"] else []), *row["tags"]]):
        _add(entry, "category", term=term)
    if row["verdict"] == "suspect":
        _add(entry, "category", scheme=VERDICT, term="suspect")
    _add(entry, "link", rel="alternate", type="text/html", href=row["canonical_url"])
    _add(entry, "summary", row["lead"] or _beginning(row["text"]), type="text")
    _add(entry, "content", row["text"], type="text")
    return entry


def _add_person(parent: etree._Element, name: str) -> None:
    _add(_add(parent, "author"), "name", name)


def _add(parent: etree._Element, name: str, text: str | None = None, **attributes: str) -> etree._Element:
    element = etree.SubElement(
        parent, f"{{{ATOM}}}{name}", {key: _clean(value) for key, value in attributes.items()}, nsmap=_NAMES
    )
    element.text = _clean(text) if text is not None else None
    return element


def _clean(text: str) -> str:
    return _NO_XML.sub("", text)


def _beginning(text: str) -> str:
    if len(text) <= SUMMARY_CHARS:
        return text
    return text[:SUMMARY_CHARS].rsplit(None, 1)[0] + " …"


def _urn(name: str) -> str:
    return uuid.uuid5(uuid.NAMESPACE_URL, f"mirrorwire:{name}").urn


def _time(when: datetime) -> str:
    return when.isoformat().replace("+00:00", "Z")
