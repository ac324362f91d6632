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
from mirrorwire.web.page_request import Facts, NotThere, PageRequest

SHOWN = 50
MOST_IN_CSV = 5000
PLOT_DAYS, LEAST_PLOT_DAYS = 120, 30
NEWEST_DAYS = 366
FILTERS = ("q", "source", "since", "until", "language", "sure", "newest")


def search(page_request: PageRequest) -> Facts:
    """Return the articles that say what `q` asks, and how many of each day; without `q` those loaded last."""
    page_request.source()
    facts: Facts = {
        "now": page_request.now,
        "asked": {name: page_request.word(name) for name in FILTERS},
        "known_sources": page_request.known_sources(),
        "next": None,
        "days": [],
    }
    query = _query(page_request, SHOWN)
    if query is None:
        return facts | _newest(page_request)
    articles = stored.find(page_request.conn, query)
    facts["articles"] = articles
    if articles:
        facts["days"] = _plotted(stored.count_days(page_request.conn, query, NEWEST_DAYS))
    else:
        facts["not_indexed"] = stored.missing(page_request.conn)
    return facts


def results(page_request: PageRequest) -> list[Row]:
    """Return the rows of the CSV file: all that a search finds, at most `MOST_IN_CSV`; raises `WrongUse`."""
    page_request.source()
    query = _query(page_request, MOST_IN_CSV)
    return stored.find(page_request.conn, query) if query else []


def article(page_request: PageRequest) -> Facts:
    """Return all that is known of an article; `from` and `to` choose the versions that are compared."""
    key = page_request.needed("key")
    row = pages.article(page_request.conn, key)
    if row is None:
        raise NotThere(f"no article is stored as {key!r}")
    page_request.must_read(row["source"])
    versions = pages.versions(page_request.conn, key)
    cluster = pages.cluster(page_request.conn, row["cluster_id"], key) if row["cluster_id"] else []
    cluster = [copy for copy in cluster if page_request.user.may_read(copy["source"])]
    return {
        "now": page_request.now,
        "article": row,
        "versions": versions,
        "change": _change(page_request, key) if len(versions) > 1 else None,
        "urls": pages.urls(page_request.conn, key),
        "cluster": cluster,
        "captures": pages.captures(page_request.conn, key),
    }


def _query(page_request: PageRequest, limit: int) -> Query | None:
    words, source = page_request.word("q"), page_request.word("source")
    if words is None:
        return None
    zone = find_source(page_request.settings, source).zone if source else ZoneInfo("UTC")
    return Query(
        words=words,
        source=source,
        window=window(page_request.word("since"), page_request.word("until"), zone),
        language=page_request.word("language"),
        sure=page_request.flag("sure"),
        newest=page_request.flag("newest"),
        limit=limit,
    )


def _newest(page_request: PageRequest) -> Facts:
    before = page_request.number("before") or pages.FIRST
    articles = pages.newest_articles(page_request.conn, page_request.word("source"), before=before)
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


def _change(page_request: PageRequest, key: str) -> Facts:
    """How two versions differ, piece by piece."""
    comparison = revisions.compared(
        page_request.conn, key, (), before=page_request.number("from"), after=page_request.number("to")
    )
    revision, before = comparison.revision, comparison.before
    return {
        "from": before.version if before else None,
        "to": comparison.after.version,
        "change": revision.change if revision else None,
        "distance_bits": revision.distance_bits if revision else None,
        "pieces": [asdict(piece) for piece in comparison.pieces if piece.kind != "same"],
    }
