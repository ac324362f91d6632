"""The web archive seed: an index's rows for a source's hosts go on the frontier, and which copies of them there are."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit

from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.records import Host
from mirrorwire.core.urls import host_of
from mirrorwire.core.windows import first_and_last_day
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.seed_progress import SeedReading, list_links, note_reach
from mirrorwire.fetch.answers import Answer, ended
from mirrorwire.fetch.run_fetcher import SEED_PATIENCE_S
from mirrorwire.http.client import retry_after_s
from mirrorwire.http.limits import SEED_CAPS
from mirrorwire.seed_formats.cdx import FIELDS, FIRST_YEAR, IndexedCopy, IndexPage, naming_days, read_index
from mirrorwire.seed_formats.reach import in_window
from mirrorwire.seed_formats.window import link_in_window

log = logging.getLogger(__name__)

Parameters = tuple[tuple[str, str], ...]

ROWS_A_PAGE = 5000
MAX_PAGES = 2000
"""Of one host: ten million URLs."""
TRIES = 3
"""Of one page: archives' indexes are busy more often than they are down."""
LONGEST_REST_S = 120.0
"""A longer one ends the reading: the next run goes on."""
EARLY = timedelta(days=7)
"""Captures are asked for from so long before a window: what they show tells that the index reaches it."""
LATE = timedelta(days=30)
"""A page whose URL names no day is taken for one of a window if it was first captured so soon after it."""
LISTED_AT_ONCE = 1000
STAMP = "%Y%m%d%H%M%S"


def read_archive(context: SeedContext, reading: SeedReading, now: datetime) -> None:
    """List what an archive's index holds of each living host's pages, as far as the window may need it."""
    archive = host_of(reading.seed.url or "", context.source)
    if archive is None or archive.role != "archive":
        raise ValueError(f"{reading.seed.name}: no archive of {context.source.key}")
    whole = True
    for host in context.source.hosts:
        if host.role != "archive":
            whole = _read_host(context, reading, archive, host, now) and whole
    if not whole:
        reading.spans, reading.days = (), None  # rows come by URL: a part of them is of any day
    elif context.run.window is not None and reading.days:
        note_reach(reading, in_window([reading.days], context.run.window, context.source.zone), context)


def _read_host(context: SeedContext, reading: SeedReading, archive: Host, host: Host, now: datetime) -> bool:
    """Read of the index what a window may need of a host; return whether that was read to the end."""
    since, until = _captured(context, now)
    for narrowed in _narrowed(context, since, until):
        rows = _read_pages(context, reading, archive, host, narrowed, now)
        if rows == 0 and any(name == "filter" for name, _ in narrowed):
            # Nothing captured of a fortnight, or an index that knows no such filter: all of it tells which.
            rows = _read_pages(context, reading, archive, host, _since(since), now)
        if rows is None:
            return False
    return True


def _read_pages(
    context: SeedContext, reading: SeedReading, archive: Host, host: Host, narrowed: Parameters, now: datetime
) -> int | None:
    """Read all pages of an answer; return how many rows they hold, `None` if it was not read to the end."""
    rows, resume_key = 0, None
    asked: set[str | None] = set()
    while resume_key not in asked:
        if len(asked) >= MAX_PAGES:
            reading.problems += (f"{host.url}: stopped after {MAX_PAGES} pages of the index",)
            return None
        asked.add(resume_key)
        page = _read_page(context, reading, archive, _query(reading, host, narrowed, resume_key), host, now)
        if page is None:
            return None
        rows += page.rows
        if page.resume_key is None:
            return rows
        resume_key = page.resume_key
    reading.problems += (f"{host.url}: the index goes round in a circle",)
    return None


def _query(reading: SeedReading, host: Host, narrowed: Parameters, resume_key: str | None) -> str:
    asked = [("url", urlsplit(host.url).netloc), ("matchType", "host"), ("output", "json"), ("fl", ",".join(FIELDS))]
    asked += [("filter", "statuscode:200"), *narrowed, ("collapse", "urlkey")]
    asked += [("limit", str(ROWS_A_PAGE)), ("showResumeKey", "true")]
    asked += [("resumeKey", resume_key)] if resume_key else []
    return f"{reading.seed.url}?{urlencode(asked)}"


