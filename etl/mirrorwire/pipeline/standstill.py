"""Feeds that answer and show nothing new for much longer than they used to. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from mirrorwire.core.records import Source
from mirrorwire.store.ledger import NewsFacts

TIMES_USUAL, TIMES_LONGEST = 10, 2
AT_LEAST = timedelta(days=1)
"""A night without news is none."""
FEW_NEWS, FEW_READS = 6, 3
"""A seed that has shown something new less often, or was read less often since, says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standstill:
    """A feed that shows nothing new since a time, and how far apart its news were before."""

    seed: str
    since: datetime
    usual: timedelta


def standstills(news: Iterable[NewsFacts], feeds: Collection[str]) -> Iterator[Standstill]:
    """Yield the feeds that had shown nothing new for ten times as long as usual, for a day at least, when last read.

    The usual is the median of what lay between polls that found something new. Nights and holidays are longer than it,
    so that a quiet as long as twice the longest of them counts.
    """
    for seed_news in news:
        if seed_news.seed not in feeds or len(seed_news.news_at) < FEW_NEWS or seed_news.read_since < FEW_READS:
            continue
        gaps = _gaps(seed_news.news_at)
        usual = timedelta(seconds=median(gap.total_seconds() for gap in gaps))
        if seed_news.read_at - seed_news.news_at[0] > max(TIMES_USUAL * usual, TIMES_LONGEST * max(gaps), AT_LEAST):
            yield Standstill(seed=seed_news.seed, since=seed_news.news_at[0], usual=usual)


def feeds_of(source: Source) -> frozenset[str]:
    """Return the names of a source's feeds."""
    return frozenset(seed.name for seed in source.seeds if seed.kind == "feed")


def _gaps(news_at: Sequence[datetime]) -> list[timedelta]:
    return [later - earlier for later, earlier in pairwise(news_at)]
