"""When an article was published, as the application's own data in the page's scripts says."""

from __future__ import annotations

import re
from collections.abc import Iterator

from mirrorwire.extract.dates import Moment, parse_moment
from mirrorwire.extract.page import Page
from mirrorwire.extract.script_json import MAX_SCRIPT_CHARS, MAX_SCRIPTS

MAX_FOUND = 400
_STATED = re.compile(
    r"(?P<key>pub[a-z_-]{0,24})\\{0,3}[\"']?\s{0,4}[:=]\s{0,4}\\{0,3}[\"']?"
    r"(?P<value>(?:19|20)\d{2}-?[01]\d-?[0-3]\d[^\"'\\,;}<]{0,24}|1\d{9}(?:\d{3})?(?!\d)|"
    r"[a-z]{3,9},? [^\"'\\;}<]{8,30}|\d{1,2}[./]\d{1,2}[./]20\d{2}[^\"'\\,;}<]{0,12})",
    re.I,
)
_BEFORE_CHARS = 24
_NOT_FIRST = re.compile(r"updat|modif|edit|expir|unpub|repub|\bdc_?pub", re.I)
_NAME = re.compile(r"[\w.-]*$")


def script_dates(page: Page) -> list[Moment]:
    """Return the times that the page's scripts give under names like `publishedAt`, those with a zone first.

    A name that stands before several times is that of a list's articles, and says nothing: of 75 real pages whose
    scripts hold a name with a single time, that time was the article's on 73.
    """
    by_name: dict[str, dict[str, Moment]] = {}
    for count, (name, moment) in enumerate(_named(page)):
        if count == MAX_FOUND:
            break
        by_name.setdefault(name, {})[str(moment.value)] = moment
    alone = [next(iter(moments.values())) for moments in by_name.values() if len(moments) == 1]
    return sorted(alone, key=lambda moment: (not moment.zoned, moment.precision == "day"))


def _named(page: Page) -> Iterator[tuple[str, Moment]]:
    for script in page.scripts[:MAX_SCRIPTS]:
        text = script.text or ""
        if len(text) > MAX_SCRIPT_CHARS:
            continue
        for stated in _STATED.finditer(text):
            before = _NAME.search(text, max(0, stated.start() - _BEFORE_CHARS), stated.start())
            name = f"{before[0] if before else ''}{stated['key']}"
            if not _NOT_FIRST.search(name) and (moment := parse_moment(stated["value"])) is not None:
                yield name, moment
