"""For how long a host, or an index, is believed that says that a document is as it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from mirrorwire.fetch.answers import Answer
from mirrorwire.store.validators import Headers, SeedCopy, headers

TRUST = timedelta(days=1)
"""Then a document is asked for again whatever its index says, and read whole if its host only answered 304."""
SOON = timedelta(hours=1)
MAX_ASKED, MAX_WHOLE = 50, 5
"""Sitemaps that their index calls unchanged, and that a run asks for all the same; and those read whole."""


@dataclass(slots=True)
class Rechecks:
    """How many sitemaps a run may still ask for that their index calls unchanged, so that it is a few at a time."""

    asked: int = MAX_ASKED
    whole: int = MAX_WHOLE

    def take(self, copy: SeedCopy, now: datetime) -> bool:
        """Return whether a sitemap may be asked for although its index says that it is as it was when read."""
        if self.asked <= 0 or not is_old(copy.read_at, now):
            return False
        if is_old(copy.whole_at, now) or not copy.headers:
            if self.whole <= 0 and not copy.headers:
                return False
            self.whole = max(0, self.whole - 1)
        self.asked -= 1
        return True


def is_old(at: datetime, now: datetime) -> bool:
    """Whether what was true then is to be looked at again; also where a clock was wrong, and it lies ahead."""
    return not now - TRUST < at < now + SOON


def conditional(known: Mapping[str, SeedCopy], now: datetime, *, whole: bool = True) -> dict[str, Headers]:
    """Return by host the headers that ask for a document only if it has changed since it was read.

    None for one that was not read whole for a day; with `whole` false that is for another run to do.
    """
    return {host: {} if whole and is_old(copy.whole_at, now) else copy.headers for host, copy in known.items()}


def is_lie(before: SeedCopy | None, answer: Answer, *, changed: bool) -> bool:
    """Whether a document's validators say nothing: they stayed the same while its links changed, now or once before."""
    if before is None or before.lies or answer.exchange is None:
        return before is not None and before.lies
    exchange = answer.exchange
    sent = headers(exchange.header("ETag"), exchange.header("Last-Modified"), exchange.fetched_at)
    return changed and bool(sent) and sent == before.headers
