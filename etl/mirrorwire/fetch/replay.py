"""An article that no living host serves, from a web archive's raw copy of it: the host of last resort."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Host, Listing, Reading, Source
from mirrorwire.core.urls import canonical_url, read_link
from mirrorwire.fetch.answers import Answer, Fetched, ended
from mirrorwire.fetch.known_hosts import PAGE_PATIENCE_S
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.http.limits import PAGE_CAPS
from mirrorwire.seed_formats.cdx import timestamp_of, without_additions
from mirrorwire.store.archived_copies import ArchivedCopy

COPIES_ASKED = 3
"""Of one article, the newest first."""
_REPLAYED = re.compile(r"/web/([0-9]{14})(?:[a-z]{2}_)?/(.+)", re.S)
_WIRE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_ANSWERED = frozenset({"ok", "not_it", "gone"})


def raw_url(copy: ArchivedCopy) -> str:
    """Return where the archive gives a copy as it was captured, without its own additions (`id_`)."""
    return f"{copy.archive}/web/{copy.captured_at:%Y%m%d%H%M%S}id_/{copy.url}"


def last_resort(
    fetcher: RunFetcher,
    fetched: Fetched,
    article_key: str,
    copies: Sequence[ArchivedCopy],
    now: datetime,
    *,
    title: str | None = None,
) -> Fetched:
    """Return what the living hosts answered, and behind it what archives did, where those did not serve the article.

    A host that wants to be left alone may serve it yet: then no archive is asked. `title` is what a feed calls it.
    """
    if not is_unserved(fetched):
        return fetched
    listing = Listing(title=title) if title else None
    archives = {host.url: host for host in fetcher.source.hosts if host.role == "archive"}
    answers, rests, spent = list(fetched.answers), dict(fetched.rests), {copy.archive for copy in copies}
    for copy in copies:
        host = archives.get(copy.archive)
        if host is None:
            continue
        answer, rest_s = fetcher.ask_archive(host, raw_url(copy), caps=PAGE_CAPS, patience_s=PAGE_PATIENCE_S)
        if rest_s:
            rests[host.url] = rest_s
        if answer is None:
            spent.discard(host.url)
            continue
        judged = _judged(answer, host, article_key, fetcher.source, partial(fetcher.read_page, listing=listing), now)
        answers.append(judged)
        if judged.attempt.outcome == "ok":
            return replace(fetched, answers=tuple(answers), chosen=len(answers) - 1, shut={})
        if judged.attempt.outcome not in _ANSWERED:
            spent.discard(host.url)
    return replace(fetched, answers=tuple(answers), rests=rests, spent=frozenset(spent))


def is_unserved(fetched: Fetched) -> bool:
    """Whether every host that can be asked has failed, is shut, or serves something else in the article's place."""
    if fetched.rests or any(answer.led_to for answer in fetched.answers):
        return False
    answer = fetched.answer
    return answer is None or (answer.verdict is not None and not answer.verdict.is_article)


def _judged(
    answer: Answer, host: Host, article_key: str, source: Source, read: Callable[[Exchange], Reading], now: datetime
) -> Answer:
    """Return an archive's answer as the page that it captured, at its time; not `ok` unless it is the article."""
    exchange = answer.exchange
    if exchange is None or answer.attempt.outcome != "ok":
        return answer
    # Kept for themselves: what led to a copy is no part of what the publisher served.
    answer = answer._replace(others=exchange.redirects, exchange=replace(exchange, redirects=()))
    replayed = _REPLAYED.fullmatch(exchange.url.removeprefix(host.url))
    captured_at = timestamp_of(replayed[1], now) if replayed else None
    url = canonical_url(replayed[2]) if replayed else None
    if captured_at is None or url is None:
        return ended(answer, "not_it", f"no copy of a page: {exchange.url}")
    landed = read_link(url, source)
    if landed is None or landed.article_key != article_key:
        return ended(answer, "not_it", f"a copy of another page, {url}")
    page = _as_captured(exchange, url, captured_at, host)
    reading = read(page)
    verdict = reading.extraction.verdict
    answer = answer._replace(exchange=page, verdict=verdict, reading=reading)
    return answer if verdict.kind == "article" else ended(answer, "not_it", verdict.kind)


def _as_captured(exchange: Exchange, url: str, captured_at: datetime, host: Host) -> Exchange:
    body = without_additions(exchange.body, host.url)
    same = body == exchange.body
    headers = exchange.headers
    if not same:
        headers = tuple((name, value) for name, value in headers if name.lower() not in _WIRE)
    return replace(
        exchange,
        url=url,
        fetched_at=captured_at,
        request_headers=(),
        redirects=(),
        headers=headers,
        body=body,
        sent=exchange.sent if same else None,
    )
