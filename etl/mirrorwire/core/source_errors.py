"""What is wrong with a source file, in words for whoever writes it: what TOML's parser and pydantic found."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from mirrorwire.core.records import Relation, Role, SeedKind, TlsUse

MAX_SHOWN_CHARS = 80
_PLACE = re.compile(r"\(at (?:line (?P<line>\d+), column (?P<column>\d+)|end of document)\)$")
_TOML = (  # how the parser's message begins, and what it means to who wrote the file
    ("Expected '=' after a key", "a key has no value: write key = value"),
    ("Invalid value", "no value of TOML: a text stands in quotes, true and false are written small"),
    ("Unterminated string", "a text is not closed: its last quote is missing"),
    ('Expected "', "a text is not closed: its last quote is missing"),
    ("Expected '\"'", "a text is not closed: its last quote is missing"),
    ('Expected "\'"', "a text is not closed: its last quote is missing"),
    ("Illegal character '\\n'", "a text is not closed: its last quote is missing"),
    ("Illegal character", "a text holds a character that does not show: write it as \\u and four hex digits"),
    ("Found invalid character '\\n'", "a text is not closed: its last quote is missing"),
    ("Found invalid character", "a character that does not show: take it out"),
    ("Expected newline or end of document", "something stands behind the value: a line holds one key and its value"),
    ("Invalid statement", "no line of TOML: write key = value, or the name of a table in brackets, [[hosts]]"),
    ("Invalid initial character for a key", "no key: it is made of letters, digits, - and _"),
    ("Cannot declare", "the table stands twice: write [[hosts]] and [[seeds]], with two brackets, before each"),
    ("Cannot", "the key, or the table, stands twice"),
    ("Duplicate inline table key", "the key stands twice in one table"),
    ("Expected ']", "the name of a table is not closed: write [[hosts]], with as many brackets behind it"),
    ("Unclosed array", "a list is not closed: a comma between two values is missing, or its last ]"),
    ("Unclosed inline table", "a table is not closed: a comma between two keys is missing, or its last }"),
    ("Unescaped '\\'", "a \\ in double quotes is written twice, \\\\; in single quotes once"),
    ("Invalid hex value", "a \\u that no hex digits follow: a \\ in double quotes is written twice, \\\\"),
    ("Escaped character", "a \\u of no character"),
    ("Invalid date", "no day that there is: write it as 2007-07-02"),
)


def _one_of(names: Any) -> str:
    *others, last = (json.dumps(name) for name in get_args(names))
    return f"{', '.join(others)} or {last}"


EXPECTED: Mapping[str, Mapping[str, str]] = {
    "": {
        "key": 'a name of small letters, digits, - and _, which the file is called by too, such as "courier"',
        "name": 'the publisher\'s name in quotes, such as "The Sample Courier"',
        "language": 'a language tag, such as "en" or "pt-BR"',
        "timezone": 'the publisher\'s zone, such as "Europe/London"',
        "article_url": "a pattern of article URLs in quotes, or a list of them, such as '/news/(?P<id>\\d+)'",
        "schedule": 'a cron expression of five fields, such as "*/30 * * * *"',
        "delay_s": "seconds from 0 to 3600, without quotes, such as 1.0",
        "allow_private": "true or false, without quotes",
        "revisits": 'a list of times after the first look, such as ["1h", "6h", "1d"]',
        "prune": "a list of XPath expressions, such as [\"//div[@class='promo']\"]",
        "since": "a day since 1990, without quotes, such as 2007-07-02",
        "dag": "true or false, without quotes",
        "poll": 'a table of two times: poll = { min = "5m", max = "12h" }',
        "hosts": 'a table for each host: [[hosts]], and below it url = "https://www.example.org"',
        "seeds": 'a table for each seed: [[seeds]], and below it kind = "feed" and path = "/rss.xml"',
    },
    "hosts": {
        "url": 'an origin, such as "https://www.example.org"',
        "role": _one_of(Role),
        "tls": _one_of(TlsUse),
        "relation": _one_of(Relation),
        "article_path": 'a path with {id}, such as "/news/{id}"',
        "article_url": "a pattern in quotes with a group named id, or a list of them, such as '/news/(?P<id>\\d+)'",
    },
    "seeds": {
        "kind": _one_of(SeedKind),
        "path": 'a path that begins with /, such as "/rss.xml"',
        "url": 'an address, such as "https://web.archive.org/cdx/search/cdx"',
        "prefixes": 'a list of tables, such as [{ path = "/news/{year}/{month}/" }]',
    },
    "prefixes": {
        "path": 'what paths begin with, such as "/news/{year}/{month}/"',
        "host": 'an origin, such as "https://www.example.org"',
        "since": "a day since 1990, without quotes, such as 2007-07-02",
        "until": "a day since 1990, without quotes, such as 2014-01-01",
    },
}
"""By table and key, what is to be written."""


def of_toml(message: str, text: str) -> str:
    """Return what the parser of TOML found, its place, and the line there; `message` is the parser's own."""
    means = next((words for begins, words in _TOML if message.startswith(begins)), "it cannot be read")
    place = _PLACE.search(message)
    if place is None:
        return f"not TOML: {means}"
    if place["line"] is None:
        return f"not TOML: at the end of the file: {means}"
    line = text.replace("\r\n", "\n").split("\n")[int(place["line"]) - 1]
    return f"not TOML: line {place['line']}, column {place['column']}: {means}; it is {_cut(line.strip())}"


def of_value(error: Mapping[str, Any]) -> str:
    """Return what pydantic found wrong with one value: its place, what is to be written, and what stands there."""
    steps = [step for step in error["loc"] if isinstance(step, (str, int))]
    place = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in steps).lstrip(".")
    names = [step for step in steps if isinstance(step, str)]
    table = EXPECTED.get(names[-2], {}) if len(names) > 1 else EXPECTED[""]
    expected = table.get(names[-1]) if names else None
    if error["type"] == "extra_forbidden":
        near = get_close_matches(str(steps[-1]), table, n=1)
        return f"{place}: unknown key" + (f", did you mean {near[0]!r}?" if near else f"; known: {', '.join(table)}")
    if error["type"] == "missing":
        return f"{place}: missing: write {expected}"
    if error["type"] == "value_error":
        shown = "" if isinstance(error["input"], dict) else f" (it is {_shown(error['input'])})"
        return f"{place or 'file'}: {error['msg'].removeprefix('Value error, ')}{shown}"
    return f"{place}: must be {expected} (it is {_shown(error['input'])})"


def _shown(value: Any) -> str:
    """A value about as TOML writes it."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, str):
        return _cut(json.dumps(value, ensure_ascii=False))
    return _cut(str(value).lower() if isinstance(value, bool) else str(value))


def _cut(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text)
    return shown if len(shown) <= MAX_SHOWN_CHARS else f"{shown[:MAX_SHOWN_CHARS]}…"
