"""The web archive seed: an index's rows for a source's hosts go on the frontier, and which copies of them there are."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from urllib.parse import urlencode

from mirrorwire.core.errors import SeedUnreadable
from mirrorwire.core.records import Host
from mirrorwire.core.urls import host_of
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.seed_progress import SeedReading, list_links, note_reach
from mirrorwire.fetch.answers import Answer, ended
from mirrorwire.fetch.run_fetcher import SEED_PATIENCE_S
from mirrorwire.http.client import retry_after_s
from mirrorwire.http.limits import SEED_CAPS
from mirrorwire.seed_formats.cdx import IndexedCopy, IndexPage, read_index
from mirrorwire.seed_formats.cdx_queries import IndexQuery, captured_between, queries_for
from mirrorwire.seed_formats.reach import Span, in_window
from mirrorwire.seed_formats.window import link_in_window

log = logging.getLogger(__name__)

ROWS_A_PAGE = 5000
MAX_PAGES = 2000
"""Of one question: ten million URLs."""
TRIES = 3
"""Of one page: archives' indexes are busy more often than they are down."""
LONGEST_REST_S = 120.0
"""A longer one ends the reading: the next run goes on."""
LISTED_AT_ONCE = 1000


def read_archive(context: SeedContext, reading: SeedReading, now: datetime) -> None:
    """List what an archive's index holds of each living host's pages, as far as the window may need it."""
    archive = host_of(reading.seed.url or "", context.source)
    if archive is None or archive.role != "archive":
        raise ValueError(f"{reading.seed.name}: no archive of {context.source.key}")
    index = _IndexReader(context, reading, archive, now)
    whole = True
    for host in context.source.hosts:
        if host.role != "archive":
            whole = index.read_host(host) and whole
    window = context.run.window
    if not whole:
        reading.spans, reading.days = (), None  # rows come by URL: a part of them is of any day
    elif window is not None:
        spans = [span for span in (reading.days, index.captured_days) if span is not None]
        note_reach(reading, in_window(spans, window, context.source.zone), context)


class _IndexReader:
    """Reads an archive's index for a run, and lists what it holds.

    `captured_days` are the first and last day on which it captured pages whose URLs name no day. `_filters`: it has
    answered a question that names days, so that no rows are an answer too.
    """

    def __init__(self, context: SeedContext, reading: SeedReading, archive: Host, now: datetime) -> None:
        self.captured_days: Span | None = None
        self._filters = False
        self._context, self._reading, self._archive, self._now = context, reading, archive, now

    def read_host(self, host: Host) -> bool:
        """Read of the index what a window may need of a host; return whether that was read to the end."""
        context = self._context
        for query in queries_for(host, context.source, self._reading.seed, context.run.window, self._now):
            rows = self._read_pages(query)
            plain = query.without_naming()
            if rows == 0 and plain is not None and not self._filters:
                # Nothing captured of a fortnight, or an index that knows no such filter: all of it tells which.
                rows = self._read_pages(plain)
            elif rows and plain is not None:
                self._filters = True
            if rows is None:
                return False
        return True

    def _read_pages(self, query: IndexQuery) -> int | None:
        """Read all pages of an answer; return how many rows they hold, `None` if it was not read to the end."""
        rows, resume_key = 0, None
        used_keys: set[str | None] = set()
        while resume_key not in used_keys:
            if len(used_keys) >= MAX_PAGES:
                self._note_problem(f"{query.host.url}: stopped after {MAX_PAGES} pages of the index")
                return None
            used_keys.add(resume_key)
            page = self._read_page(query, resume_key)
            if page is None:
                return None
            rows += page.rows
            if page.resume_key is None:
                return rows
            resume_key = page.resume_key
        self._note_problem(f"{query.host.url}: the index goes round in a circle")
        return None

    def _read_page(self, query: IndexQuery, resume_key: str | None) -> IndexPage | None:
        """Ask for a page of the index and list what it holds; `None`, with a problem noted, where it cannot be read."""
        context = self._context
        url = self._page_url(query, resume_key)
        problem = ""
        for _ in range(TRIES):
            answer, rest_s = context.fetcher.ask_archive(self._archive, url, caps=SEED_CAPS, patience_s=SEED_PATIENCE_S)
            page: IndexPage | None = None
            if answer is not None and answer.exchange is not None and answer.attempt.outcome == "ok":
                try:
                    page = self._read_body(answer.exchange.body, url)
                except SeedUnreadable as error:
                    answer = ended(answer, "not_it", error.reason)
            if answer is not None:
                with context.conn.transaction():
                    context.recorder.store(answer, link_id=None, chosen=page is not None)
                    context.recorder.note_bugs(page.bugs if page else (), item=url)
            if page is not None:
                self._reading.documents += 1
                self._reading.host = self._archive.url
                self._list(page.copies)
                return page
            problem = _problem(answer, rest_s)
            if not _may_answer(answer, rest_s):
                break
            time.sleep(rest_s or 0.0)
        self._note_problem(f"index of {query.host.url}: {problem}")
        return None

    def _page_url(self, query: IndexQuery, resume_key: str | None) -> str:
        pairs = [*query.parameters, ("limit", str(ROWS_A_PAGE)), ("showResumeKey", "true")]
        if resume_key:
            pairs.append(("resumeKey", resume_key))
        return f"{self._reading.seed.url}?{urlencode(pairs)}"

    def _read_body(self, body: bytes, url: str) -> IndexPage:
        return read_index(body, url=url, source=self._context.source, seed=self._reading.seed.name, now=self._now)

    def _list(self, copies: Sequence[IndexedCopy]) -> None:
        context, reading = self._context, self._reading
        window, zone = context.run.window, context.source.zone
        since, until = captured_between(window, self._now)
        fit = [copy for copy in copies if copy.link.day or _is_between(copy.captured_at, since, until)]
        self._note_captures(copy.captured_at for copy in fit if copy.link.day is None)
        for start in range(0, len(fit), LISTED_AT_ONCE):
            part = fit[start : start + LISTED_AT_ONCE]
            links = list({copy.link.article_key: copy.link for copy in part}.values())
            with context.conn.transaction():
                list_links(context, reading, links, self._now)
                wanted = [copy for copy in part if link_in_window(copy.link, window, zone)]
                context.recorder.keep_copies(self._archive, wanted)

    def _note_captures(self, instants: Iterable[datetime]) -> None:
        days = [instant.astimezone(self._context.source.zone).date() for instant in instants]
        days += self.captured_days or ()
        if days:
            self.captured_days = (min(days), max(days))

    def _note_problem(self, problem: str) -> None:
        self._reading.problems += (problem,)


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


def _is_between(instant: datetime, since: datetime | None, until: datetime | None) -> bool:
    if since is not None and instant < since:
        return False
    return until is None or instant <= until
