"""When an article was published and modified, as JSON-LD, meta tags and microdata state it: texts, not yet read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple

from mirrorwire.extract.dates import Moment
from mirrorwire.extract.structured import Node, Structured, text_of, types_of

Kind = Literal["published", "modified"]

MAX_DATE_CHARS = 100
MAX_NAME_CHARS = 60
_PUBLISHED_METAS = (
    "articlepublishedtime", "ogarticlepublishedtime", "ogpublishedtime", "articlepublished", "articlepublisheddate",
    "articlepublishtime", "articlepublishdate", "datepublished", "pubdate", "publishdate", "publisheddate",
    "publicationdate", "publishedtime", "publishtime", "publisheddatetime", "publishedat", "publishedon", "pubtime",
    "parselypubdate", "sailthrudate", "cxenseparserecspublishtime", "cxenseparsepublishtime",
    "cxenseparsearticlepublishtime", "btpubdate", "shareaholicarticlepublishedtime", "prismpublicationdate",
    "citationpublicationdate", "citationonlinedate", "citationdate", "dctermscreated", "dctermsissued", "dcdateissued",
    "dcdatecreated", "dccreated", "dcissued", "dcdatepublished", "rnewsdatepublished", "articlecreated",
    "articlecreatedtime", "articledate", "articlepostdate", "iso8601publishdate", "originalpublicationdate", "dcdate",
    "dctermsdate", "date", "articledateoriginal", "displaydate", "ogreleasedate", "creationdate", "datecreated",
    "createddate", "postdate", "releasedate", "published", "created",
)  # fmt: skip
_MODIFIED_METAS = (
    "articlemodifiedtime", "ogarticlemodifiedtime", "ogupdatedtime", "articlemodified", "datemodified",
    "dctermsmodified", "dcdatemodified", "lastmodified", "lastmod", "articleupdated", "articleupdatedtime", "revised",
    "updatedtime", "modifiedtime", "modifieddate", "dateupdate", "updated", "lastupdated", "btmoddate",
)  # fmt: skip
"""Names of meta tags, as `_plain` spells them, the most trusted first."""
_ANY_PUBLISHED = re.compile(r"(?:publish(?:ed)?|publication|pub)(?:date|time|at|on)")
_ANY_MODIFIED = re.compile(r"modif|updat|revis|expir|unpub|lastpub")
_SIGNS = re.compile(r"[^a-z0-9]+")


class Statement(NamedTuple):
    """What a page says of a time, in its own words, and where it says so."""

    kind: Kind
    origin: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedTime:
    """The same, read."""

    kind: Kind
    origin: str
    moment: Moment


def statements(data: Structured) -> Iterator[Statement]:
    """Yield what a page states to machines of its times, the most trusted first."""
    metas = _by_plain_name(data.metas)
    yield from _of_node("published", data.article, "datePublished")
    yield from _of_metas("published", metas, _PUBLISHED_METAS)
    yield from _of_microdata("published", data, "datePublished")
    yield from _of_node("published", data.article, "dateCreated")
    yield from _of_microdata("published", data, "dateCreated")
    page_nodes = [node for node in data.by_id.values() if any(kind.endswith("Page") for kind in types_of(node))]
    for node in page_nodes:
        yield from _of_node("published", node, "datePublished")
    yield from _of_other_metas(metas)
    yield from _of_node("modified", data.article, "dateModified")
    yield from _of_metas("modified", metas, _MODIFIED_METAS)
    yield from _of_microdata("modified", data, "dateModified")
    for node in page_nodes:
        yield from _of_node("modified", node, "dateModified")


@lru_cache(maxsize=2048)
def _plain(name: str) -> str:
    """A name without the signs in it: sites write `article:published_time` with colons, dots, dashes or nothing."""
    return _SIGNS.sub("", name)


def _by_plain_name(metas: Mapping[str, tuple[str, ...]]) -> dict[str, str]:
    by_name: dict[str, str] = {}
    for name, values in metas.items():
        if len(name) <= MAX_NAME_CHARS:
            by_name.setdefault(_plain(name), values[0])
    return by_name


def _of_metas(kind: Kind, metas: Mapping[str, str], names: tuple[str, ...]) -> Iterator[Statement]:
    for name in names:
        text = metas.get(name)
        if text is not None:
            yield Statement(kind, "meta", text)


def _of_other_metas(metas: Mapping[str, str]) -> Iterator[Statement]:
    """Times of publication under names that nobody listed."""
    for name, text in metas.items():
        if name in _PUBLISHED_METAS or len(text) > MAX_DATE_CHARS:
            continue
        if _ANY_PUBLISHED.search(name) and not _ANY_MODIFIED.search(name):
            yield Statement("published", "meta", text)


def _of_node(kind: Kind, node: Node, name: str) -> Iterator[Statement]:
    text = text_of(node.get(name), MAX_DATE_CHARS)
    if text is not None:
        yield Statement(kind, "json-ld", text)


def _of_microdata(kind: Kind, data: Structured, name: str) -> Iterator[Statement]:
    for text in data.microdata.get(name, ())[:1]:
        yield Statement(kind, "microdata", text)
