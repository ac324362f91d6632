"""The pages of articles: search, one article, and its page as it was archived."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from mirrorwire.core.config import find_source
from mirrorwire.core.windows import days_between, window
from mirrorwire.store import pages, revisions
from mirrorwire.store import search as stored
from mirrorwire.store.pages import Row
from mirrorwire.store.search import Query
from mirrorwire.web.asked import Asked, Facts, NotThere

SHOWN = 50
MOST_IN_CSV = 5000
PLOT_DAYS, LEAST_PLOT_DAYS = 120, 30
NEWEST_DAYS = 366
FILTERS = ("q", "source", "since", "until", "language", "sure", "newest")


def search(asked: Asked) -> Facts:
    """Return the articles that say what `q` asks, and how many of each day; without `q` those loaded last."""
    asked.source()
    facts: Facts = {
        "now": asked.now,
        "asked": {name: asked.word(name) for name in FILTERS},
        "known_sources": asked.known_sources(),
        "next": None,
        "days": [],
    }
    query = _query(asked, SHOWN)
    if query is None:
        return facts | _newest(asked)
    articles = stored.find(asked.conn, query)
    facts["articles"] = articles
    if articles:
        facts["days"] = _plotted(stored.count_days(asked.conn, query, NEWEST_DAYS))
    else:
        facts["not_indexed"] = stored.missing(asked.conn)
    return facts


def results(asked: Asked) -> list[Row]:
    """Return the rows of the CSV file: all that a search finds, at most `MOST_IN_CSV`; raises `WrongUse`."""
    asked.source()
    query = _query(asked, MOST_IN_CSV)
    return stored.find(asked.conn, query) if query else []


def article(asked: Asked) -> Facts:
    """Return all that is known of an article; `from` and `to` choose the versions that are compared."""
    key = asked.needed("key")
    row = pages.article(asked.conn, key)
    if row is None:
        raise NotThere(f"no article is stored as {key!r}")
    asked.must_read(row["source"])
    versions = pages.versions(asked.conn, key)
    cluster = pages.cluster(asked.conn, row["cluster_id"], key) if row["cluster_id"] else []
    cluster = [copy for copy in cluster if asked.user.may_read(copy["source"])]
    return {
        "now": asked.now,
        "article": row,
        "versions": versions,
        "change": _change(asked, key) if len(versions) > 1 else None,
        "urls": pages.urls(asked.conn, key),
        "cluster": cluster,
        "captures": pages.captures(asked.conn, key),
    }


def _query(asked: Asked, limit: int) -> Query | None:
    words, source = asked.word("q"), asked.word("source")
    if words is None:
        return None
    zone = find_source(asked.settings, source).zone if source else ZoneInfo("UTC")
    return Query(
        words=words,
        source=source,
        window=window(asked.word("since"), asked.word("until"), zone),
        language=asked.word("language"),
        sure=asked.flag("sure"),
        newest=asked.flag("newest"),
        limit=limit,
    )


def _newest(asked: Asked) -> Facts:
    before = asked.number("before") or pages.FIRST
    articles = pages.newest_articles(asked.conn, asked.word("source"), before=before)
    return {"articles": articles, "next": articles[-1]["article_id"] if len(articles) == pages.PAGE else None}


def _plotted(counts: list[Row]) -> list[Row]:
    """A row for each day that is drawn, those without any article too."""
    if not counts:
        return []
    articles = {row["day"]: row["articles"] for row in counts}
    last = max(articles)
    first = min(max(min(articles), _before(last, PLOT_DAYS)), _before(last, LEAST_PLOT_DAYS))
    return [{"day": day, "articles": articles.get(day, 0)} for day in days_between(first, last)]


def _before(last: date, days: int) -> date:
    """The first of so many days that end with this one; none is before the first of the calendar."""
    return last - timedelta(days=min(days, last.toordinal()) - 1)


def _change(asked: Asked, key: str) -> Facts:
    """How two versions differ, piece by piece."""
    comparison = revisions.compared(asked.conn, key, (), before=asked.number("from"), after=asked.number("to"))
    revision, before = comparison.revision, comparison.before
    return {
        "from": before.version if before else None,
        "to": comparison.after.version,
        "change": revision.change if revision else None,
        "distance_bits": revision.distance_bits if revision else None,
        "pieces": [asdict(piece) for piece in comparison.pieces if piece.kind != "same"],
    }