def _narrowed(context: SeedContext, since: datetime | None, until: datetime | None) -> list[Parameters]:
    """How to ask so that each answer is as long as the window, not as all that was captured since it began.

    Rows whose URL names a day are asked for by that day, whenever they were captured; others by when they were.
    """
    window = context.run.window
    if window is None or until is None:
        return [_since(since)]
    first, last = first_and_last_day(window, context.source.zone)
    by_day = (*_since(since), ("filter", f"original:{naming_days(first - EARLY, last + EARLY)}"))
    by_capture = (*_since(since), ("to", f"{until:{STAMP}}"))
    patterns = list(context.source.article_url)
    for host in context.source.hosts:
        patterns += host.article_url
    name_a_day = ["(?P<date>" in pattern for pattern in patterns]
    narrowed: list[Parameters] = []
    if any(name_a_day):
        narrowed.append(by_day)
    if not name_a_day or not all(name_a_day):
        narrowed.append(by_capture)
    return narrowed


def _since(since: datetime | None) -> Parameters:
    return (("from", f"{since:{STAMP}}"),) if since else ()


def _captured(context: SeedContext, now: datetime) -> tuple[datetime | None, datetime | None]:
    """Between which instants a window's pages were first captured, if their URLs name no day."""
    window = context.run.window
    if window is None:
        return None, None
    since = window.start - EARLY if window.start.year > FIRST_YEAR else None
    return since, window.end + LATE if window.end < now else None


def _read_page(
    context: SeedContext, reading: SeedReading, archive: Host, url: str, host: Host, now: datetime
) -> IndexPage | None:
    """Ask for a page of the index and list what it holds; `None`, and a problem told, where it cannot be had."""
    problem = ""
    for _ in range(TRIES):
        answer, rest_s = context.fetcher.ask_archive(archive, url, caps=SEED_CAPS, patience_s=SEED_PATIENCE_S)
        page: IndexPage | None = None
        if answer is not None and answer.exchange is not None and answer.attempt.outcome == "ok":
            try:
                body = answer.exchange.body
                page = read_index(body, url=url, source=context.source, seed=reading.seed.name, now=now)
            except SeedUnreadable as error:
                answer = ended(answer, "not_it", error.reason)
        if answer is not None:
            with context.conn.transaction():
                context.recorder.store(answer, link_id=None, chosen=page is not None)
                context.recorder.note_bugs(page.bugs if page else (), item=url)
        if page is not None:
            reading.documents += 1
            reading.host = archive.url
            _list(context, reading, archive, page.copies, now)
            return page
        problem = _problem(answer, rest_s)
        if not _may_answer(answer, rest_s):
            break
        time.sleep(rest_s or 0.0)
    reading.problems += (f"index of {host.url}: {problem}",)
    return None


def _problem(answer: Answer | None, rest_s: float | None) -> str:
    if answer is None:
        return f"the archive is left alone for {rest_s or 0:.0f} s"
    return answer.attempt.detail or answer.attempt.outcome


def _may_answer(answer: Answer | None, rest_s: float | None) -> bool:
    """Whether an index that is busy may answer the same question soon."""
    stated_s = retry_after_s(answer.exchange) if answer and answer.exchange else None
    if max(rest_s or 0.0, stated_s or 0.0) > LONGEST_REST_S:
        return False
    return answer is None or answer.attempt.status in (429, 500, 502, 503, 504)


def _list(
    context: SeedContext, reading: SeedReading, archive: Host, copies: Sequence[IndexedCopy], now: datetime
) -> None:
    window, zone = context.run.window, context.source.zone
    since, until = _captured(context, now)
    fit = [copy for copy in copies if copy.link.day or _is_between(copy.captured_at, since, until)]
    for start in range(0, len(fit), LISTED_AT_ONCE):
        part = fit[start : start + LISTED_AT_ONCE]
        links = list({copy.link.article_key: copy.link for copy in part}.values())
        with context.conn.transaction():
            list_links(context, reading, links, now)
            wanted = [copy for copy in part if link_in_window(copy.link, window, zone)]
            context.recorder.keep_copies(archive, wanted)


def _is_between(instant: datetime, since: datetime | None, until: datetime | None) -> bool:
    if since is not None and instant < since:
        return False
    return until is None or instant <= until
