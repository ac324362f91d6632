"""The bytes of a list of publishers read: what kind of list it is, and what each line names. Pure."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from io import StringIO

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.humanize import counted
from mirrorwire.seed_formats.document import plain, root_of, what_is
from mirrorwire.seed_formats.markup import in_utf8
from mirrorwire.source_tools.listed import LineProblem, ListedPublisher, PublisherList, WrongLine, shown
from mirrorwire.source_tools.opml import read_opml

MAX_LIST_BYTES = 5_000_000
"""Ten thousand publishers in OPML are three million bytes."""
MAX_PUBLISHERS = 20_000
MAX_HEADER_CHARS, MAX_COLUMNS = 4000, 200
_DELIMITERS = (",", ";", "\t")
_COLUMNS = {
    "url": "url site siteurl website websiteurl web homepage homepageurl htmlurl link address domain host page",
    "feed": "feed feedurl rss rssurl rssfeed atom atomurl xml xmlurl feedlink",
    "name": "name title text publisher outlet newspaper media medium sitename",
    "key": "key id slug sourcekey",
}
"""By what is meant, the headers that are known, in small letters and without anything between them."""
_MEANING = {header: meaning for meaning, headers in _COLUMNS.items() for header in headers.split()}


def read_list(body: bytes, name: str) -> PublisherList:
    """Return the publishers of a list; `name` is what people know the list by.

    A document of markup is OPML; a first line of known headers, apart by commas, semicolons or tabs, begins a table;
    anything else is an address a line, with empty lines and lines that begin with # passed over. Raises `WrongUse` for
    what is no list, too large, or names nobody.
    """
    if len(body) > MAX_LIST_BYTES:
        raise WrongUse(f"{name}: over {MAX_LIST_BYTES:,} bytes: no list of publishers; split it if it is one")
    document, damage = plain(body, MAX_LIST_BYTES)
    if damage or b"\0" in document:
        raise WrongUse(f"{name}: {damage or what_is(document)}, not a list of publishers")
    if document.startswith(b"<"):
        if root_of(document) != "opml":
            raise WrongUse(f"{name}: {what_is(document)}, not a list: OPML, CSV, or an address a line")
        publishers = read_opml(document, name)
    else:
        publishers = _read_lines(in_utf8(document, None).decode("utf-8", "replace"))
    if not publishers.publishers:
        lines = publishers.problems
        why = f": line {lines[0].line}: {lines[0].problem}" if lines else ""
        raise WrongUse(f"{name}: no publisher in it{why}")
    if len(publishers.publishers) > MAX_PUBLISHERS:
        raise WrongUse(f"{name}: over {counted(MAX_PUBLISHERS, 'publisher')}: split it")
    return publishers


def _read_lines(text: str) -> PublisherList:
    first = next((line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")), "")
    for delimiter in _DELIMITERS:
        columns = _columns_of(next(csv.reader([first[:MAX_HEADER_CHARS]], delimiter=delimiter), []))
        if {"url", "feed"} & set(columns):
            return _gathered(_table_lines(text, delimiter))
    return _gathered(_list_lines(text))


def _columns_of(header: Sequence[str]) -> list[str]:
    """What the columns of a header mean, in their order; "" for those that are passed over, and for a second one."""
    columns: list[str] = []
    for cell in header:
        meaning = _MEANING.get(re.sub(r"[\W_]+", "", cell.lower()), "")
        columns.append("" if meaning in columns else meaning)
    return columns


Line = tuple[int, str, dict[str, str]]
"""A line's number, what stands there, and its texts by what they mean."""


def _list_lines(text: str) -> Iterator[Line]:
    for number, line in enumerate(text.splitlines(), 1):
        address = line.strip()
        if address and not address.startswith("#"):
            yield number, address, {"url": address}


def _table_lines(text: str, delimiter: str) -> Iterator[Line]:
    """The rows of a table below its header. A row that cannot be read is one without an address."""
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter)
    columns: list[str] = []
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield number, f"a row that cannot be read: {error}", {}
            continue
        if not any(cell.strip() for cell in cells) or (not columns and cells[0].lstrip().startswith("#")):
            continue
        if not columns:
            columns = _columns_of(cells[:MAX_COLUMNS])
            continue
        texts = {column: cell.strip() for column, cell in zip(columns, cells, strict=False) if column}
        yield number, delimiter.join(cells), texts


def _gathered(lines: Iterator[Line]) -> PublisherList:
    publishers: list[ListedPublisher] = []
    problems: list[LineProblem] = []
    for number, text, texts in lines:
        try:
            publishers.append(
                ListedPublisher.of(
                    number,
                    url=texts.get("url"),
                    feed=texts.get("feed"),
                    name=texts.get("name"),
                    key=texts.get("key"),
                )
            )
        except WrongLine as error:
            problems.append(LineProblem(line=number, text=shown(text), problem=str(error)))
    return PublisherList(publishers=tuple(publishers), problems=tuple(problems))
