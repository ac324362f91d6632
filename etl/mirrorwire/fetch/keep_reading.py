"""The one reading of a page that is fetched, or copied out of a file: kept as its capture is stored."""

from __future__ import annotations

import logging
from datetime import datetime

from mirrorwire.core import bugs
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Reading, VerdictKind
from mirrorwire.extract import EXTRACTOR_VERSION
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.store.extractions import PageCapture
from mirrorwire.store.keep_extraction import keep_extraction

log = logging.getLogger(__name__)


def keep_reading(
    fetcher: RunFetcher, exchange: Exchange, reading: Reading, *, capture_id: int, link_id: int, now: datetime
) -> VerdictKind | None:
    """Keep what a chosen page gave with its capture; return its verdict. The caller opens the transaction.

    `None` where the page is left to the step `extract`: the source's rules have changed since, or our code raised on
    it, which that step records.
    """
    if bugs.in_verdict(reading.extraction.verdict):
        return None
    page = PageCapture(capture_id=capture_id, link_id=link_id, url=exchange.url, fetched_at=exchange.fetched_at)
    try:
        with fetcher.conn.transaction():
            is_kept = keep_extraction(
                fetcher.conn,
                fetcher.run,
                fetcher.source,
                page,
                reading.extraction,
                extractor_version=EXTRACTOR_VERSION,
                revision=reading.revision,
                now=now,
            )
    except Exception as error:
        log.warning("%s: %s", exchange.url, bugs.taken(error, exchange.url))
        return None
    return reading.extraction.verdict.kind if is_kept else None
