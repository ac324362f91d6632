"""The JSON values that stand in a page's scripts, whatever the application calls them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

MIN_SCRIPT_CHARS = 600
MAX_SCRIPT_CHARS = 1_000_000
MAX_SCRIPTS = 200
MAX_FAILURES = 12
"""A program has thousands of places where a JSON value could begin, application data begins with one."""
MIN_NESTED_CHARS = 300

_DECODER = json.JSONDecoder()
_BEGINNING = re.compile(r"(?:^|[=(,:])\s{0,20}(?=[{\[])|JSON\.parse\(\s{0,20}(?=[\"'])")
_SINGLE = re.compile(r"'((?:[^'\\]|\\.)*+)'")
_ESCAPES = re.compile(r"\\(x[0-9a-fA-F]{2}|.)", re.S)
_FLIGHT = re.compile(r"[0-9a-f]{1,4}:(?=[{\[\"])")
"""A row of React's server component format, which Next.js pushes in strings: an id, a colon, and JSON."""


def script_values(scripts: Sequence[Any]) -> Iterator[Any]:
    """Yield the JSON objects and arrays in script elements: a whole script, what it assigns, passes or parses.

    Scripts beyond `MAX_SCRIPT_CHARS` are left alone. Linear in their length: few values are tried that are none.
    """
    for script in scripts[:MAX_SCRIPTS]:
        text = script.text or ""
        if MIN_SCRIPT_CHARS <= len(text) <= MAX_SCRIPT_CHARS and ('"' in text or "'" in text):
            yield from _values(text)


def nested_values(text: str) -> Iterator[Any]:
    """Yield the JSON values that a string holds: JSON in JSON, or rows of them."""
    if len(text) < MIN_NESTED_CHARS:
        return
    if text[0] in "{[":
        rows = [text]
    elif _FLIGHT.match(text):
        starts = [(row, _FLIGHT.match(row)) for row in text.split("\n")]
        rows = [row[start.end() :] for row, start in starts if start]
    else:
        return
    for row in rows:
        value = _loaded(row)
        if value is not None:
            yield value


def _values(text: str) -> Iterator[Any]:
    at = failures = 0
    while failures < MAX_FAILURES and (beginning := _BEGINNING.search(text, at)):
        at = beginning.end()
        if text[at] == "'":
            quoted = _SINGLE.match(text, at)
            value, at = (_loaded(_unescaped(quoted[1])), quoted.end()) if quoted else (None, at)
        else:
            try:
                value, at = _DECODER.raw_decode(text, at)
            except (ValueError, RecursionError):
                value = None
        if isinstance(value, str):
            value = _loaded(value)
        if isinstance(value, (dict, list)):
            yield value
        else:
            failures += 1


def _unescaped(text: str) -> str:
    """A string of JavaScript's, as far as JSON in one needs it: `\\'`, `\\"`, `\\\\` and `\\x22`."""

    def plain(escape: re.Match[str]) -> str:
        mark = escape[1]
        if len(mark) == 3:
            return chr(int(mark[1:], 16))
        return mark if mark in "'\"\\/" else escape[0]

    return _ESCAPES.sub(plain, text)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
