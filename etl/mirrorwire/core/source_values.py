"""The values of a source file, each checked as it is read: what is wrong raises `ValueError` with the reason."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from croniter import CroniterBadDateError, croniter
from lxml import etree
from pydantic import AfterValidator, BeforeValidator

from mirrorwire.core.settings import revisit_steps, time_span

SHORTEST_POLL, LONGEST_POLL = timedelta(minutes=1), timedelta(days=30)
_NETLOC = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d+)?")


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound or not _NETLOC.fullmatch(parts.netloc) or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be an origin: http(s)://name, with a port if it needs one, and nothing behind it")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds a character that does not show")
    return text


def _pattern(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if strange := sorted(groups.keys() - {"id", "date"}):
        raise ValueError(f"unknown group {strange[0]!r}: the groups are id and date")
    return pattern


def _template(path: str) -> str:
    rest = path.replace("{id}", "").replace("{date}", "")
    if not path.startswith("/") or "{id}" not in path or "{" in rest or "}" in rest:
        raise ValueError("must begin with / and hold {id}, and {date} where it is part of the path")
    return path


def _index_path(path: str) -> str:
    rest = path.replace("{year}", "").replace("{month}", "")
    if not path.startswith("/") or "{" in rest or "}" in rest or "?" in rest or "#" in rest:
        raise ValueError("must begin with /, and may hold {year} and {month}, and no query")
    if "{month}" in path and "{year}" not in path.partition("{month}")[0]:
        raise ValueError("needs {year} before {month}")
    return path


_PROBE = etree.HTML("<html><body><p class='a' id='b'>a <a href='c'>b</a></p></body></html>")
_NO_ELEMENT = re.compile(r"(?:(?:@|attribute::)[\w:*.-]+|(?:text|comment|processing-instruction)\(\))\s*(?:\||$)")


def _selector(path: str) -> str:
    try:
        selected = etree.XPath(path)(_PROBE)
    except etree.XPathError as error:
        raise ValueError(f"not XPath: {error}") from None
    bare, within = re.subn(r"\[[^\[\]]*\]", "", path)
    while within:
        bare, within = re.subn(r"\[[^\[\]]*\]", "", bare)
    if not isinstance(selected, list) or not all(map(etree.iselement, selected)) or _NO_ELEMENT.search(bare):
        raise ValueError("selects no elements: a path such as //div[@class='promo'] does")
    if any(etree.iselement(node) and node.tag in ("html", "body") for node in selected):
        raise ValueError("selects the whole page")
    return path


@cache
def _zones() -> frozenset[str]:
    """Return the zones of the machine's database, a folder that takes more time to walk than a source file to read."""
    return frozenset(available_timezones() - {"localtime", "Factory", "posixrules"})


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("not a zone of the IANA database (such as Europe/London)")
    return name


def _day(value: Any) -> Any:
    if not isinstance(value, date) or isinstance(value, datetime) or value.year < 1990:
        raise ValueError("must be a day since 1990, without quotes: 2007-07-02")
    return value


def _cron(expression: str) -> str:
    if len(expression.split()) != 5 or not _CRON.fullmatch(expression) or not croniter.is_valid(expression):
        raise ValueError("not a cron expression of five fields")
    try:
        croniter(expression, datetime(2000, 1, 1, tzinfo=UTC)).get_next()
    except CroniterBadDateError:
        raise ValueError("a cron expression of a time that never comes") from None
    return expression


def _time_between_polls(value: Any) -> timedelta:
    if not isinstance(value, str):
        raise ValueError("must be a time in quotes, such as 90s, 5m, 12h, 1d")
    between = time_span(value)
    if not SHORTEST_POLL <= between <= LONGEST_POLL:
        raise ValueError("must be from 1m to 30d")
    return between


def _steps(words: list[str]) -> list[str]:
    revisit_steps(words)
    return words


_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun"
_CRON = re.compile(rf"(?:[\d*/,\- ]|{'|'.join(_NAMES.split())})+", re.I)


Origin = Annotated[str, AfterValidator(_origin)]
Printable = Annotated[str, AfterValidator(_printable)]
Pattern = Annotated[str, AfterValidator(_pattern)]
Patterns = Annotated[list[Pattern], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)]
"""Patterns of article URLs: one alone needs no brackets."""
PathTemplate = Annotated[Printable, AfterValidator(_template)]
IndexPath = Annotated[Printable, AfterValidator(_index_path)]
Selector = Annotated[str, AfterValidator(_selector)]
Zone = Annotated[str, AfterValidator(_zone)]
Day = Annotated[date, BeforeValidator(_day)]
Cron = Annotated[str, AfterValidator(_cron)]
TimeBetweenPolls = Annotated[timedelta, BeforeValidator(_time_between_polls)]
Steps = Annotated[list[str], AfterValidator(_steps)]
